#include "stored_cells.h"

#include <math.h>
#include <string.h>

#include "reference_dtype.h"

bool sowt_is_narrow(sow_dtype dtype)
{
    return sow_dtype_size(dtype) < 4;
}

/* ---- Ranks: the values of f32 and f64 counted upwards, 0 for zero ---- */

static int64_t rank_of(sow_dtype dtype, double value)
{
    uint64_t bits;
    if (dtype == SOW_F64) {
        memcpy(&bits, &value, sizeof bits);
    } else {
        const float narrow = (float)value;
        uint32_t half;
        memcpy(&half, &narrow, sizeof half);
        bits = (uint64_t)(half >> 31) << 63 | (half & 0x7fffffff);
    }
    const int64_t magnitude = (int64_t)(bits & INT64_MAX);
    return bits >> 63 != 0 ? -magnitude : magnitude;
}

static double value_at(sow_dtype dtype, int64_t rank)
{
    uint64_t magnitude = (uint64_t)(rank < 0 ? -rank : rank);
    double value;
    if (dtype == SOW_F64)
        memcpy(&value, &magnitude, sizeof value);
    else
        value = sowt_dtype_value(SOW_F32, (uint32_t)magnitude);
    return rank < 0 ? -value : value;
}

/* ---- f32 and f64 ---- */

