#include "stage.h"

#include "context.h"
#include "fail.h"

#define STAGE_BYTES ((uint64_t)32 << 20)

static sow_status ensure_stage(sow_context *context)
{
    if (context->stage != NULL)
        return SOW_OK;
    cl_ulong most = 0;
    const cl_int asked =
        clGetDeviceInfo(context->device, CL_DEVICE_MAX_MEM_ALLOC_SIZE, sizeof most, &most, NULL);
    if (asked != CL_SUCCESS)
        return asked;
    /* A multiple of every dtype's size. */
    context->stage_bytes = (most < STAGE_BYTES ? most : STAGE_BYTES) / 8 * 8;
    return sow_buffer_create(context, context->stage_bytes, &context->stage);
}

static sow_status draw_piece(sow_context *context, cl_command_queue queue, void *dst,
                             const sow_plan *piece, uint64_t bytes)
{
    const sow_status status =
        sow_fill_plan(context, queue, context->stage, 0, piece, 0, NULL, NULL);
    if (status != SOW_OK)
        return status;
    return clEnqueueReadBuffer(queue, context->stage, CL_TRUE, 0, (size_t)bytes, dst, 0, NULL,
                               NULL);
}

static sow_status draw_pieces(sow_context *context, cl_command_queue queue, void *dst,
                              const sow_plan *plan)
{
    sow_status status = SOW_OK;
    const uint64_t size = sow_dtype_size(plan->dtype);
    SOWI_TRY(status, ensure_stage(context));
    const uint64_t most = context->stage_bytes / size;
    for (uint64_t done = 0; done < plan->count;) {
        const uint64_t count = plan->count - done < most ? plan->count - done : most;
        sow_plan piece = *plan;
        SOWI_TRY(status, sow_plan_slice(&piece, done, count));
        SOWI_TRY(status, draw_piece(context, queue, (unsigned char *)dst + done * size, &piece,
                                    count * size));
        done += count;
    }
done:
    return status;
}

sow_status sowi_stage_draw(sow_context *context, void *dst, const sow_plan *plan)
{
    if (context == NULL || plan == NULL || (dst == NULL && plan->count != 0) ||
        sow_dtype_size(plan->dtype) == 0)
        return SOW_ERR_ARGUMENT;
    cl_int code = CL_SUCCESS;
    cl_command_queue queue = context->queue;
    if (queue == NULL) /* a guest */
        queue = clCreateCommandQueue(context->context, context->device, 0, &code);
    if (queue == NULL)
        return code;
    (void)pthread_mutex_lock(&context->stage_lock);
    const sow_status status = draw_pieces(context, queue, dst, plan);
    (void)pthread_mutex_unlock(&context->stage_lock);
    if (queue != context->queue)
        (void)clReleaseCommandQueue(queue);
    return status;
}
