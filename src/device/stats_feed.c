#include "stats_feed.h"

#include "context.h"
#include "stats_device.h"

sow_status sowi_stats_feed(sow_context *context, const void *data, uint64_t count,
                           sowi_stats_sums *sums, const sowi_bins_place *bins, uint64_t *row)
{
    /* read only, while this waits */
    void *source = (void *)(uintptr_t)data;
    const size_t size = (size_t)count * sow_dtype_size(sums->dtype);
    cl_int code;
    if (context->queue == NULL)
        return SOW_ERR_ARGUMENT;
    if (count == 0)
        return SOW_OK;
    cl_mem buffer = clCreateBuffer(context->context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, size,
                                   source, &code);
    if (buffer == NULL)
        return code;
    const sowi_stats_place place = {context->queue, buffer, 0, count};
    const sow_status status = sowi_stats_add_device(context, &place, 0, NULL, sums, bins, row);
    (void)clReleaseMemObject(buffer);
    return status;
}
