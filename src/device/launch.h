/* Launching the kernel of a plan. */
#ifndef SOWI_LAUNCH_H
#define SOWI_LAUNCH_H

#include "context.h"

/* Enqueues the plan (count > 0) with its kernel, in as many launches as it needs; the last one's event goes
 * to *event unless event is NULL. On failure *event is NULL. */
sow_status sowi_launch(sow_context *context, cl_kernel kernel, cl_command_queue queue,
                       cl_mem buffer, uint64_t offset_elems, const sow_plan *plan, cl_uint num_wait,
                       const cl_event *wait, cl_event *event);

/* Work-items of a launch of so many items of draws: whole work-groups, and no more than each is worth its
 * start; kernels/fill.cl has them take several items each. */
size_t sowi_launch_work_items(const sow_context *context, uint64_t items);

/* Elements that one item of a constant's kernel writes: SOWK_CONSTANT_RUN of kernels/constant.cl. */
uint64_t sowi_constant_run(const sow_context *context);

#endif
