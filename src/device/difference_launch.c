#include "difference_launch.h"

#include "difference.clh"
#include "fail.h"

size_t sowi_difference_items(const sow_context *context)
{
    return SOWK_DIFFERENCE_ITEMS(context->lanes);
}

static sow_status set_arguments(const sowi_difference_launch *on, const sowi_array *const sides[2],
                                uint64_t count)
{
    const cl_ulong elements = count;
    sow_status status;
    for (cl_uint i = 0; i < 2; i++) {
        const cl_mem buffer = sides[i]->buffer;
        const cl_ulong first = sides[i]->offset_elems;
        SOWI_TRY(status, clSetKernelArg(on->kernel, 2 * i, sizeof buffer, &buffer));
        SOWI_TRY(status, clSetKernelArg(on->kernel, 2 * i + 1, sizeof first, &first));
    }
    SOWI_TRY(status, clSetKernelArg(on->kernel, 4, sizeof elements, &elements));
    SOWI_TRY(status, clSetKernelArg(on->kernel, 5, sizeof on->notes, &on->notes));
done:
    return status;
}

/* An event holds the commands in order on queues out of order, too. */
sow_status sowi_difference_note(const sowi_difference_launch *on, const sowi_array *a,
                                const sowi_array *b, uint64_t count, unsigned char *notes)
{
    const sowi_array *const sides[2] = {a, b};
    const size_t items = sowi_difference_items(on->context);
    const size_t size =
        (size_t)((count + SOWK_DIFFERENCE_BLOCK - 1) / SOWK_DIFFERENCE_BLOCK) * items;
    const size_t local = on->context->local_size < items ? on->context->local_size : items;
    const size_t global = (size + local - 1) / local * local;
    cl_event noted = NULL;
    sow_status status;
    SOWI_TRY(status, set_arguments(on, sides, count));
    SOWI_TRY(status, clEnqueueNDRangeKernel(on->queue, on->kernel, 1, NULL, &global, &local, 0,
                                            NULL, &noted));
    SOWI_TRY(status,
             clEnqueueReadBuffer(on->queue, on->notes, CL_TRUE, 0, size, notes, 1, &noted, NULL));
done:
    if (noted != NULL)
        (void)clReleaseEvent(noted);
    return status;
}
