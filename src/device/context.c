/* Contexts: guests in the caller's OpenCL context, and hosts with one of their own. */
#include "context.h"

#include <stdlib.h>
#include <string.h>

#include "batch_table.h"
#include "blas.h"
#include "fail.h"
#include "kernel_pool.h"
#include "matrix_maker.h"
#include "stats_maker.h"

/* Enough for latency hiding on GPUs, small enough for tensors of a few thousand elements. Always given
 * explicitly: PoCL compiles a kernel anew for every grid when it may choose. */
#define LOCAL_SIZE 64

/* With 8 lanes an item writes 32 elements or more: smaller groups leave fewer items idle in tensors of a few
 * hundred elements. */
#define LOCAL_SIZE_BATCH_WIDE 8

/* Work-items of a launch for each compute unit, where one may compute several groups: a few times what a
 * GPU's units hold at once, 2048 or so, so that all end together. */
#define WORK_ITEMS_PER_UNIT 8192

static cl_uint device_uint(cl_device_id device, cl_device_info what)
{
    cl_uint value = 0;
    return clGetDeviceInfo(device, what, sizeof value, &value, NULL) == CL_SUCCESS ? value : 0;
}

static sow_status require_flag(cl_device_id device, cl_device_info what)
{
    cl_bool value = CL_FALSE;
    const cl_int code = clGetDeviceInfo(device, what, sizeof value, &value, NULL);
    if (code != CL_SUCCESS)
        return code;
    return value == CL_TRUE ? SOW_OK : SOW_ERR_DEVICE;
}

/* The device is one of the context, and can build and run what we hand it. */
static sow_status check_device(cl_context context, cl_device_id device)
{
    size_t size = 0;
    cl_int code = clGetContextInfo(context, CL_CONTEXT_DEVICES, 0, NULL, &size);
    if (code != CL_SUCCESS)
        return code;
    cl_device_id *devices = malloc(size);
    if (devices == NULL)
        return SOW_ERR_NO_MEMORY;
    bool found = false;
    code = clGetContextInfo(context, CL_CONTEXT_DEVICES, size, devices, NULL);
    if (code == CL_SUCCESS)
        for (size_t i = 0; i < size / sizeof *devices; i++)
            found = found || devices[i] == device;
    free(devices);
    if (code != CL_SUCCESS)
        return code;
    if (!found)
        return SOW_ERR_ARGUMENT;
    const sow_status status = require_flag(device, CL_DEVICE_COMPILER_AVAILABLE);
    return status != SOW_OK ? status : require_flag(device, CL_DEVICE_ENDIAN_LITTLE);
}

static bool is_gpu(cl_device_id device)
{
    cl_device_type type = 0;
    return clGetDeviceInfo(device, CL_DEVICE_TYPE, sizeof type, &type, NULL) == CL_SUCCESS &&
           (type & CL_DEVICE_TYPE_GPU) != 0;
}

/* Vector code for CPUs with vector units; graphics drivers and simulators, which report a width of 1,
 * compile scalar items better. */
static uint32_t best_lanes(cl_device_id device)
{
    if (is_gpu(device))
        return 1;
    return device_uint(device, CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT) >= 4 ? 8 : 1;
}

static size_t most_work_items(cl_device_id device, uint32_t lanes)
{
    return lanes == 1
               ? WORK_ITEMS_PER_UNIT * (size_t)device_uint(device, CL_DEVICE_MAX_COMPUTE_UNITS)
               : 0;
}

static sow_status check_options(const sow_options *options)
{
    const uint32_t lanes = options->lanes;
    if ((lanes != 0 && lanes != 1 && lanes != 8) ||
        (options->engine != SOW_ENGINE_EXACT && options->engine != SOW_ENGINE_CLBLAST))
        return SOW_ERR_ARGUMENT;
    return options->engine == SOW_ENGINE_EXACT || sowi_blas_is_here() ? SOW_OK : SOW_ERR_NO_CLBLAST;
}

static size_t local_size(cl_device_id device, size_t wanted)
{
    size_t most = 1;
    if (clGetDeviceInfo(device, CL_DEVICE_MAX_WORK_GROUP_SIZE, sizeof most, &most, NULL) !=
        CL_SUCCESS)
        return 1;
    return most < wanted ? most : wanted;
}

