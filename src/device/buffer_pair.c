#include "buffer_pair.h"

#include <stdlib.h>

#include "difference_device.h"
#include "fail.h"

struct sowi_buffer_pair {
    sow_context *context;
    cl_command_queue queue;
    cl_mem buffers[2];
};

sow_status sowi_buffer_pair_create(sowi_buffer_pair **out, sow_context *context,
                                   uint64_t size_bytes)
{
    sow_status status = SOW_OK;
    cl_int code = CL_SUCCESS;
    sowi_buffer_pair *made = calloc(1, sizeof *made);
    *out = NULL;
    if (made == NULL)
        return SOW_ERR_NO_MEMORY;
    made->context = context;
    made->queue = clCreateCommandQueue(context->context, context->device, 0, &code);
    SOWI_TRY(status, code);
    SOWI_TRY(status, sow_buffer_create(context, size_bytes, &made->buffers[0]));
    SOWI_TRY(status, sow_buffer_create(context, size_bytes, &made->buffers[1]));
    *out = made;
    made = NULL;
done:
    sowi_buffer_pair_release(made);
    return status;
}

void sowi_buffer_pair_release(sowi_buffer_pair *pair)
{
    if (pair == NULL)
        return;
    sow_buffer_release(pair->buffers[0]);
    sow_buffer_release(pair->buffers[1]);
    if (pair->queue != NULL)
        (void)clReleaseCommandQueue(pair->queue);
    free(pair);
}

sow_status sowi_buffer_pair_compare(sowi_buffer_pair *pair, const sow_plan *plan,
                                    sowi_difference_visit *visit, void *user)
{
    const sowi_array sides[2] = {{pair->buffers[0], 0}, {pair->buffers[1], 0}};
    sow_status status = SOW_OK;
    for (size_t i = 0; i < 2 && status == SOW_OK; i++)
        status =
            sow_fill_plan(pair->context, pair->queue, pair->buffers[i], 0, plan, 0, NULL, NULL);
    if (status == SOW_OK)
        status = sowi_difference_walk(pair->context, pair->queue, &sides[0], &sides[1],
                                      sow_dtype_size(plan->dtype), plan->count, visit, user);
    return status;
}
