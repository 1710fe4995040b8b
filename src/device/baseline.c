#include "baseline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "device_find.h"
#include "fail.h"
#include "job.h"
#include "launch.h"
#include "library_math.h"
#include "program.h"
#include "reading.h"

struct sowi_baseline {
    sow_context *context;
    cl_command_queue queue;
    bool timed; /* the queue gives event times */
    cl_mem buffer;
    uint64_t size_bytes; /* of the buffer */
    cl_program program;
    cl_kernel kernels[SOWI_BASELINE_KERNELS];
    sowi_library_math *library[2]; /* by `native`; NULL until used */
    sowi_reading *reading;         /* NULL until used */
    sowk_job job;                  /* of the launches */
    cl_event event;                /* of the last command, if timed; NULL: none */
};

static const char *const kernel_names[SOWI_BASELINE_KERNELS] = {
    [SOWI_BASELINE_PHILOX] = "sow_baseline_philox",
    [SOWI_BASELINE_STORE] = "sow_baseline_store",
    [SOWI_BASELINE_EMPTY] = "sow_baseline_empty",
};

sow_status sowi_baseline_describe(sow_context *context, sowi_baseline_device *device)
{
    sow_device_info info;
    const sow_status status = sowi_device_find(context->device, &info);
    if (status != SOW_OK)
        return status;
    memcpy(device->name, info.name, sizeof device->name);
    device->on_host = (info.type & CL_DEVICE_TYPE_CPU) != 0 || info.rank != SOW_RANK_GPU;
    device->global_bytes = info.global_bytes;
    device->max_alloc_bytes = info.max_alloc_bytes;
    return SOW_OK;
}

/* Without event times when the device refuses them. */
static sow_status open_queue(sowi_baseline *made, bool timed)
{
    cl_int code = CL_SUCCESS;
    sow_context *context = made->context;
    if (!timed && context->queue != NULL) {
        code = clRetainCommandQueue(context->queue);
        made->queue = code == CL_SUCCESS ? context->queue : NULL;
        return code;
    }
    if (timed)
        made->queue = clCreateCommandQueue(context->context, context->device,
                                           CL_QUEUE_PROFILING_ENABLE, &code);
    made->timed = made->queue != NULL;
    if (made->queue == NULL)
        made->queue = clCreateCommandQueue(context->context, context->device, 0, &code);
    return made->queue != NULL ? SOW_OK : code;
}

static sow_status create_kernels(sowi_baseline *made)
{
    cl_int code = CL_SUCCESS;
    for (size_t i = 0; i < SOWI_BASELINE_KERNELS && code == CL_SUCCESS; i++)
        made->kernels[i] = clCreateKernel(made->program, kernel_names[i], &code);
    return code;
}

sow_status sowi_baseline_create(sowi_baseline **out, sow_context *context, uint64_t size_bytes,
                                bool timed)
{
    sow_status status = SOW_OK;
    sowi_baseline *made = calloc(1, sizeof *made);
    *out = NULL;
    if (made == NULL)
        return SOW_ERR_NO_MEMORY;
    made->context = context;
    made->size_bytes = size_bytes;
    SOWI_TRY(status, sow_buffer_create(context, size_bytes, &made->buffer));
    SOWI_TRY(status, open_queue(made, timed));
    SOWI_TRY(status, sowi_program_build_baseline(context, &made->program));
    SOWI_TRY(status, create_kernels(made));
    *out = made;
    made = NULL;
done:
    sowi_baseline_release(made);
    return status;
}

void sowi_baseline_release(sowi_baseline *baseline)
{
    if (baseline == NULL)
        return;
    if (baseline->event != NULL)
        (void)clReleaseEvent(baseline->event);
    for (size_t i = 0; i < SOWI_BASELINE_KERNELS; i++)
        if (baseline->kernels[i] != NULL)
            (void)clReleaseKernel(baseline->kernels[i]);
    sowi_reading_release(baseline->reading);
    if (baseline->program != NULL)
        (void)clReleaseProgram(baseline->program);
    sowi_library_math_release(baseline->library[0]);
    sowi_library_math_release(baseline->library[1]);
    sow_buffer_release(baseline->buffer);
    if (baseline->queue != NULL)
        (void)clReleaseCommandQueue(baseline->queue);
    free(baseline);
}

/* Where the next command's event goes; NULL: it needs none. */
static cl_event *next_event(sowi_baseline *baseline)
{
    if (baseline->event != NULL)
        (void)clReleaseEvent(baseline->event);
    baseline->event = NULL;
    return baseline->timed ? &baseline->event : NULL;
}

