#include "matrix_maker.h"

#include <stdio.h>
#include <stdlib.h>

#include "fail.h"
#include "program.h"

sow_status sowi_matrix_maker_take(sow_context *context, sowi_matrix_maker **maker)
{
    (void)pthread_mutex_lock(&context->maker_lock);
    *maker = context->maker;
    if (*maker != NULL)
        return SOW_OK;
    sowi_matrix_maker *made = calloc(1, sizeof *made);
    if (made == NULL) {
        (void)pthread_mutex_unlock(&context->maker_lock);
        return SOW_ERR_NO_MEMORY;
    }
    made->context = context;
    /* of use for choices that change no bit: what fails counts as one */
    if (clGetDeviceInfo(context->device, CL_DEVICE_MAX_COMPUTE_UNITS, sizeof made->compute_units,
                        &made->compute_units, NULL) != CL_SUCCESS)
        made->compute_units = 1;
    context->maker = made;
    *maker = made;
    return SOW_OK;
}

void sowi_matrix_maker_return(sow_context *context)
{
    (void)pthread_mutex_unlock(&context->maker_lock);
}

static void release_kernel(cl_kernel kernel)
{
    if (kernel != NULL)
        (void)clReleaseKernel(kernel);
}

static void release_program(cl_program program)
{
    if (program != NULL)
        (void)clReleaseProgram(program);
}

static void release_matrix_kernels(sowi_matrix_kernels *kernels)
{
    release_kernel(kernels->step);
    release_kernel(kernels->whole);
    release_kernel(kernels->tile);
    release_program(kernels->program);
    *kernels = (sowi_matrix_kernels){.program = NULL};
}

static void release_pick(sowi_pick_kernel *pick)
{
    release_kernel(pick->kernel);
    release_program(pick->program);
    *pick = (sowi_pick_kernel){.program = NULL};
}

static void forget_use(sowi_workspace *workspace)
{
    if (workspace->last != NULL)
        (void)clReleaseEvent(workspace->last);
    if (workspace->queue != NULL)
        (void)clReleaseCommandQueue(workspace->queue);
    workspace->last = NULL;
    workspace->queue = NULL;
}

/* Commands under way keep the memory. */
static void release_workspace(sowi_workspace *workspace)
{
    forget_use(workspace);
    if (workspace->memory != NULL)
        (void)clReleaseMemObject(workspace->memory);
    *workspace = (sowi_workspace){.memory = NULL};
}

void sowi_matrix_maker_release(sowi_matrix_maker *maker)
{
    if (maker == NULL)
        return;
    for (size_t i = 0; i < 2; i++)
        release_matrix_kernels(&maker->kernels[i]);
    for (size_t i = 0; i < SOWI_DTYPE_COUNT; i++)
        release_pick(&maker->picks[i]);
    release_workspace(&maker->workspace);
    free(maker);
}

/* ---- Kernels ---- */

static cl_int create(cl_program program, const char *prefix, sow_dtype dtype, cl_kernel *kernel)
{
    char name[SOWI_KERNEL_NAME_MAX];
    cl_int code;
    snprintf(name, sizeof name, "%s_%s", prefix, sow_dtype_name(dtype));
    *kernel = clCreateKernel(program, name, &code);
    return code;
}

/* Work-groups of the size that the kernel requires. */
static bool takes_tiles(const sow_context *context, cl_kernel tile)
{
    size_t required[3] = {0}, most = 0;
    return clGetKernelWorkGroupInfo(tile, context->device, CL_KERNEL_COMPILE_WORK_GROUP_SIZE,
                                    sizeof required, required, NULL) == CL_SUCCESS &&
           clGetKernelWorkGroupInfo(tile, context->device, CL_KERNEL_WORK_GROUP_SIZE, sizeof most,
                                    &most, NULL) == CL_SUCCESS &&
           required[0] * required[1] <= most;
}

static sow_status create_matrix_kernels(const sow_context *context, sow_dtype real,
                                        sowi_matrix_kernels *made)
{
    cl_int code;
    SOWI_TRY(code, create(made->program, "sow_orthogonal_step", real, &made->step));
    SOWI_TRY(code, create(made->program, "sow_orthogonal_whole", real, &made->whole));
    if (context->lanes != 1)
        return SOW_OK;
    SOWI_TRY(code, create(made->program, "sow_orthogonal_tile", real, &made->tile));
    if (!takes_tiles(context, made->tile)) {
        release_kernel(made->tile);
        made->tile = NULL;
    }
done:
    return code;
}

