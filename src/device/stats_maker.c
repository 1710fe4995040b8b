#include "stats_maker.h"

#include <stdio.h>
#include <stdlib.h>

#include "fail.h"
#include "program.h"

void sowi_stats_maker_release(sowi_stats_maker *maker)
{
    if (maker == NULL)
        return;
    for (size_t i = 0; i < SOWI_DTYPE_COUNT; i++) {
        const sowi_stats_kernels *of = &maker->kernels[i];
        if (of->stats != NULL)
            (void)clReleaseKernel(of->stats);
        if (of->bins != NULL)
            (void)clReleaseKernel(of->bins);
        if (of->program != NULL)
            (void)clReleaseProgram(of->program);
    }
    if (maker->memory != NULL)
        (void)clReleaseMemObject(maker->memory);
    free(maker->copy);
    free(maker);
}

static sow_status make(sow_context *context)
{
    cl_int code = CL_OUT_OF_HOST_MEMORY;
    sowi_stats_maker *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SOW_ERR_NO_MEMORY;
    made->context = context;
    made->copy = malloc(SOWI_STATS_MEMORY);
    made->memory =
        clCreateBuffer(context->context, CL_MEM_READ_WRITE, SOWI_STATS_MEMORY, NULL, &code);
    if (made->copy == NULL || made->memory == NULL) {
        const sow_status status = made->copy == NULL ? SOW_ERR_NO_MEMORY : code;
        sowi_stats_maker_release(made);
        return status;
    }
    context->stats = made;
    return SOW_OK;
}

sow_status sowi_stats_maker_take(sow_context *context, sowi_stats_maker **maker)
{
    (void)pthread_mutex_lock(&context->stats_lock);
    const sow_status status = context->stats == NULL ? make(context) : SOW_OK;
    *maker = context->stats;
    if (status != SOW_OK)
        (void)pthread_mutex_unlock(&context->stats_lock);
    return status;
}

void sowi_stats_maker_return(sow_context *context)
{
    (void)pthread_mutex_unlock(&context->stats_lock);
}

static sow_status create(cl_program program, const char *prefix, sow_dtype dtype, cl_kernel *kernel)
{
    char name[SOWI_KERNEL_NAME_MAX];
    cl_int code;
    snprintf(name, sizeof name, "%s_%s", prefix, sow_dtype_name(dtype));
    *kernel = clCreateKernel(program, name, &code);
    return code;
}

sow_status sowi_stats_kernels_make(sowi_stats_maker *maker, sow_dtype dtype,
                                   sowi_stats_kernels **kernels)
{
    sowi_stats_kernels *made = &maker->kernels[dtype];
    *kernels = made;
    if (made->bins != NULL)
        return SOW_OK;
    if (dtype == SOW_F64 && !sowi_program_has_f64(maker->context))
        return SOW_ERR_NO_F64;
    sowi_program_source text;
    sow_status status = SOW_OK;
    sowi_program_source_make_stats(&text, maker->context, dtype);
    if (made->program == NULL)
        SOWI_TRY(status, sowi_program_build(maker->context, &text, &made->program));
    if (made->stats == NULL)
        SOWI_TRY(status, create(made->program, "sow_stats", dtype, &made->stats));
    SOWI_TRY(status, create(made->program, "sow_bins", dtype, &made->bins));
done:
    return status;
}
