/* Plans of orthogonal matrices, and what of them host and devices share. */
#ifndef SOWI_ORTHOGONAL_H
#define SOWI_ORTHOGONAL_H

#include <stdbool.h>

#include "initializers.h"
#include "job.clh"
#include "orthogonal_job.clh"

/* The matrices that the tensor holds, their gain and moments. SOW_ERR_SHAPE, SOW_ERR_PARAMETER. */
sow_status sowi_plan_orthogonal(sow_plan *plan, const sow_tensor *tensor,
                                const sowi_resolved *resolved, sow_error *error);

/* The type that the plan's matrices are computed in: SOW_F64 for f64, else SOW_F32. */
sow_dtype sowi_orthogonal_real(const sow_plan *plan);

/* Whether the plan's elements are just its matrices', all of them, so that they can be made where they go. */
bool sowi_orthogonal_is_whole(const sow_plan *plan);

/* The matrices [first, first + count) that elements of the plan belong to; none of a slice beside them. */
void sowi_orthogonal_touched(const sow_plan *plan, uint64_t *first, uint64_t *count);

/* The draws that count of the plan's matrices, from the first on, are made of, as a plan to fill them densely packed: those of
 * normal(0, 1) at their elements. */
sow_plan sowi_orthogonal_normals(const sow_plan *plan, uint64_t first, uint64_t count);

/* The job of up to `most` of the plan's matrices at once, in a buffer of their own from element 0 on; chunked:
 * with room for sums by chunks. job->work_stride is the workspace that a matrix needs, in elements. */
void sowi_orthogonal_job_make(sowk_orthogonal_job *job, const sow_plan *plan, bool chunked);

/* The job that picks the plan's elements from its matrices [first, first + count), which lie in a source from element `source` on;
 * dst: the element that the plan's first one goes to. See kernels/pick.clh. */
void sowi_pick_job_make(sowk_job *job, const sow_plan *plan, uint64_t first, uint64_t count,
                        uint64_t source, uint64_t dst);

#endif