sow_status sowi_matrix_kernels_make(sowi_matrix_maker *maker, sow_dtype real,
                                    sowi_matrix_kernels **kernels)
{
    sow_context *context = maker->context;
    sowi_matrix_kernels *made = &maker->kernels[real == SOW_F64];
    *kernels = made;
    if (made->program != NULL)
        return SOW_OK;
    if (real == SOW_F64 && !sowi_program_has_f64(context))
        return SOW_ERR_NO_F64;
    sowi_program_source text;
    sowi_program_source_make_orthogonal(&text, context, real);
    sow_status status = sowi_program_build(context, &text, &made->program);
    if (status == SOW_OK)
        status = create_matrix_kernels(context, real, made);
    if (status != SOW_OK)
        release_matrix_kernels(made);
    return status;
}

sow_status sowi_pick_kernel_make(sowi_matrix_maker *maker, sow_dtype dtype,
                                 sowi_pick_kernel **kernel)
{
    sowi_pick_kernel *made = &maker->picks[dtype];
    *kernel = made;
    if (made->program != NULL)
        return SOW_OK;
    sowi_program_source text;
    sowi_program_source_make_pick(&text, dtype);
    sow_status status = sowi_program_build(maker->context, &text, &made->program);
    if (status == SOW_OK)
        status = create(made->program, "sow_pick", dtype, &made->kernel);
    if (status != SOW_OK)
        release_pick(made);
    return status;
}

/* ---- Workspace ---- */

sowi_workspace sowi_workspace_set_aside(sowi_matrix_maker *maker)
{
    const sowi_workspace kept = maker->workspace;
    maker->workspace = (sowi_workspace){.memory = NULL};
    return kept;
}

void sowi_workspace_put_back(sowi_matrix_maker *maker, const sowi_workspace *kept)
{
    release_workspace(&maker->workspace);
    maker->workspace = *kept;
}

void sowi_workspace_abandon(sowi_matrix_maker *maker)
{
    if (!maker->workspace.given)
        release_workspace(&maker->workspace);
}

sow_status sowi_workspace_reserve(sowi_matrix_maker *maker, uint64_t size_bytes)
{
    if (size_bytes <= maker->workspace.size_bytes)
        return SOW_OK;
    if (maker->workspace.given)
        return SOW_ERR_WORKSPACE;
    if (size_bytes > SIZE_MAX)
        return CL_MEM_OBJECT_ALLOCATION_FAILURE;
    cl_int code;
    cl_mem larger =
        clCreateBuffer(maker->context->context, CL_MEM_READ_WRITE, (size_t)size_bytes, NULL, &code);
    if (larger == NULL)
        return code;
    release_workspace(&maker->workspace);
    maker->workspace = (sowi_workspace){.memory = larger, .size_bytes = size_bytes};
    return SOW_OK;
}

sow_status sowi_workspace_used(sowi_matrix_maker *maker, cl_command_queue queue, cl_event event)
{
    cl_int code = clRetainEvent(event);
    if (code != CL_SUCCESS)
        return code;
    code = clRetainCommandQueue(queue);
    if (code != CL_SUCCESS) {
        (void)clReleaseEvent(event);
        return code;
    }
    forget_use(&maker->workspace);
    maker->workspace.last = event;
    maker->workspace.queue = queue;
    return SOW_OK;
}

/* OpenCL's, and SOW_ERR_CONTEXT. */
static sow_status check_workspace(const sow_context *context, cl_mem buffer, size_t *size_bytes)
{
    cl_context its_context = NULL;
    cl_int code =
        clGetMemObjectInfo(buffer, CL_MEM_CONTEXT, sizeof its_context, &its_context, NULL);
    if (code == CL_SUCCESS)
        code = clGetMemObjectInfo(buffer, CL_MEM_SIZE, sizeof *size_bytes, size_bytes, NULL);
    if (code != CL_SUCCESS)
        return code;
    return its_context == context->context ? SOW_OK : SOW_ERR_CONTEXT;
}

sow_status sow_context_set_workspace(sow_context *context, cl_mem buffer)
{
    sowi_matrix_maker *maker;
    size_t size = 0;
    sow_status status = SOW_OK;
    if (context == NULL)
        return SOW_ERR_ARGUMENT;
    if (buffer != NULL)
        SOWI_TRY(status, check_workspace(context, buffer, &size));
    SOWI_TRY(status, sowi_matrix_maker_take(context, &maker));
    if (buffer != NULL)
        status = clRetainMemObject(buffer);
    if (status == SOW_OK) {
        release_workspace(&maker->workspace);
        maker->workspace =
            (sowi_workspace){.memory = buffer, .size_bytes = size, .given = buffer != NULL};
    }
    sowi_matrix_maker_return(context);
done:
    return status;
}
