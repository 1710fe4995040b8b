#include "library_math.h"

#include <stdio.h>
#include <stdlib.h>

#include "fail.h"
#include "fill.h"
#include "launch.h"
#include "law.h"
#include "program.h"

struct sowi_library_math {
    sow_context *context;
    sow_dtype dtype;
    cl_program program;
    cl_kernel kernel;
};

static sow_status build(sowi_library_math *made, bool native)
{
    sowi_program_source text;
    char name[SOWI_KERNEL_NAME_MAX];
    sowi_program_source_make_library(&text, made->context, native, made->dtype);
    sow_status status = sowi_program_build(made->context, &text, &made->program);
    if (status != SOW_OK)
        return status;
    snprintf(name, sizeof name, "sow_fill_library_normal_%s", sow_dtype_name(made->dtype));
    made->kernel = clCreateKernel(made->program, name, &status);
    return status;
}

sow_status sowi_library_math_create(sowi_library_math **out, sow_context *context, bool native,
                                    sow_dtype dtype)
{
    *out = NULL;
    const sowi_dtype_row *row = sowi_dtype_row_of(dtype);
    if (row == NULL || !row->random || dtype == SOW_F64)
        return SOW_ERR_DTYPE;
    sowi_library_math *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SOW_ERR_NO_MEMORY;
    made->context = context;
    made->dtype = dtype;
    const sow_status status = build(made, native);
    if (status == SOW_OK)
        *out = made;
    else
        sowi_library_math_release(made);
    return status;
}

void sowi_library_math_release(sowi_library_math *math)
{
    if (math == NULL)
        return;
    if (math->kernel != NULL)
        (void)clReleaseKernel(math->kernel);
    if (math->program != NULL)
        (void)clReleaseProgram(math->program);
    free(math);
}

sow_status sowi_library_math_fill(sowi_library_math *math, cl_command_queue queue, cl_mem buffer,
                                  uint64_t offset_elems, const sow_plan *plan, cl_uint num_wait,
                                  const cl_event *wait, cl_event *event)
{
    if (event != NULL)
        *event = NULL;
    if (!sowi_plan_has_control(plan) || plan->dtype != math->dtype)
        return SOW_ERR_INITIALIZER;
    if (plan->count == 0)
        return sowi_fill_nothing(queue, num_wait, wait, event);
    return sowi_launch(math->context, math->kernel, queue, buffer, offset_elems, plan, num_wait,
                       wait, event);
}
