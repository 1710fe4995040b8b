/* What the public fills share. */
#ifndef SOWI_FILL_H
#define SOWI_FILL_H

#include "context.h"

/* The queue belongs to the context and its device. SOW_ERR_CONTEXT, OpenCL's. */
sow_status sowi_check_queue(const sow_context *context, cl_command_queue queue);

/* The buffer belongs to the context; gives its size. SOW_ERR_CONTEXT, OpenCL's. */
sow_status sowi_check_buffer(const sow_context *context, cl_mem buffer, uint64_t *size_bytes);

/* Whether the plan's elements from offset_elems on lie in a buffer of that size. */
bool sowi_plan_is_inside(const sow_plan *plan, uint64_t offset_elems, uint64_t size_bytes);

/* Builds and tests all that a plan with elements needs, and reserves its workspace. Statuses of sowi_kernel_take,
 * SOW_ERR_WORKSPACE. */
sow_status sowi_fill_prepare(sow_context *context, const sow_plan *plan);

/* Enqueues a plan whose arguments are checked. Statuses of sowi_kernel_take, OpenCL's. */
sow_status sowi_fill_checked(sow_context *context, cl_command_queue queue, cl_mem buffer,
                             uint64_t offset_elems, const sow_plan *plan, cl_uint num_wait,
                             const cl_event *wait, cl_event *event);

/* Nothing to write: the event, if wanted, still comes after the wait list. */
sow_status sowi_fill_nothing(cl_command_queue queue, cl_uint num_wait, const cl_event *wait,
                             cl_event *event);

#endif
