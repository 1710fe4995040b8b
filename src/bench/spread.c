#include "spread.h"

#include <math.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Between the two samples around the position, linearly: the rule of R's type 7 and of NumPy. */
static double quantile(const double *sorted, size_t count, double fraction)
{
    const double position = fraction * (double)(count - 1);
    const size_t below = (size_t)position;
    const size_t above = below + 1 < count ? below + 1 : below;
    return sorted[below] + (position - (double)below) * (sorted[above] - sorted[below]);
}

sow_bench_spread sowi_spread_of_none(void)
{
    const double none = (double)NAN;
    return (sow_bench_spread){none, none, none, none, none};
}

sow_bench_spread sowi_spread_of(double *samples, size_t count)
{
    if (count == 0)
        return sowi_spread_of_none();
    for (size_t i = 0; i < count; i++)
        if (!isfinite(samples[i]))
            return sowi_spread_of_none();
    qsort(samples, count, sizeof *samples, compare);
    return (sow_bench_spread){
        .least = samples[0],
        .lower = quantile(samples, count, 0.25),
        .median = quantile(samples, count, 0.5),
        .upper = quantile(samples, count, 0.75),
        .most = samples[count - 1],
    };
}

sow_bench_spread sowi_spread_of_ratios(const double *numerator, const double *denominator,
                                       double scale, size_t count, double *scratch)
{
    for (size_t i = 0; i < count; i++)
        scratch[i] = denominator[i] > 0 ? numerator[i] / denominator[i] * scale : (double)NAN;
    return sowi_spread_of(scratch, count);
}

sow_bench_spread sowi_spread_per_unit(const double *samples, double units, size_t count,
                                      double *scratch)
{
    for (size_t i = 0; i < count; i++)
        scratch[i] = samples[i] / units;
    return sowi_spread_of(scratch, count);
}
