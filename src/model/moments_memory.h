/* The moments of plans, remembered: a model has thousands of tensors and few distributions, and the moments of
 * a narrow dtype take a tenth of a millisecond. */
#ifndef SOWI_MOMENTS_MEMORY_H
#define SOWI_MOMENTS_MEMORY_H

#include <stddef.h>

#include "sowcl/base.h"

enum { SOWI_MOMENTS_REMEMBERED = 16 };

/* Zero is empty. */
typedef struct sowi_moments_memory {
    struct {
        sow_plan plan;
        double mean, std;
    } rows[SOWI_MOMENTS_REMEMBERED];
    size_t count, oldest;
} sowi_moments_memory;

/* As sow_plan_moments. */
sow_status sowi_moments_recall(sowi_moments_memory *memory, const sow_plan *plan, double *mean,
                               double *std);

#endif
