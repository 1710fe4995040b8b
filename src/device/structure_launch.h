/* The launch of a structure. */
#ifndef SOWI_STRUCTURE_LAUNCH_H
#define SOWI_STRUCTURE_LAUNCH_H

#include "chain.h"

/* Launches a structure with its kernel as the next command of the chain. OpenCL's. */
sow_status sowi_structure_launch(sow_context *context, cl_kernel kernel, cl_mem buffer,
                                 uint64_t offset_elems, const sow_plan *plan, sowi_chain *chain,
                                 bool is_last);

#endif
