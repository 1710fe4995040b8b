/* Buffers for callers without OpenCL of their own. */
#include "context.h"

sow_status sow_buffer_create(sow_context *context, uint64_t size_bytes, cl_mem *out)
{
    if (out == NULL)
        return SOW_ERR_ARGUMENT;
    *out = NULL;
    if (context == NULL || size_bytes > SIZE_MAX)
        return SOW_ERR_ARGUMENT;
    cl_int code;
    *out = clCreateBuffer(context->context, CL_MEM_READ_WRITE, (size_t)size_bytes, NULL, &code);
    return code;
}

sow_status sow_buffer_read(sow_context *context, cl_mem buffer, uint64_t offset_bytes,
                           uint64_t size_bytes, void *dst)
{
    if (context == NULL || context->queue == NULL || buffer == NULL || dst == NULL)
        return SOW_ERR_ARGUMENT;
    return clEnqueueReadBuffer(context->queue, buffer, CL_TRUE, (size_t)offset_bytes,
                               (size_t)size_bytes, dst, 0, NULL, NULL);
}

void sow_buffer_release(cl_mem buffer)
{
    if (buffer != NULL)
        (void)clReleaseMemObject(buffer);
}
