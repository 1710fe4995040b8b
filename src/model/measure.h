/* Mean and standard deviation of stored values, a piece at a time. */
#ifndef SOWI_MEASURE_H
#define SOWI_MEASURE_H

#include <stddef.h>
#include <stdint.h>

#include "sowcl/base.h"

/* Sums are taken of the distance from shift, a value near the mean, so that a small deviation round a
 * large mean is not lost. Start with {.dtype, .shift}. */
typedef struct sowi_measure {
    sow_dtype dtype;
    double shift;
    uint64_t count;
    double sum, square_sum;
} sowi_measure;

/* Adds count elements of the dtype, which must be finite. data needs no alignment. */
void sowi_measure_add(sowi_measure *measure, const void *data, size_t count);

/* Of all that was added; the population's deviation. Both 0 when there was nothing. */
void sowi_measure_moments(const sowi_measure *measure, double *mean, double *std);

#endif
