/* Collecting a sample: block by block, of which values are widened, summed and counted in loops without branches. This file is compiled
 * with -fno-trapping-math, which changes no result, but lets compilers compare in vectors. */
#include "sample_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "law.h"
#include "widen.h"

#define REACH 8 /* of the cells, in standard deviations */

static void lay_cells(sow_sample *sample)
{
    const sow_plan *plan = &sample->plan;
    const double low = fmax(plan->low, plan->mean - REACH * plan->std);
    const double high = fmin(plan->high, plan->mean + REACH * plan->std);
    sample->origin = low;
    sample->per_unit = SOWI_SAMPLE_INNER / (high - low);
    sample->per_std = 1 / plan->std;
}

sow_status sow_sample_create(sow_sample **out, const sow_plan *plan)
{
    if (out == NULL)
        return SOW_ERR_ARGUMENT;
    *out = NULL;
    if (plan == NULL)
        return SOW_ERR_ARGUMENT;
    const sowi_dtype_row *dtype = sowi_dtype_row_of(plan->dtype);
    if (dtype == NULL || !dtype->random || !sowi_law_is_known(plan))
        return SOW_ERR_INITIALIZER;
    sow_sample *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SOW_ERR_NO_MEMORY;
    made->plan = *plan;
    made->dtype = dtype;
    lay_cells(made);
    *out = made;
    return SOW_OK;
}

void sow_sample_release(sow_sample *sample)
{
    free(sample);
}

/* ---- Widening ---- */

/* XX(dtype, type, expression of element) */
#define WIDENERS(XX)                                      \
    XX(SOW_F32, float, (double)element)                   \
    XX(SOW_F64, double, element)                          \
    XX(SOW_F16, uint16_t, sowi_widen_f16(element))        \
    XX(SOW_BF16, uint16_t, sowi_widen_bf16(element))      \
    XX(SOW_F8_E4M3, uint8_t, sowi_widen_f8_e4m3(element)) \
    XX(SOW_F8_E5M2, uint8_t, sowi_widen_f8_e5m2(element))

static void widen(double *values, sow_dtype dtype, const unsigned char *data, size_t count)
{
#define WIDEN_CASE(name, type, expression)                               \
    if (dtype == (name)) {                                               \
        for (size_t i = 0; i < count; i++) {                             \
            type element;                                                \
            memcpy(&element, data + i * sizeof element, sizeof element); \
            values[i] = (expression);                                    \
        }                                                                \
    }
    WIDENERS(WIDEN_CASE)
#undef WIDEN_CASE
}

/* ---- Summing a block ---- */

/* Whether no value is beyond the largest one, or a NaN, without a branch: a product with 0 is NaN for what is not finite, and
 * stays in the sum. Narrow dtypes have been widened to finite values beyond: widen.h. */
static bool all_finite(const double *values, size_t count, double largest)
{
    double wrong[SOWI_SAMPLE_LANES] = {0}, sum = 0;
    size_t i = 0;
    for (; i + SOWI_SAMPLE_LANES <= count; i += SOWI_SAMPLE_LANES)
        for (size_t lane = 0; lane < SOWI_SAMPLE_LANES; lane++)
            wrong[lane] += fabs(values[i + lane]) > largest ? 1 : values[i + lane] * 0;
    for (; i < count; i++)
        sum += fabs(values[i]) > largest ? 1 : values[i] * 0;
    for (size_t lane = 0; lane < SOWI_SAMPLE_LANES; lane++)
        sum += wrong[lane];
    return sum == 0;
}

/* Takes out what is not finite. */
static void sort_out(sow_sample *sample)
{
    size_t kept = 0;
    for (size_t i = 0; i < sample->in_block; i++) {
        const double value = sample->block[i], magnitude = fabs(value);
        const bool infinite = isinf(value) || magnitude == 0x1p16; /* widen.h */
        if (magnitude <= sample->dtype->largest)
            sample->block[kept++] = value;
        else if (infinite)
            sample->infinities++;
        else
            sample->nans++;
    }
    sample->in_block = kept;
}