sow_status sowi_baseline_fill(sowi_baseline *baseline, const sow_plan *plan, uint64_t offset_elems)
{
    return sow_fill_plan(baseline->context, baseline->queue, baseline->buffer, offset_elems, plan,
                         0, NULL, next_event(baseline));
}

sow_status sowi_baseline_fill_by_library(sowi_baseline *baseline, bool native, const sow_plan *plan)
{
    sowi_library_math **math = &baseline->library[native];
    sow_status status = SOW_OK;
    if (*math == NULL)
        status = sowi_library_math_create(math, baseline->context, native, plan->dtype);
    return status != SOW_OK ? status
                            : sowi_library_math_fill(*math, baseline->queue, baseline->buffer, 0,
                                                     plan, 0, NULL, next_event(baseline));
}

void sowi_baseline_aim(sowi_baseline *baseline, const sow_plan *plan)
{
    sowi_job_make(&baseline->job, plan, baseline->context->lanes, 0);
}

sow_status sowi_baseline_launch(sowi_baseline *baseline, sowi_baseline_kernel kernel)
{
    cl_kernel launched = baseline->kernels[kernel];
    const size_t local = baseline->context->local_size;
    const size_t global = sowi_launch_work_items(baseline->context, baseline->job.items);
    sow_status status = SOW_OK;
    SOWI_TRY(status, clSetKernelArg(launched, 0, sizeof baseline->buffer, &baseline->buffer));
    SOWI_TRY(status, clSetKernelArg(launched, 1, sizeof baseline->job, &baseline->job));
    SOWI_TRY(status, clEnqueueNDRangeKernel(baseline->queue, launched, 1, NULL, &global, &local, 0,
                                            NULL, next_event(baseline)));
done:
    return status;
}

sow_status sowi_baseline_pattern(sowi_baseline *baseline, uint32_t pattern, size_t pattern_bytes,
                                 uint64_t offset_bytes, uint64_t size_bytes)
{
    return clEnqueueFillBuffer(baseline->queue, baseline->buffer, &pattern, pattern_bytes,
                               (size_t)offset_bytes, (size_t)size_bytes, 0, NULL,
                               next_event(baseline));
}

sow_status sowi_baseline_stats(sowi_baseline *baseline, sow_dtype dtype, uint64_t count,
                               sow_stats *out)
{
    return sow_stats_buffer(baseline->context, baseline->queue, baseline->buffer, 0, dtype, count,
                            NULL, 0, NULL, out);
}

sow_status sowi_baseline_fold(sowi_baseline *baseline, uint64_t size_bytes, uint32_t *folded)
{
    sow_status status = SOW_OK;
    if (baseline->reading == NULL)
        status = sowi_reading_create(&baseline->reading, baseline->context, baseline->program,
                                     baseline->buffer, baseline->size_bytes);
    return status != SOW_OK
               ? status
               : sowi_reading_run(baseline->reading, baseline->queue, size_bytes, folded);
}

sow_status sowi_baseline_finish(sowi_baseline *baseline)
{
    return clFinish(baseline->queue);
}

sow_status sowi_baseline_read(sowi_baseline *baseline, uint64_t offset_bytes, uint64_t size_bytes,
                              void *dst)
{
    return clEnqueueReadBuffer(baseline->queue, baseline->buffer, CL_TRUE, (size_t)offset_bytes,
                               (size_t)size_bytes, dst, 0, NULL, NULL);
}

sow_status sowi_baseline_write(sowi_baseline *baseline, uint64_t offset_bytes, uint64_t size_bytes,
                               const void *src)
{
    return clEnqueueWriteBuffer(baseline->queue, baseline->buffer, CL_TRUE, (size_t)offset_bytes,
                                (size_t)size_bytes, src, 0, NULL, NULL);
}

double sowi_baseline_event_ns(sowi_baseline *baseline)
{
    cl_ulong start = 0, end = 0;
    if (baseline->event == NULL ||
        clGetEventProfilingInfo(baseline->event, CL_PROFILING_COMMAND_START, sizeof start, &start,
                                NULL) != CL_SUCCESS ||
        clGetEventProfilingInfo(baseline->event, CL_PROFILING_COMMAND_END, sizeof end, &end,
                                NULL) != CL_SUCCESS ||
        end <= start)
        return (double)NAN;
    return (double)(end - start);
}
