/* The moments of plans, remembered: a model has thousands of tensors and few distributions, and the moments of
 * a narrow dtype take a tenth of a millisecond. */
#ifndef SOWI_MOMENTS_MEMORY_H
#define SOWI_MOMENTS_MEMORY_H

#include <stddef.h>

#include "sowcl/base.h"

typedef struct sowi_moments_row sowi_moments_row;

/* Zero is empty. */
typedef struct sowi_moments_memory {
    sowi_moments_row *rows; /* NULL until needed */
    size_t oldest;          /* the next to be forgotten where there is no room */
} sowi_moments_memory;

/* As sow_plan_moments. */
sow_status sowi_moments_recall(sowi_moments_memory *memory, const sow_plan *plan, double *mean,
                               double *std);

/* Frees what is remembered. */
void sowi_moments_forget(sowi_moments_memory *memory);

#endif
