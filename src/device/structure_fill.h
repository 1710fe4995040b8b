/* What comes over a plan's distribution, on a device. */
#ifndef SOWI_STRUCTURE_FILL_H
#define SOWI_STRUCTURE_FILL_H

#include "chain.h"

/* Whether the plan has a structure or an overlay to write. */
bool sowi_is_written_over(const sow_plan *plan);

/* The program of a structure of the plan's dtype. */
sow_distribution sowi_structure_program(const sow_plan *plan);

/* Launches a structure with its kernel as the next command of the chain. OpenCL's. */
sow_status sowi_structure_launch(sow_context *context, cl_kernel kernel, cl_mem buffer,
                                 uint64_t offset_elems, const sow_plan *plan, sowi_chain *chain,
                                 bool is_last);

/* Enqueues structure and overlay of a plan whose distribution the chain has filled. Statuses of sowi_kernel_take. */
sow_status sowi_write_over(sow_context *context, cl_mem buffer, uint64_t offset_elems,
                           const sow_plan *plan, sowi_chain *chain);

/* Builds and tests what the plan's structure and overlay need. Likewise. */
sow_status sowi_write_over_prepare(sow_context *context, const sow_plan *plan);

#endif
