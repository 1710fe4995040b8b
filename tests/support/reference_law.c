#include "reference_law.h"

#include <math.h>

#include "reference_dtype.h"
#include "statistics.h"

double sowt_law_cdf(const sowt_law *law, double x)
{
    if (law->distribution == SOW_DIST_NORMAL)
        return sowt_normal_cdf((x - law->mean) / law->std);
    return fmin(1, fmax(0, (x - law->low) / (law->high - law->low)));
}

/* P(lower < X <= upper), without the cancellation of two values near 1. */
static double mass_between(const sowt_law *law, double lower, double upper)
{
    if (law->distribution != SOW_DIST_NORMAL || lower < law->mean)
        return sowt_law_cdf(law, upper) - sowt_law_cdf(law, lower);
    const double a = (law->mean - upper) / law->std, b = (law->mean - lower) / law->std;
    return sowt_normal_cdf(b) - sowt_normal_cdf(a);
}

/* Where the draw that rounds to a value ends up. */
static double held(const sowt_law *law, sow_dtype dtype, double value)
{
    const double largest = sowt_dtype_value(dtype, sowt_dtype_largest_bits(dtype));
    double lowest = -largest, highest = largest;
    if (law->distribution == SOW_DIST_UNIFORM) {
        lowest = fmax(lowest, sowt_dtype_at_or_above(dtype, law->low));
        highest = fmin(highest, sowt_dtype_below(dtype, law->high));
    }
    return fmin(highest, fmax(lowest, value));
}

void sowt_law_cells(const sowt_law *law, sow_dtype dtype, double probability[SOWT_CELLS])
{
    const uint32_t largest = sowt_dtype_largest_bits(dtype), sign = sowt_dtype_sign_bit(dtype);
    for (uint32_t bits = 0; bits < SOWT_CELLS; bits++)
        probability[bits] = 0;
    double lower = -(double)INFINITY;
    /* from the lowest value over -0, which no draw gives, and 0 to the highest */
    for (uint32_t i = 0; i <= 2 * largest; i++) {
        const uint32_t bits = i < largest ? sign | (largest - i) : i - largest;
        const uint32_t after = i < largest - 1 ? sign | (largest - i - 1) : i + 1 - largest;
        const double value = sowt_dtype_value(dtype, bits);
        const double upper =
            i == 2 * largest ? (double)INFINITY : (value + sowt_dtype_value(dtype, after)) / 2;
        const uint32_t stored = sowt_dtype_nearest(dtype, held(law, dtype, value) + 0.0);
        probability[stored] += mass_between(law, lower, upper);
        lower = upper;
    }
}