/* The rank of the first value in a cell or in one after it; `high` if there is none below. */
static int64_t first_rank(const sowt_cells *cells, uint32_t cell, int64_t low, int64_t high)
{
    while (low < high) {
        const int64_t middle = low / 2 + high / 2 - (low % 2 + high % 2 < 0); /* below high */
        if (sowt_cell_of(cells, value_at(cells->dtype, middle)) < cell)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A run of stored values: the ranks [first, end), and the draws that are rounded to them. */
typedef struct run {
    int64_t first, end;
    long double lower, upper;
} run;

/* What lies between a rank and the one before it. */
static long double halfway_below(sow_dtype dtype, int64_t rank)
{
    return ((long double)value_at(dtype, rank - 1) + value_at(dtype, rank)) / 2;
}

/* Adds a run's part of the sums of ((stored - centre) / unit)^k. */
static void add_run(const sowt_cells *cells, const sowt_exact_law *law, const run *of,
                    long double centre, long double unit, long double sum[SOWT_POWERS])
{
    if (of->end - of->first != 1) { /* so many values that their rounding moves no moment */
        sowt_exact_add_powers(law, of->lower, of->upper, centre, unit, sum);
        return;
    }
    const long double z = (value_at(cells->dtype, of->first) - centre) / unit;
    long double term = sowt_exact_mass(law, of->lower, of->upper);
    for (unsigned k = 0; k < SOWT_POWERS; k++, term *= z)
        sum[k] += term;
}

/* Goes over all runs: cell by cell in f32 and f64. probability: NULL, or where the masses go. */
static void add_wide(const sowt_cells *cells, const sowt_exact_law *law, double *probability,
                     long double centre, long double unit, long double sum[SOWT_POWERS])
{
    const int64_t last = rank_of(cells->dtype, cells->high);
    run at = {.first = rank_of(cells->dtype, cells->low), .lower = -(long double)INFINITY};
    for (uint32_t c = 0; c < cells->count; c++) {
        at.end = c + 1 == cells->count ? last + 1 : first_rank(cells, c + 1, at.first, last + 1);
        at.upper = at.end > last ? (long double)INFINITY : halfway_below(cells->dtype, at.end);
        const long double before = sum[0];
        if (at.end > at.first) {
            add_run(cells, law, &at, centre, unit, sum);
            at.first = at.end;
            at.lower = at.upper;
        }
        if (probability != NULL)
            probability[c] = (double)(sum[0] - before);
    }
}

/* The nearest value of f32 or f64 at or above a bound. */
static double wide_at_or_above(sow_dtype dtype, double bound)
{
    const double largest = dtype == SOW_F64 ? 0x1.fffffffffffffp1023 : 0x1.fffffep127;
    if (!(bound > -largest))
        return -largest;
    if (dtype == SOW_F64)
        return bound;
    const float nearest = (float)bound;
    return (double)nearest < bound ? nextafterf(nearest, INFINITY) : (double)nearest;
}

static void set_wide(sowt_cells *cells, const sowt_exact_law *law, double low, double high)
{
    cells->low = wide_at_or_above(cells->dtype, low);
    cells->high = -wide_at_or_above(cells->dtype, -high);
    if (law->uniform && cells->high == high)
        cells->high = value_at(cells->dtype, rank_of(cells->dtype, high) - 1);
    cells->count = cells->low <= cells->high ? SOWT_CELLS_WIDE : 0;
    cells->origin = (double)law->low;
    cells->per_unit = (double)(SOWT_CELLS_WIDE / (law->high - law->low));
}

/* ---- Narrow dtypes ---- */

static void add_narrow(const sowt_cells *cells, const sowt_exact_law *law, double *probability,
                       long double centre, long double unit, long double sum[SOWT_POWERS])
{
    long double lower = -(long double)INFINITY;
    for (uint32_t c = 0; c < cells->count; c++) {
        const bool last = c + 1 == cells->count;
        const long double upper =
            last ? (long double)INFINITY : ((long double)cells->value[c] + cells->value[c + 1]) / 2;
        const long double mass = sowt_exact_mass(law, lower, upper);
        const long double z = (cells->value[c] - centre) / unit;
        long double term = mass;
        for (unsigned k = 0; k < SOWT_POWERS && mass > 0; k++, term *= z)
            sum[k] += term;
        if (probability != NULL)
            probability[c] = (double)mass;
        lower = upper;
    }
}

/* The values of the dtype inside the interval, rising; -0 counts as 0. */
static void set_narrow(sowt_cells *cells, bool uniform, double low, double high)
{
    const uint32_t largest = sowt_dtype_largest_bits(cells->dtype);
    const uint32_t sign = sowt_dtype_sign_bit(cells->dtype);
    for (uint32_t bits = 0; bits < SOWT_CELLS_MOST; bits++)
        cells->cell_of_bits[bits] = -1;
    for (uint32_t i = 0; i <= 2 * largest; i++) {
        const uint32_t bits = i < largest ? sign | (largest - i) : i - largest;
        const double value = sowt_dtype_value(cells->dtype, bits);
        if (value < low || value > high || (uniform && value == high))
            continue;
        cells->cell_of_bits[bits] = (int32_t)cells->count;
        cells->value[cells->count++] = value;
    }
    cells->cell_of_bits[sign] = cells->cell_of_bits[0];
    if (cells->count > 0) {
        cells->low = cells->value[0];
        cells->high = cells->value[cells->count - 1];
    }
}

/* ---- Both ---- */

static void add_all(const sowt_cells *cells, const sowt_exact_law *law, double *probability,
                    long double centre, long double unit, long double sum[SOWT_POWERS])
{
    if (sowt_is_narrow(cells->dtype))
        add_narrow(cells, law, probability, centre, unit, sum);
    else
        add_wide(cells, law, probability, centre, unit, sum);
}

enum { SLACK = 4 }; /* units of the last place */

double sowt_probability_below(const sowt_cells *cells, const sowt_exact_law *law, double value)
{
    double p = 0;
    if (sowt_is_narrow(cells->dtype)) {
        for (uint32_t c = 0; c < cells->count && cells->value[c] < value; c++)
            p += cells->probability[c];
        return p;
    }
    const int64_t rank = rank_of(cells->dtype, value) - SLACK;
    if (rank <= rank_of(cells->dtype, cells->low))
        return 0;
    return (double)sowt_exact_mass(law, -(long double)INFINITY, halfway_below(cells->dtype, rank));
}

double sowt_probability_above(const sowt_cells *cells, const sowt_exact_law *law, double value)
{
    double p = 0;
    if (sowt_is_narrow(cells->dtype)) {
        for (uint32_t c = cells->count; c > 0 && cells->value[c - 1] > value; c--)
            p += cells->probability[c - 1];
        return p;
    }
    const int64_t rank = rank_of(cells->dtype, value) + SLACK;
    if (rank >= rank_of(cells->dtype, cells->high))
        return 0;
    return (double)sowt_exact_mass(law, halfway_below(cells->dtype, rank + 1),
                                   (long double)INFINITY);
}

void sowt_cells_make(sowt_cells *cells, sow_dtype dtype, const sowt_exact_law *law, double low,
                     double high)
{
    memset(cells, 0, sizeof *cells);
    cells->dtype = dtype;
    if (sowt_is_narrow(dtype))
        set_narrow(cells, law->uniform, low, high);
    else
        set_wide(cells, law, low, high);
    if (cells->count == 0)
        return;
    long double about_peak[SOWT_POWERS] = {0};
    add_all(cells, law, cells->probability, law->peak, law->scale, about_peak);
    const long double mean = law->peak + law->scale * about_peak[1];
    const long double variance = about_peak[2] - about_peak[1] * about_peak[1];
    const long double std = variance > 1e-15L ? law->scale * sqrtl(variance) : 0;
    cells->mean = (double)mean;
    cells->std = (double)std;
    long double moment[SOWT_POWERS] = {0};
    if (std > 0)
        add_all(cells, law, NULL, mean, std, moment);
    for (unsigned k = 0; k < SOWT_POWERS; k++)
        cells->moment[k] = (double)moment[k];
}
