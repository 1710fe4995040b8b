/* Orthogonal matrices on a device. */
#ifndef SOWI_ORTHOGONAL_FILL_H
#define SOWI_ORTHOGONAL_FILL_H

#include "context.h"

/* Enqueues a plan of SOW_DIST_ORTHOGONAL, count > 0, whose arguments are checked.
 * SOW_ERR_BUILD, SOW_ERR_TEST_*, SOW_ERR_NO_F64, SOW_ERR_WORKSPACE, SOW_ERR_NO_MEMORY, OpenCL's. */
sow_status sowi_orthogonal_fill(sow_context *context, cl_command_queue queue, cl_mem buffer,
                                uint64_t offset_elems, const sow_plan *plan, cl_uint num_wait,
                                const cl_event *wait, cl_event *event);

/* Builds and tests what fills of the dtype need; of a plan, which has elements: no more than its own fill needs, and reserves
 * its workspace. plan: NULL is all. The same statuses. */
sow_status sowi_orthogonal_prepare(sow_context *context, sow_dtype dtype, const sow_plan *plan);

#endif
