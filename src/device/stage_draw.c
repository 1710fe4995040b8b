/* Drawing one plan through a stage that the context keeps. */
#include <string.h>

#include "context.h"
#include "fail.h"
#include "stage.h"

/* Pieces that stay in a processor's cache from the draw to the copy; enough of them to keep the device busy
 * meanwhile. A piece is a multiple of every dtype's size. */
enum { SLOTS = 3, SLOT_BYTES = 4 << 20 };

/* A plan on its way to host memory. */
typedef struct journey {
    sowi_stage *stage;
    const sow_plan *plan;
    unsigned char *dst;
    uint64_t piece_elems, pieces;
} journey;

static uint64_t begin_of(const journey *on, uint64_t piece)
{
    const uint64_t begin = piece * on->piece_elems;
    return begin < on->plan->count ? begin : on->plan->count;
}

static sow_status begin(const journey *on, uint64_t piece)
{
    const uint64_t first = begin_of(on, piece), count = begin_of(on, piece + 1) - first;
    sow_plan slice = *on->plan;
    const sow_status status = sow_plan_slice(&slice, first, count);
    if (status != SOW_OK)
        return status;
    return sowi_stage_begin(on->stage, (size_t)(piece % SLOTS), &(sow_batch_item){&slice, 0}, 1);
}

static sow_status end(const journey *on, uint64_t piece)
{
    const size_t size = sow_dtype_size(on->plan->dtype);
    const uint64_t first = begin_of(on, piece);
    const size_t size_bytes = (size_t)(begin_of(on, piece + 1) - first) * size;
    unsigned char *bytes;
    const sow_status status =
        sowi_stage_end(on->stage, (size_t)(piece % SLOTS), size_bytes, &bytes);
    if (status == SOW_OK)
        memcpy(on->dst + first * size, bytes, size_bytes);
    return status;
}

/* Ends each piece when the next ones are begun. */
static sow_status travel(const journey *on)
{
    sow_status status = SOW_OK;
    for (uint64_t i = 0; i < on->pieces + SLOTS - 1 && status == SOW_OK; i++) {
        if (i < on->pieces)
            status = begin(on, i);
        if (status == SOW_OK && i >= SLOTS - 1 && i - (SLOTS - 1) < on->pieces)
            status = end(on, i - (SLOTS - 1));
    }
    return status;
}

/* Through a buffer of its own, for what cannot be drawn in pieces. */
static sow_status draw_whole(sow_context *context, void *dst, const sow_plan *plan)
{
    const uint64_t size = sow_dtype_size(plan->dtype);
    cl_mem buffer = NULL;
    cl_command_queue queue = NULL;
    cl_int code = CL_SUCCESS;
    if (plan->count > SIZE_MAX / size)
        return SOW_ERR_NO_MEMORY;
    sow_status status = sow_buffer_create(context, plan->count * size, &buffer);
    if (status != SOW_OK)
        return status;
    queue = clCreateCommandQueue(context->context, context->device, 0, &code);
    SOWI_TRY(status, code);
    SOWI_TRY(status, sow_fill_plan(context, queue, buffer, 0, plan, 0, NULL, NULL));
    SOWI_TRY(status, clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, (size_t)(plan->count * size),
                                         dst, 0, NULL, NULL));
done:
    if (queue != NULL)
        (void)clReleaseCommandQueue(queue);
    sow_buffer_release(buffer);
    return status;
}

sow_status sowi_stage_draw(sow_context *context, void *dst, const sow_plan *plan)
{
    if (context == NULL || plan == NULL || (dst == NULL && plan->count != 0) ||
        sow_dtype_size(plan->dtype) == 0)
        return SOW_ERR_ARGUMENT;
    if (plan->distribution == SOW_DIST_ORTHOGONAL && plan->count != 0)
        return draw_whole(context, dst, plan);
    journey on = {
        .plan = plan, .dst = dst, .piece_elems = SLOT_BYTES / sow_dtype_size(plan->dtype)};
    on.pieces = plan->count / on.piece_elems + (plan->count % on.piece_elems != 0);
    sow_status status = SOW_OK;
    (void)pthread_mutex_lock(&context->stage_lock);
    if (context->stage == NULL)
        status = sowi_stage_create(&context->stage, context, SLOTS, SLOT_BYTES, SOWI_STAGE_BEST);
    on.stage = context->stage;
    if (status == SOW_OK)
        status = travel(&on);
    (void)pthread_mutex_unlock(&context->stage_lock);
    return status;
}
