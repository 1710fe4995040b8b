#include "reading.h"

#include <stdlib.h>

#include "fail.h"
#include "launch.h"

/* Bytes of a vector of one lane, and of a work-item of eight: kernels/baseline.cl. */
#define VECTOR_BYTES ((uint64_t)16)
#define RUN_BYTES    ((uint64_t)65536)

struct sowi_reading {
    const sow_context *context;
    cl_kernel kernel;
    cl_mem buffer;
    cl_mem words; /* a work-group's each, of the whole buffer */
    cl_uint *copy;
};

static uint64_t quotient(uint64_t size, uint64_t part)
{
    return size / part + (size % part != 0);
}

typedef struct launch_size {
    size_t local, groups;
} launch_size;

static launch_size size_for(const sow_context *context, uint64_t size_bytes)
{
    if (context->lanes == 8)
        return (launch_size){1, (size_t)quotient(size_bytes, RUN_BYTES)};
    const size_t items = sowi_launch_work_items(context, quotient(size_bytes, VECTOR_BYTES));
    return (launch_size){context->local_size, items / context->local_size};
}

sow_status sowi_reading_create(sowi_reading **out, sow_context *context, cl_program program,
                               cl_mem buffer, uint64_t size_bytes)
{
    const size_t bytes = size_for(context, size_bytes).groups * sizeof(cl_uint);
    sow_status status = SOW_OK;
    sowi_reading *made = calloc(1, sizeof *made);
    *out = NULL;
    if (made == NULL)
        return SOW_ERR_NO_MEMORY;
    made->context = context;
    made->buffer = buffer;
    made->copy = malloc(bytes);
    if (made->copy == NULL)
        status = SOW_ERR_NO_MEMORY;
    if (status == SOW_OK)
        made->kernel = clCreateKernel(program, "sow_baseline_read", &status);
    if (status == SOW_OK)
        made->words = clCreateBuffer(context->context, CL_MEM_READ_WRITE, bytes, NULL, &status);
    if (status == SOW_OK)
        *out = made;
    else
        sowi_reading_release(made);
    return status;
}

void sowi_reading_release(sowi_reading *reading)
{
    if (reading == NULL)
        return;
    if (reading->words != NULL)
        (void)clReleaseMemObject(reading->words);
    if (reading->kernel != NULL)
        (void)clReleaseKernel(reading->kernel);
    free(reading->copy);
    free(reading);
}

sow_status sowi_reading_run(sowi_reading *reading, cl_command_queue queue, uint64_t size_bytes,
                            uint32_t *folded)
{
    const launch_size size = size_for(reading->context, size_bytes);
    const size_t global = size.groups * size.local;
    const cl_ulong bytes = size_bytes;
    cl_kernel kernel = reading->kernel;
    sow_status status;
    *folded = 0;
    SOWI_TRY(status, clSetKernelArg(kernel, 0, sizeof(cl_mem), &reading->buffer));
    SOWI_TRY(status, clSetKernelArg(kernel, 1, sizeof bytes, &bytes));
    SOWI_TRY(status, clSetKernelArg(kernel, 2, sizeof(cl_mem), &reading->words));
    SOWI_TRY(status,
             clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, &size.local, 0, NULL, NULL));
    SOWI_TRY(status,
             clEnqueueReadBuffer(queue, reading->words, CL_TRUE, 0, size.groups * sizeof(cl_uint),
                                 reading->copy, 0, NULL, NULL));
    for (size_t i = 0; i < size.groups; i++)
        *folded ^= reading->copy[i];
done:
    return status;
}
