/* Mean and standard deviation of what a plan stores. Statistics only: no bit depends on this file, so
 * libm may be used. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "dtype.h"
#include "law.h"
#include "sowcl/base.h"
#include "stft.h"

typedef struct cells {
    const sow_plan *plan;
    const sowi_dtype_row *dtype;
    double first, second; /* sums of p * (v - mean) and of p * (v - mean)^2 */
} cells;

/* P(lower <= X < upper) of the plan's distribution before rounding. Plain normals by the C library's erfc, which is
 * ten times as fast: of bf16 there are 65000 cells. */
static double probability(const sow_plan *plan, double lower, double upper)
{
    if (plan->distribution == SOW_DIST_UNIFORM || plan->scale != 0)
        return sowi_law_mass(plan, lower, upper);
    const double scale = 1 / (plan->std * sqrt(2.0));
    const double a = (lower - plan->mean) * scale, b = (upper - plan->mean) * scale;
    return a > 0 ? (erfc(a) - erfc(b)) / 2 : (erfc(-b) - erfc(-a)) / 2;
}

static void add_cell(cells *sums, double value, double lower, double upper)
{
    const double p = probability(sums->plan, lower, upper);
    const double distance = value - sums->plan->mean;
    sums->first += p * distance;
    sums->second += p * distance * distance;
}

/* Adds the stored values in [from, to]; what lies below the first value's cell or above the last one's
 * belongs to the neighbours unless it is the end of the whole. */
static void add_cells(cells *sums, double from, double to, double lower_end, double upper_end)
{
    double lower = lower_end;
    for (double value = from; value <= to;) {
        const double next = sowi_dtype_next_up(sums->dtype, value);
        const double upper = next <= to ? value + (next - value) / 2 : upper_end;
        add_cell(sums, value, lower, upper);
        lower = upper;
        value = next;
    }
}

/* Sums over the stored values from lowest to highest. Those nearer to zero than 2^-20 of the scale, which
 * are many, count as one zero: that moves the variance by less than 2^-39 of itself. */
static void add_all(cells *sums, double lowest, double highest)
{
    const double near = sowi_dtype_round(sums->dtype, sums->plan->std * 0x1p-20);
    if (near == 0 || lowest > -near || highest < near) {
        add_cells(sums, lowest, highest, -(double)INFINITY, (double)INFINITY);
        return;
    }
    add_cells(sums, lowest, -near, -(double)INFINITY, -near);
    add_cell(sums, 0, -near, near);
    add_cells(sums, near, highest, near, (double)INFINITY);
}

/* Whether values and their negatives are equally probable, as they are stored. */
static bool is_symmetric(const sow_plan *plan, bool held)
{
    return plan->mean == 0 &&
           (!held || (plan->low == -plan->high && plan->stored_low == -plan->stored_high));
}

/* The sums over the stored values within 40 standard deviations: beyond lies less than 2^-57 of the mass,
 * even of an exponential tail. */
static void rounded_moments(const sow_plan *plan, const sowi_dtype_row *dtype, double *mean,
                            double *std)
{
    cells sums = {.plan = plan, .dtype = dtype};
    /* the elements of matrices are nearly normal but in the smallest ones */
    const bool held =
        plan->distribution != SOW_DIST_NORMAL && plan->distribution != SOW_DIST_ORTHOGONAL;
    const double reach = 40 * plan->std;
    const double lowest = fmax(held ? plan->stored_low : -dtype->largest,
                               sowi_dtype_at_or_below(dtype, plan->mean - reach));
    const double highest = fmin(held ? plan->stored_high : dtype->largest,
                                sowi_dtype_at_or_above(dtype, plan->mean + reach));
    add_all(&sums, lowest, highest);
    if (is_symmetric(plan, held)) /* both sides are the same; their sum has an error */
        sums.first = 0;
    *mean = plan->mean + sums.first;
    *std = sqrt(fmax(0, sums.second - sums.first * sums.first));
}

/* Whether rounding moves the moments: in f32 where its values lie more than 2^-10 of the spread apart. */
static bool rounding_shows(const sow_plan *plan, const sowi_dtype_row *dtype)
{
    if (dtype->fraction_bits < 23)
        return true;
    const double far = sowi_dtype_round(dtype, fabs(plan->mean) + plan->std);
    return dtype->dtype == SOW_F32 && sowi_dtype_next_up(dtype, far) - far > plan->std * 0x1p-10;
}

/* Of sparse columns the rest are zeros. */
static void thin_out(const sow_plan *plan, double *mean, double *std)
{
    const double share = 1 - (double)plan->placed.zeros / (double)plan->placed.rows;
    const double square = (*std * *std + *mean * *mean) * share;
    *mean *= share;
    *std = sqrt(fmax(0, square - *mean * *mean));
}

/* Of one value, or of two of which a structure or an overlay brings the other. */
static void constant_moments(const sow_plan *plan, const sowi_dtype_row *dtype, double *mean,
                             double *std)
{
    const bool is_float = dtype->class == SOWI_CLASS_FLOAT;
    const double low = is_float ? sowi_dtype_round(dtype, plan->low) : plan->low;
    const double high = is_float ? sowi_dtype_round(dtype, plan->high) : plan->high;
    const double scale = isinf(plan->high - plan->low) ? 0.5 : 1;
    const double width = plan->high * scale - plan->low * scale;
    const double share = width == 0 ? 1 : (plan->mean * scale - plan->low * scale) / width;
    const double spread = sqrt(fmax(0, share * (1 - share)));
    *mean = high * share + low * (1 - share);
    *std = high * spread - low * spread;
}

sow_status sow_plan_moments(const sow_plan *plan, double *mean, double *std)
{
    if (plan == NULL || mean == NULL || std == NULL)
        return SOW_ERR_ARGUMENT;
    const sowi_dtype_row *dtype = sowi_dtype_row_of(plan->dtype);
    if (dtype == NULL)
        return SOW_ERR_ARGUMENT;
    if (plan->distribution == SOW_DIST_BITS) {
        *mean = -0.5;
        *std = 0x1p32 / sqrt(12.0);
    } else if (plan->distribution == SOW_DIST_CONSTANT) {
        constant_moments(plan, dtype, mean, std);
    } else if (plan->distribution == SOW_DIST_STFT) {
        sowi_stft_moments(plan, dtype, mean, std);
    } else if (rounding_shows(plan, dtype)) {
        rounded_moments(plan, dtype, mean, std);
    } else {
        *mean = plan->mean;
        *std = plan->std;
    }
    if (plan->structure == SOW_STRUCTURE_SPARSE)
        thin_out(plan, mean, std);
    return SOW_OK;
}
