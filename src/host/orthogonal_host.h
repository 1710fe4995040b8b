/* Orthogonal matrices in host memory. */
#ifndef SOWI_ORTHOGONAL_HOST_H
#define SOWI_ORTHOGONAL_HOST_H

#include "sowcl/base.h"

#include "orthogonal_job.clh"

/* Does the tiles [first, end) of a step of all the job's matrices, counted matrix by matrix, in an instruction set and a
 * type; a and work as the job says. */
typedef void sowi_orthogonal_tiles(const sowk_orthogonal_job *job, void *a, void *work,
                                   uint32_t step, uint32_t panel, uint64_t first, uint64_t end);

typedef struct sowi_orthogonal_set {
    sowi_orthogonal_tiles *tiles;
    uint32_t strip; /* columns of a tile */
} sowi_orthogonal_set;

extern const sowi_orthogonal_set sowi_orthogonal_plain_f32, sowi_orthogonal_plain_f64;
extern const sowi_orthogonal_set sowi_orthogonal_avx2_f32, sowi_orthogonal_avx2_f64;

/* Fills dst with the plan's elements, count > 0. options as sow_fill_host_plan checked them.
 * SOW_ERR_NO_MEMORY. */
sow_status sowi_orthogonal_fill_host(void *dst, const sow_plan *plan,
                                     const sow_host_options *options);

#endif