sow_status sow_context_create(sow_context **out, cl_context context, cl_device_id device,
                              const sow_options *options)
{
    if (out == NULL)
        return SOW_ERR_ARGUMENT;
    *out = NULL;
    const sow_options defaults = {0};
    if (options == NULL)
        options = &defaults;
    if (context == NULL || device == NULL)
        return SOW_ERR_ARGUMENT;
    sow_status checked = check_options(options);
    if (checked == SOW_OK)
        checked = check_device(context, device);
    if (checked != SOW_OK)
        return checked;
    sow_context *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SOW_ERR_NO_MEMORY;
    const cl_int code = clRetainContext(context);
    if (code != CL_SUCCESS) {
        free(made);
        return code;
    }
    made->context = context;
    made->device = device;
    made->self_test = !options->skip_self_test;
    made->lanes = options->lanes != 0 ? options->lanes : best_lanes(device);
    made->engine = options->engine;
    if (made->engine == SOW_ENGINE_CLBLAST)
        sowi_blas_begin();
    made->apart = is_gpu(device);
    made->local_size = local_size(device, LOCAL_SIZE);
    made->batch_local_size =
        local_size(device, made->lanes == 8 ? LOCAL_SIZE_BATCH_WIDE : LOCAL_SIZE);
    made->work_items_max = most_work_items(device, made->lanes);
    /* Default mutexes need no resources on the systems we know; their creation does not fail. */
    (void)pthread_mutex_init(&made->lock, NULL);
    (void)pthread_mutex_init(&made->log_lock, NULL);
    (void)pthread_mutex_init(&made->maker_lock, NULL);
    (void)pthread_mutex_init(&made->stage_lock, NULL);
    (void)pthread_mutex_init(&made->stats_lock, NULL);
    (void)pthread_mutex_init(&made->table_lock, NULL);
    *out = made;
    return SOW_OK;
}

sow_status sow_context_open(sow_context **out, const char *selector, const sow_options *options,
                            sow_error *error)
{
    if (out == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "out (NULL): where to write the context");
    *out = NULL;
    sow_device_info info;
    sow_status status = sow_device_select(selector, &info, error);
    if (status != SOW_OK)
        return status;
    cl_int code;
    cl_context context = clCreateContext(NULL, 1, &info.device, NULL, NULL, &code);
    if (context == NULL)
        return sowi_fail(error, code, "device (%s): %s", info.name, sow_status_text(code));
    sow_context *made = NULL;
    status = sow_context_create(&made, context, info.device, options);
    if (status == SOW_OK) {
        made->queue = clCreateCommandQueue(context, info.device, 0, &code);
        if (made->queue == NULL)
            status = code;
    }
    (void)clReleaseContext(context); /* the sow_context holds its own reference */
    if (status != SOW_OK) {
        sow_context_release(made);
        return sowi_fail(error, status, "device (%s): %s", info.name, sow_status_text(status));
    }
    *out = made;
    return SOW_OK;
}

/* Releases cannot fail for objects that exist; their codes are of no use here. */
void sow_context_release(sow_context *context)
{
    if (context == NULL)
        return;
    sowi_stage_release(context->stage);
    for (size_t i = 0; i < SOWI_PROGRAM_COUNT; i++)
        for (size_t j = 0; j < SOWI_DTYPE_COUNT; j++)
            sowi_program_release(&context->programs[i][j]);
    for (size_t i = 0;
         i < sizeof context->difference_programs / sizeof context->difference_programs[0]; i++)
        if (context->difference_programs[i].program != NULL)
            (void)clReleaseProgram(context->difference_programs[i].program);
    sowi_tables_release(context);
    sowi_matrix_maker_release(context->maker);
    sowi_stats_maker_release(context->stats);
    if (context->engine == SOW_ENGINE_CLBLAST)
        sowi_blas_end();
    if (context->queue != NULL)
        (void)clReleaseCommandQueue(context->queue);
    (void)clReleaseContext(context->context);
    (void)pthread_mutex_destroy(&context->table_lock);
    (void)pthread_mutex_destroy(&context->stats_lock);
    (void)pthread_mutex_destroy(&context->stage_lock);
    (void)pthread_mutex_destroy(&context->maker_lock);
    (void)pthread_mutex_destroy(&context->log_lock);
    (void)pthread_mutex_destroy(&context->lock);
    free(context->log);
    free(context);
}

cl_context sow_context_cl_context(const sow_context *context)
{
    return context == NULL ? NULL : context->context;
}

cl_device_id sow_context_cl_device(const sow_context *context)
{
    return context == NULL ? NULL : context->device;
}

cl_command_queue sow_context_cl_queue(const sow_context *context)
{
    return context == NULL ? NULL : context->queue;
}
