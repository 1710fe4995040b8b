/* Mean and standard deviation of stored values, a piece at a time. */
#ifndef SOWI_MEASURE_H
#define SOWI_MEASURE_H

#include <stddef.h>
#include <stdint.h>

#include "sowcl/base.h"

enum { SOWI_MEASURE_LANES = 8 };

typedef struct sowi_measure_sums {
    double sum[SOWI_MEASURE_LANES], square_sum[SOWI_MEASURE_LANES];
} sowi_measure_sums;

/* Sums are taken of the distance from shift, a value near the mean, so that a small deviation round a
 * large mean is not lost. Start with {.dtype, .shift}. */
typedef struct sowi_measure {
    sow_dtype dtype;
    double shift;
    uint64_t count;
    double sum, square_sum;
    /* of the group that is not complete yet; element i of a group goes to lane i % SOWI_MEASURE_LANES */
    size_t in_group;
    sowi_measure_sums group;
} sowi_measure;

/* Adds count elements of the dtype, which must be finite. data needs no alignment. Where the elements are
 * divided among calls makes no difference. */
void sowi_measure_add(sowi_measure *measure, const void *data, size_t count);

/* Ends the group of elements that are summed together, before elements are left out. */
void sowi_measure_break(sowi_measure *measure);

/* Of all that was added; the population's deviation. Both 0 when there was nothing. */
void sowi_measure_moments(sowi_measure *measure, double *mean, double *std);

#endif
