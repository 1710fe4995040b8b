#include "launch.h"

#include "job.h"

/* Items of one launch at the most: 2^34 elements with one block an item, and a size_t of 32 bits is
 * enough. */
#define ITEMS_MAX ((uint64_t)1 << 32)

/* Elements that one item of a constant's kernel writes: SOWK_CONSTANT_RUN of kernels/constant.cl. */
static uint64_t constant_run(const sow_context *context)
{
    return context->lanes == 8 ? 64 : 4;
}

typedef struct launch {
    sow_context *context;
    cl_kernel kernel;
    cl_command_queue queue;
    cl_mem buffer;
    const sow_plan *plan;
    uint64_t offset_elems;
    uint64_t first, items; /* of this launch */
} launch;

static cl_int set_draw_arguments(const launch *one)
{
    sowk_job job;
    sowi_job_make(&job, one->plan, one->context->lanes, one->offset_elems);
    job.first_item = one->first;
    job.items = one->items;
    const cl_int code = clSetKernelArg(one->kernel, 0, sizeof one->buffer, &one->buffer);
    return code != CL_SUCCESS ? code : clSetKernelArg(one->kernel, 1, sizeof job, &job);
}

static cl_int set_constant_arguments(const launch *one)
{
    const uint64_t run = constant_run(one->context);
    const cl_ulong dst_first = one->offset_elems + one->first * run;
    const cl_ulong left = one->plan->count - one->first * run;
    const cl_ulong count = left < one->items * run ? left : one->items * run;
    const cl_ulong pattern = one->plan->pattern;
    cl_int code = clSetKernelArg(one->kernel, 0, sizeof one->buffer, &one->buffer);
    if (code == CL_SUCCESS)
        code = clSetKernelArg(one->kernel, 1, sizeof dst_first, &dst_first);
    if (code == CL_SUCCESS)
        code = clSetKernelArg(one->kernel, 2, sizeof count, &count);
    if (code == CL_SUCCESS)
        code = clSetKernelArg(one->kernel, 3, sizeof pattern, &pattern);
    return code;
}

static cl_int enqueue(const launch *one, cl_uint num_wait, const cl_event *wait, cl_event *event)
{
    const bool constant = one->plan->distribution == SOW_DIST_CONSTANT;
    const cl_int code = constant ? set_constant_arguments(one) : set_draw_arguments(one);
    if (code != CL_SUCCESS)
        return code;
    const size_t local = one->context->local_size;
    const size_t global = ((size_t)one->items + local - 1) / local * local;
    return clEnqueueNDRangeKernel(one->queue, one->kernel, 1, NULL, &global, &local, num_wait, wait,
                                  event);
}

static uint64_t count_items(const sow_context *context, const sow_plan *plan)
{
    if (plan->distribution == SOW_DIST_CONSTANT) {
        const uint64_t run = constant_run(context);
        return plan->count / run + (plan->count % run != 0);
    }
    sowk_job job;
    sowi_job_make(&job, plan, context->lanes, 0);
    return job.items;
}

sow_status sowi_launch(sow_context *context, cl_kernel kernel, cl_command_queue queue,
                       cl_mem buffer, uint64_t offset_elems, const sow_plan *plan, cl_uint num_wait,
                       const cl_event *wait, cl_event *event)
{
    const uint64_t total = count_items(context, plan);
    const uint64_t most = ITEMS_MAX - context->local_size;
    launch one = {context, kernel, queue, buffer, plan, offset_elems, 0, 0};
    cl_event previous = NULL;
    cl_int code = CL_SUCCESS;
    if (event != NULL)
        *event = NULL;
    while (one.first < total && code == CL_SUCCESS) {
        one.items = total - one.first < most ? total - one.first : most;
        const bool last = one.first + one.items == total;
        cl_event link = NULL;
        cl_event *out = last ? event : &link;
        code = previous == NULL ? enqueue(&one, num_wait, wait, out)
                                : enqueue(&one, 1, &previous, out);
        if (previous != NULL)
            (void)clReleaseEvent(previous); /* the queue keeps what it waits for */
        previous = link;
        one.first += one.items;
    }
    if (code != CL_SUCCESS && event != NULL)
        *event = NULL;
    return code;
}
