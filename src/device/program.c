#include "program.h"

#include <stdlib.h>

static void keep_build_log(sow_context *context, cl_program program)
{
    size_t size = 0;
    if (clGetProgramBuildInfo(program, context->device, CL_PROGRAM_BUILD_LOG, 0, NULL, &size) !=
        CL_SUCCESS)
        return;
    char *log = malloc(size + 1);
    if (log == NULL)
        return;
    if (clGetProgramBuildInfo(program, context->device, CL_PROGRAM_BUILD_LOG, size, log, NULL) ==
        CL_SUCCESS) {
        log[size] = '\0';
        sowi_context_set_log(context, log);
    }
    free(log);
}

/* -w: PoCL counts warnings on standard error, and of eight blocks clang has dozens, of the ABI of functions
 * that are all inlined. */
static const char build_options[] = "-cl-std=CL1.2 -w";

const char *sowi_program_options(void)
{
    return build_options;
}

sow_status sowi_program_build(sow_context *context, sowi_program_source *text, cl_program *out)
{
    return sowi_program_build_with(context, text, build_options, out);
}

sow_status sowi_program_build_with(sow_context *context, sowi_program_source *text,
                                   const char *options, cl_program *out)
{
    cl_int code;
    cl_program program =
        clCreateProgramWithSource(context->context, text->count, text->strings, NULL, &code);
    if (program == NULL)
        return code;
    code = clBuildProgram(program, 1, &context->device, options, NULL, NULL);
    if (code != CL_SUCCESS) {
        keep_build_log(context, program);
        (void)clReleaseProgram(program);
        return code == CL_OUT_OF_HOST_MEMORY || code == CL_OUT_OF_RESOURCES ? code : SOW_ERR_BUILD;
    }
    *out = program;
    return SOW_OK;
}

bool sowi_program_has_f64(const sow_context *context)
{
    cl_device_fp_config config = 0;
    return clGetDeviceInfo(context->device, CL_DEVICE_DOUBLE_FP_CONFIG, sizeof config, &config,
                           NULL) == CL_SUCCESS &&
           config != 0;
}

sow_status sowi_program_build_baseline(sow_context *context, cl_program *program)
{
    sowi_program_source text;
    sowi_program_source_make_baseline(&text, context->lanes);
    return sowi_program_build(context, &text, program);
}
