/* What comes over a plan's distribution, on a device. */
#ifndef SOWI_STRUCTURE_FILL_H
#define SOWI_STRUCTURE_FILL_H

#include "chain.h"

/* Enqueues structure and overlay of a plan whose distribution the chain has filled. Statuses of sowi_kernel_take. */
sow_status sowi_write_over(sow_context *context, cl_mem buffer, uint64_t offset_elems,
                           const sow_plan *plan, sowi_chain *chain);

/* Builds and tests what the plan's structure and overlay need. Likewise. */
sow_status sowi_write_over_prepare(sow_context *context, const sow_plan *plan);

#endif
