#include "launch.h"

#include "job.h"

/* Items of one launch at the most. A size_t of 32 bits is enough for a constant's, rounded up to work-groups; a
 * draw's end with the upper half of their groups' numbers, and kernels/fill.cl may step beyond the last by
 * the number of work-items. */
#define CONSTANT_ITEMS_MAX ((uint64_t)1 << 32)
#define DRAW_ITEMS_MAX     ((uint64_t)1 << 31)

uint64_t sowi_constant_run(const sow_context *context)
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
    sowk_job *job;         /* of draws */
    uint64_t first, items; /* of this launch */
} launch;

static cl_int set_draw_arguments(launch *one)
{
    one->job->first_item = one->first;
    one->job->items = one->items;
    const cl_int code = clSetKernelArg(one->kernel, 0, sizeof one->buffer, &one->buffer);
    return code != CL_SUCCESS ? code : clSetKernelArg(one->kernel, 1, sizeof *one->job, one->job);
}

static cl_int set_constant_arguments(const launch *one)
{
    const uint64_t run = sowi_constant_run(one->context);
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

static size_t round_up(size_t items, size_t local)
{
    return (items + local - 1) / local * local;
}

size_t sowi_launch_work_items(const sow_context *context, uint64_t items)
{
    const size_t most = context->work_items_max;
    return round_up(most != 0 && most < items ? most : (size_t)items, context->local_size);
}

static cl_int enqueue(launch *one, cl_uint num_wait, const cl_event *wait, cl_event *event)
{
    const bool constant = one->plan->distribution == SOW_DIST_CONSTANT;
    const cl_int code = constant ? set_constant_arguments(one) : set_draw_arguments(one);
    if (code != CL_SUCCESS)
        return code;
    const size_t local = one->context->local_size;
    const size_t global = constant ? round_up((size_t)one->items, local)
                                   : sowi_launch_work_items(one->context, one->items);
    return clEnqueueNDRangeKernel(one->queue, one->kernel, 1, NULL, &global, &local, num_wait, wait,
                                  event);
}

/* Makes the job of a plan of draws. Returns the number of all items. */
static uint64_t prepare(launch *one)
{
    if (one->plan->distribution == SOW_DIST_CONSTANT) {
        const uint64_t run = sowi_constant_run(one->context);
        return one->plan->count / run + (one->plan->count % run != 0);
    }
    sowi_job_make(one->job, one->plan, one->context->lanes, one->offset_elems);
    return one->job->items;
}

/* How many items the next launch takes, of `total` in all. */
static uint64_t next_items(const launch *one, uint64_t total)
{
    if (one->plan->distribution != SOW_DIST_CONSTANT) {
        one->job->items = total; /* which the last launch has made its own */
        return sowi_job_launch_items(one->job, one->first, DRAW_ITEMS_MAX);
    }
    const uint64_t most = CONSTANT_ITEMS_MAX - one->context->local_size;
    return total - one->first < most ? total - one->first : most;
}

sow_status sowi_launch(sow_context *context, cl_kernel kernel, cl_command_queue queue,
                       cl_mem buffer, uint64_t offset_elems, const sow_plan *plan, cl_uint num_wait,
                       const cl_event *wait, cl_event *event)
{
    sowk_job job;
    launch one = {.context = context,
                  .kernel = kernel,
                  .queue = queue,
                  .buffer = buffer,
                  .plan = plan,
                  .offset_elems = offset_elems,
                  .job = &job};
    const uint64_t total = prepare(&one);
    cl_event previous = NULL;
    cl_int code = CL_SUCCESS;
    if (event != NULL)
        *event = NULL;
    while (one.first < total && code == CL_SUCCESS) {
        one.items = next_items(&one, total);
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
