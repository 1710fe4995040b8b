/* What is said of a sample of times. */
#ifndef SOWI_SPREAD_H
#define SOWI_SPREAD_H

#include "sowcl/bench.h"

/* The spread of count samples, which are sorted in place. A sample that is not finite makes all of it NaN,
 * as does a count of 0. */
sow_bench_spread sowi_spread_of(double *samples, size_t count);

/* The spread of numerator[i] / denominator[i] * scale; scratch holds count doubles. All NaN where a
 * denominator is not positive. */
sow_bench_spread sowi_spread_of_ratios(const double *numerator, const double *denominator,
                                       double scale, size_t count, double *scratch);

/* The spread of samples[i] / units. */
sow_bench_spread sowi_spread_per_unit(const double *samples, double units, size_t count,
                                      double *scratch);

sow_bench_spread sowi_spread_of_none(void);

#endif