static void add_powers(sow_sample *sample, size_t first, size_t lanes)
{
    const double mean = sample->plan.mean, per_std = sample->per_std;
    for (size_t lane = 0; lane < lanes; lane++) {
        const double z = (sample->block[first + lane] - mean) * per_std, z2 = z * z;
        sample->sums[0][lane] += z;
        sample->sums[1][lane] += z2;
        sample->sums[2][lane] += z2 * z;
        sample->sums[3][lane] += z2 * z2;
    }
}

static int32_t cell_of(const sow_sample *sample, double value)
{
    const double last = SOWI_SAMPLE_INNER + 1;
    const double place = sowi_sample_place(sample, value);
    const double above = place > 0 ? place : 0;
    return (int32_t)(above < last ? above : last);
}

/* Returns whether a value may be farther out than those that are kept: it lies in a cell of theirs or beyond. */
static bool count_cells(sow_sample *sample)
{
    int32_t cells[SOWI_SAMPLE_BLOCK], least = INT32_MAX, most = 0;
    for (size_t i = 0; i < sample->in_block; i++)
        cells[i] = cell_of(sample, sample->block[i]);
    for (size_t i = 0; i < sample->in_block; i++) {
        least = cells[i] < least ? cells[i] : least;
        most = cells[i] > most ? cells[i] : most;
    }
    for (size_t i = 0; i < sample->in_block; i++)
        sample->cells[cells[i]]++;
    return sample->kept < SOW_SAMPLE_EXTREMES ||
           most >= cell_of(sample, sample->largest[SOW_SAMPLE_EXTREMES - 1]) ||
           least <= cell_of(sample, sample->smallest[SOW_SAMPLE_EXTREMES - 1]);
}

/* Inserts a value, times sign, into a list of falling ones of which the last is dropped. */
static void keep(double *list, size_t count, double value, double sign)
{
    size_t at = count - 1;
    while (at > 0 && list[at - 1] * sign < value * sign) {
        list[at] = list[at - 1];
        at--;
    }
    list[at] = value;
}

static void keep_extremes(sow_sample *sample)
{
    const size_t most = SOW_SAMPLE_EXTREMES;
    size_t i = 0;
    for (; i < sample->in_block && sample->kept < most; i++) {
        sample->kept++;
        keep(sample->largest, sample->kept, sample->block[i], 1);
        keep(sample->smallest, sample->kept, sample->block[i], -1);
    }
    for (; i < sample->in_block; i++) {
        const double value = sample->block[i];
        if (value > sample->largest[most - 1])
            keep(sample->largest, most, value, 1);
        if (value < sample->smallest[most - 1])
            keep(sample->smallest, most, value, -1);
    }
}

void sowi_sample_flush(sow_sample *sample)
{
    if (!all_finite(sample->block, sample->in_block, sample->dtype->largest))
        sort_out(sample);
    const size_t whole = sample->in_block / SOWI_SAMPLE_LANES * SOWI_SAMPLE_LANES;
    for (size_t i = 0; i < whole; i += SOWI_SAMPLE_LANES)
        add_powers(sample, i, SOWI_SAMPLE_LANES);
    add_powers(sample, whole, sample->in_block - whole);
    if (count_cells(sample))
        keep_extremes(sample);
    sample->count += sample->in_block;
    sample->in_block = 0;
}

void sow_sample_add(sow_sample *sample, const void *data, size_t count)
{
    const unsigned char *from = data;
    while (count > 0) {
        const size_t room = SOWI_SAMPLE_BLOCK - sample->in_block;
        const size_t taken = count < room ? count : room;
        widen(sample->block + sample->in_block, sample->plan.dtype, from, taken);
        sample->in_block += taken;
        from += taken * sample->dtype->size;
        count -= taken;
        if (sample->in_block == SOWI_SAMPLE_BLOCK)
            sowi_sample_flush(sample);
    }
}
