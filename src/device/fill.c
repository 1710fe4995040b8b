/* The public fills: checks, then the plan's kernel on the caller's queue. */
#include "fill.h"

#include "chain.h"
#include "fail.h"
#include "kernel_pool.h"
#include "launch.h"
#include "orthogonal_fill.h"
#include "structure.h"
#include "structure_fill.h"

sow_status sowi_check_queue(const sow_context *context, cl_command_queue queue)
{
    cl_context its_context = NULL;
    cl_device_id its_device = NULL;
    cl_int code =
        clGetCommandQueueInfo(queue, CL_QUEUE_CONTEXT, sizeof its_context, &its_context, NULL);
    if (code == CL_SUCCESS)
        code = clGetCommandQueueInfo(queue, CL_QUEUE_DEVICE, sizeof its_device, &its_device, NULL);
    if (code != CL_SUCCESS)
        return code;
    return its_context == context->context && its_device == context->device ? SOW_OK
                                                                            : SOW_ERR_CONTEXT;
}

sow_status sowi_check_buffer(const sow_context *context, cl_mem buffer, uint64_t *size_bytes)
{
    cl_context its_context = NULL;
    size_t its_size = 0;
    cl_int code =
        clGetMemObjectInfo(buffer, CL_MEM_CONTEXT, sizeof its_context, &its_context, NULL);
    if (code == CL_SUCCESS)
        code = clGetMemObjectInfo(buffer, CL_MEM_SIZE, sizeof its_size, &its_size, NULL);
    if (code != CL_SUCCESS)
        return code;
    *size_bytes = its_size;
    return its_context == context->context ? SOW_OK : SOW_ERR_CONTEXT;
}

bool sowi_plan_is_inside(const sow_plan *plan, uint64_t offset_elems, uint64_t size_bytes)
{
    const uint64_t elements = size_bytes / sow_dtype_size(plan->dtype);
    return offset_elems <= elements && plan->count <= elements - offset_elems;
}

sow_status sowi_fill_nothing(cl_command_queue queue, cl_uint num_wait, const cl_event *wait,
                             cl_event *event)
{
    return event == NULL ? SOW_OK : clEnqueueMarkerWithWaitList(queue, num_wait, wait, event);
}

/* The distribution alone. */
static sow_status fill_distribution(sow_context *context, cl_command_queue queue, cl_mem buffer,
                                    uint64_t offset_elems, const sow_plan *plan, cl_uint num_wait,
                                    const cl_event *wait, cl_event *event)
{
    if (plan->distribution == SOW_DIST_ORTHOGONAL)
        return sowi_orthogonal_fill(context, queue, buffer, offset_elems, plan, num_wait, wait,
                                    event);
    cl_kernel kernel;
    sow_status status =
        sowi_kernel_take(context, SOWI_ONE, plan->distribution, plan->dtype, &kernel);
    if (status != SOW_OK)
        return status;
    status = sowi_launch(context, kernel, queue, buffer, offset_elems, plan, num_wait, wait, event);
    sowi_kernel_return(context, SOWI_ONE, plan->distribution, plan->dtype, kernel);
    return status;
}

/* The distribution, and then what comes over it. */
static sow_status fill_and_write_over(sow_context *context, cl_command_queue queue, cl_mem buffer,
                                      uint64_t offset_elems, const sow_plan *plan, cl_uint num_wait,
                                      const cl_event *wait, cl_event *event)
{
    sowi_chain chain;
    cl_event filled;
    sow_status status;
    SOWI_TRY(status, sowi_chain_begin(&chain, queue, num_wait, wait));
    SOWI_TRY(status, sowi_write_over_prepare(context, plan));
    SOWI_TRY(status, fill_distribution(context, queue, buffer, offset_elems, plan, num_wait, wait,
                                       sowi_chain_event(&chain, &filled, false)));
    sowi_chain_follow(&chain, filled);
    SOWI_TRY(status, sowi_write_over(context, buffer, offset_elems, plan, &chain));
    if (event != NULL)
        status = sowi_chain_give(&chain, event);
done:
    sowi_chain_end(&chain);
    return status;
}

sow_status sowi_fill_prepare(sow_context *context, const sow_plan *plan)
{
    const sow_status status =
        plan->distribution == SOW_DIST_ORTHOGONAL
            ? sowi_orthogonal_prepare(context, plan->dtype, plan)
            : sowi_program_prepare(context, SOWI_ONE, plan->distribution, plan->dtype);
    return status != SOW_OK ? status : sowi_write_over_prepare(context, plan);
}

sow_status sow_context_prepare(sow_context *context, sow_distribution distribution, sow_dtype dtype)
{
    if (context == NULL)
        return SOW_ERR_ARGUMENT;
    if (distribution == SOW_DIST_ORTHOGONAL)
        return sowi_orthogonal_prepare(context, dtype, NULL);
    return sowi_program_prepare(context, SOWI_ONE, distribution, dtype);
}

sow_status sow_context_prepare_plan(sow_context *context, const sow_plan *plan)
{
    if (context == NULL || plan == NULL || sow_dtype_size(plan->dtype) == 0)
        return SOW_ERR_ARGUMENT;
    return plan->count == 0 ? SOW_OK : sowi_fill_prepare(context, plan);
}

sow_status sowi_fill_checked(sow_context *context, cl_command_queue queue, cl_mem buffer,
                             uint64_t offset_elems, const sow_plan *plan, cl_uint num_wait,
                             const cl_event *wait, cl_event *event)
{
    if (event != NULL)
        *event = NULL;
    return sowi_plan_is_written_over(plan)
               ? fill_and_write_over(context, queue, buffer, offset_elems, plan, num_wait, wait,
                                     event)
               : fill_distribution(context, queue, buffer, offset_elems, plan, num_wait, wait,
                                   event);
}

sow_status sow_fill_plan(sow_context *context, cl_command_queue queue, cl_mem buffer,
                         uint64_t offset_elems, const sow_plan *plan, cl_uint num_wait,
                         const cl_event *wait, cl_event *event)
{
    uint64_t size_bytes;
    if (event != NULL)
        *event = NULL;
    if (context == NULL || queue == NULL || buffer == NULL || plan == NULL ||
        (num_wait == 0) != (wait == NULL) || sow_dtype_size(plan->dtype) == 0)
        return SOW_ERR_ARGUMENT;
    sow_status status = sowi_check_queue(context, queue);
    if (status == SOW_OK)
        status = sowi_check_buffer(context, buffer, &size_bytes);
    if (status == SOW_OK && !sowi_plan_is_inside(plan, offset_elems, size_bytes))
        status = SOW_ERR_BUFFER;
    if (status != SOW_OK)
        return status;
    if (plan->count == 0)
        return sowi_fill_nothing(queue, num_wait, wait, event);
    return sowi_fill_checked(context, queue, buffer, offset_elems, plan, num_wait, wait, event);
}

sow_status sow_fill(sow_context *context, cl_command_queue queue, cl_mem buffer,
                    uint64_t offset_elems, const sow_tensor *tensor,
                    const sow_initializer *initializer, sow_key key, cl_uint num_wait,
                    const cl_event *wait, cl_event *event)
{
    if (event != NULL)
        *event = NULL;
    if (context == NULL || queue == NULL || buffer == NULL)
        return SOW_ERR_ARGUMENT;
    sow_plan plan;
    const sow_status status = sow_plan_make(&plan, tensor, initializer, key, NULL);
    if (status != SOW_OK)
        return status;
    return sow_fill_plan(context, queue, buffer, offset_elems, &plan, num_wait, wait, event);
}
