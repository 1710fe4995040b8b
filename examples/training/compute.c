#include "compute.h"

#include <clblast_c.h>
#include <stdio.h>
#include <string.h>

static const char *const kernel_names[KERNEL_COUNT] = {
    "activate", "differentiate", "sum_rows", "descend", "gather", "classify", "tally", "scale"};

/* GROUP of layers.cl */
enum { GROUP = 64 };

static int fail(sow_error *error, int status, const char *what)
{
    error->status = status;
    snprintf(error->text, sizeof error->text, "%s: %s (%s, %d)", what, sow_status_text(status),
             sow_status_name(status), status);
    return status;
}

static int build(compute *on, const char *source, sow_error *error)
{
    const cl_device_id device = on->info.device;
    cl_int status;
    on->program = clCreateProgramWithSource(on->context, 1, &source, NULL, &status);
    if (status == CL_SUCCESS)
        status = clBuildProgram(on->program, 1, &device, "-cl-std=CL1.2", NULL, NULL);
    if (status == CL_BUILD_PROGRAM_FAILURE) {
        char log[sizeof error->text - 64] = "";
        (void)clGetProgramBuildInfo(on->program, device, CL_PROGRAM_BUILD_LOG, sizeof log - 1, log,
                                    NULL); /* a log that is too long stays empty */
        error->status = status;
        snprintf(error->text, sizeof error->text, "layers.cl does not build: %s", log);
        return status;
    }
    for (int id = 0; status == CL_SUCCESS && id < KERNEL_COUNT; id++)
        on->kernels[id] = clCreateKernel(on->program, kernel_names[id], &status);
    return status == CL_SUCCESS ? status : fail(error, status, "building layers.cl");
}

int compute_open(compute *on, const char *selector, const char *source, sow_error *error)
{
    memset(on, 0, sizeof *on);
    int status = sow_device_select(selector, &on->info, error);
    if (status != SOW_OK)
        return status;
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM,
                                                (cl_context_properties)on->info.platform, 0};
    on->context = clCreateContext(properties, 1, &on->info.device, NULL, NULL, &status);
    if (status != CL_SUCCESS)
        return fail(error, status, "clCreateContext");
    on->queue = clCreateCommandQueue(on->context, on->info.device, 0, &status);
    if (status != CL_SUCCESS)
        return fail(error, status, "clCreateCommandQueue");
    status = sow_context_create(&on->sow, on->context, on->info.device, NULL);
    if (status != SOW_OK)
        return fail(error, status, "sow_context_create");
    return build(on, source, error);
}

void compute_close(compute *on)
{
    if (on->queue != NULL)
        (void)clFinish(on->queue); /* what failed before has been told */
    /* CLBlast keeps programs, which some drivers must not find at exit. */
    (void)CLBlastClearCache();
    for (int id = 0; id < KERNEL_COUNT; id++)
        if (on->kernels[id] != NULL)
            clReleaseKernel(on->kernels[id]);
    if (on->program != NULL)
        clReleaseProgram(on->program);
    sow_context_release(on->sow);
    if (on->queue != NULL)
        clReleaseCommandQueue(on->queue);
    if (on->context != NULL)
        clReleaseContext(on->context);
    memset(on, 0, sizeof *on);
}

int compute_floats(const compute *on, size_t count, cl_mem *out)
{
    const float zero = 0;
    cl_int status;
    *out = clCreateBuffer(on->context, CL_MEM_READ_WRITE, count * sizeof zero, NULL, &status);
    if (status != CL_SUCCESS)
        return status;
    return clEnqueueFillBuffer(on->queue, *out, &zero, sizeof zero, 0, count * sizeof zero, 0, NULL,
                               NULL);
}

int compute_read(const compute *on, cl_mem from, size_t count, float *to)
{
    return clEnqueueReadBuffer(on->queue, from, CL_TRUE, 0, count * sizeof *to, to, 0, NULL, NULL);
}

int compute_launch(const compute *on, kernel_id id, size_t items, const argument *arguments,
                   size_t count)
{
    const cl_kernel kernel = on->kernels[id];
    const bool one_group = id == KERNEL_TALLY || id == KERNEL_SCALE;
    const size_t local = GROUP;
    const size_t global = one_group ? local : (items + local - 1) / local * local;
    for (size_t i = 0; i < count; i++) {
        const cl_int status =
            clSetKernelArg(kernel, (cl_uint)i, arguments[i].size, arguments[i].value);
        if (status != CL_SUCCESS)
            return status;
    }
    return clEnqueueNDRangeKernel(on->queue, kernel, 1, NULL, &global, &local, 0, NULL, NULL);
}

int compute_multiply(const compute *on, product kind, size_t rows, size_t columns, size_t inner,
                     matrix a, matrix b, matrix c)
{
    cl_command_queue queue = on->queue;
    const CLBlastTranspose turn_a = kind == AT_B ? CLBlastTransposeYes : CLBlastTransposeNo;
    const CLBlastTranspose turn_b = kind == A_BT ? CLBlastTransposeYes : CLBlastTransposeNo;
    return CLBlastSgemm(CLBlastLayoutRowMajor, turn_a, turn_b, rows, columns, inner, 1, a.buffer,
                        a.at, kind == AT_B ? rows : inner, b.buffer, b.at,
                        kind == A_BT ? inner : columns, 0, c.buffer, c.at, columns, &queue, NULL);
}
