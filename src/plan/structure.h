/* What plans write over a distribution's elements, or beside a constant's. */
#ifndef SOWI_STRUCTURE_H
#define SOWI_STRUCTURE_H

#include "dtype.h"
#include "initializers.h"
#include "job.clh"

/* The value `placed` gets on the diagonal of a matrix, or of a convolution's groups. SOW_ERR_SHAPE,
 * SOW_ERR_PARAMETER. */
sow_status sowi_place_diagonal(sow_placed *placed, const sow_tensor *tensor, sow_error *error);
sow_status sowi_place_dirac(sow_placed *placed, const sow_tensor *tensor, double groups,
                            sow_error *error);

/* How many elements of a column are zero. SOW_ERR_SHAPE. */
sow_status sowi_place_zeros(sow_placed *placed, const sow_tensor *tensor, double sparsity,
                            sow_error *error);

/* Rows [begin, end) of the tensor's first dimension as elements of the region. */
void sowi_rows_in_region(const sow_tensor *tensor, uint64_t begin, uint64_t end,
                         uint64_t *begin_elems, uint64_t *end_elems);

/* Number `block` of `blocks` equal parts of the first dimension, as rows. SOW_ERR_SHAPE,
 * SOW_ERR_PARAMETER. */
sow_status sowi_block_rows(const sow_tensor *tensor, double block, double blocks, uint64_t *begin,
                           uint64_t *end, sow_error *error);

/* The constant that comes over a plan's elements, as a plan of those that it has of them; false: there is
 * none. */
bool sowi_plan_overlay(const sow_plan *plan, sow_plan *overlay);

/* Whether a structure or an overlay comes over the plan's elements. */
bool sowi_plan_is_written_over(const sow_plan *plan);

/* The smallest and the largest tensor index that elements of the plan, count > 0, can have. */
void sowi_plan_reach(const sow_plan *plan, uint64_t *low, uint64_t *high);

/* The job of a plan's structure, which says in its parameters what to place: kernels/structure_job.clh. Items of
 * `job` are the placed elements that may lie in the plan, or runs of a column, by the lanes of who does them. */
void sowi_structure_job_make(sowk_job *job, const sow_plan *plan, uint32_t lanes, uint64_t dst);

#endif
