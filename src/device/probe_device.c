#include "probe_device.h"

#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "device_find.h"
#include "fail.h"
#include "probe_ops.clh"
#include "program.h"

#define OPERANDS 3

/* A program's only kernel, once it is built, or why it is not. */
typedef struct probe_program {
    bool tried;
    sow_status status;
    cl_kernel kernel;
} probe_program;

struct sowi_probe_device {
    sow_context *context;
    sowi_probe_plant plant;
    cl_command_queue queue;
    cl_mem operands[OPERANDS], results;
    probe_program programs[SOWK_PROBE_FAMILY_COUNT][SOWI_PROBE_FORMS];
    size_t local_size;
};

/* A power of two, so that it divides whatever number of vectors there is. */
static size_t local_size(const sow_context *context)
{
    size_t size = 1;
    while (2 * size <= context->local_size && size < 64)
        size *= 2;
    return size;
}

sow_status sowi_probe_device_create(sowi_probe_device **out, sow_context *context,
                                    size_t size_bytes, const sowi_probe_plant *plant)
{
    sow_status status = SOW_OK;
    sowi_probe_device *made = calloc(1, sizeof *made);
    *out = NULL;
    if (made == NULL)
        return SOW_ERR_NO_MEMORY;
    made->context = context;
    if (plant != NULL)
        made->plant = *plant;
    made->local_size = local_size(context);
    made->queue = clCreateCommandQueue(context->context, context->device, 0, &status);
    for (size_t i = 0; i < OPERANDS && status == SOW_OK; i++)
        made->operands[i] =
            clCreateBuffer(context->context, CL_MEM_READ_ONLY, size_bytes, NULL, &status);
    if (status == SOW_OK)
        made->results =
            clCreateBuffer(context->context, CL_MEM_READ_WRITE, size_bytes, NULL, &status);
    if (status == SOW_OK)
        *out = made;
    else
        sowi_probe_device_release(made);
    return status;
}

void sowi_probe_device_release(sowi_probe_device *probe)
{
    if (probe == NULL)
        return;
    for (size_t i = 0; i < SOWK_PROBE_FAMILY_COUNT; i++)
        for (size_t j = 0; j < SOWI_PROBE_FORMS; j++)
            if (probe->programs[i][j].kernel != NULL)
                (void)clReleaseKernel(probe->programs[i][j].kernel);
    for (size_t i = 0; i < OPERANDS; i++)
        if (probe->operands[i] != NULL)
            (void)clReleaseMemObject(probe->operands[i]);
    if (probe->results != NULL)
        (void)clReleaseMemObject(probe->results);
    if (probe->queue != NULL)
        (void)clReleaseCommandQueue(probe->queue);
    free(probe);
}

/* 64-bit vectors are the halves of draws', kernels/lanes64.clh; a word's lanes are eight whatever the pairs. */
uint32_t sowi_probe_device_width(const sowi_probe_device *probe, unsigned family, unsigned form)
{
    static const uint32_t widths[SOWI_PROBE_FORMS] = {1, 8, 16};
    if (form > 0 && probe->context->lanes == 1)
        return 0;
    switch (family) {
    case SOWK_PROBE_u32:
    case SOWK_PROBE_f32:
    case SOWK_PROBE_store:
        return widths[form];
    case SOWK_PROBE_word:
        return form < 2 ? widths[form] : 0;
    case SOWK_PROBE_f64:
        return form > 0 ? widths[form] / 2 : 1;
    case SOWK_PROBE_plan:
        return 0;
    default:
        return form == 0 ? 1 : 0;
    }
}

bool sowi_probe_device_has_f64(const sowi_probe_device *probe)
{
    return sowi_program_has_f64(probe->context);
}

const char *sowi_probe_device_options(const sowi_probe_device *probe)
{
    return probe->plant.options != NULL ? probe->plant.options : sowi_program_options();
}

size_t sowi_probe_device_log(const sowi_probe_device *probe, char *text, size_t size)
{
    return sow_context_build_log(probe->context, text, size);
}

sow_status sowi_probe_device_describe(const sowi_probe_device *probe,
                                      sowi_probe_description *description)
{
    sow_device_info info;
    const sow_status status = sowi_device_find(probe->context->device, &info);
    if (status != SOW_OK)
        return status;
    memcpy(description->name, info.name, sizeof description->name);
    memcpy(description->driver, info.driver_version, sizeof description->driver);
    memcpy(description->platform, info.platform_name, sizeof description->platform);
    memcpy(description->version, info.platform_version, sizeof description->version);
    description->is_simulator = info.rank == SOW_RANK_SIMULATOR;
    return SOW_OK;
}

static sow_status build(sowi_probe_device *probe, unsigned family, unsigned form, cl_kernel *kernel)
{
    sowi_program_source text;
    cl_program program = NULL;
    sowi_program_source_make_probe(&text, form == 0 ? 1 : 8, form == 2 ? 1 : 2, family);
    if (probe->plant.edit != NULL)
        probe->plant.edit(&text, probe->plant.user);
    sow_status status =
        sowi_program_build_with(probe->context, &text, sowi_probe_device_options(probe), &program);
    if (status != SOW_OK)
        return status;
    *kernel = clCreateKernel(program, "sow_probe", &status);
    (void)clReleaseProgram(program); /* the kernel holds it */
    return status;
}

sow_status sowi_probe_device_build(sowi_probe_device *probe, unsigned family, unsigned form)
{
    probe_program *const program = &probe->programs[family][form];
    if (!program->tried)
        program->status = build(probe, family, form, &program->kernel);
    program->tried = true;
    return program->status;
}

sow_status sowi_probe_device_load(sowi_probe_device *probe, const void *const operands[3],
                                  size_t size_bytes)
{
    sow_status status = SOW_OK;
    for (size_t i = 0; i < OPERANDS && status == SOW_OK; i++)
        status = clEnqueueWriteBuffer(probe->queue, probe->operands[i], CL_TRUE, 0, size_bytes,
                                      operands[i], 0, NULL, NULL);
    return status;
}

sow_status sowi_probe_device_run(sowi_probe_device *probe, unsigned family, unsigned form,
                                 unsigned op, size_t count, size_t element_bytes, void *results)
{
    cl_kernel kernel = probe->programs[family][form].kernel;
    const cl_uint number = op;
    const cl_uchar poison =
        0xa5; /* so that no earlier results stand for those of a kernel that did nothing */
    const size_t global = count / sowi_probe_device_width(probe, family, form);
    sow_status status = SOW_OK;
    for (cl_uint i = 0; i < OPERANDS; i++)
        SOWI_TRY(status, clSetKernelArg(kernel, i, sizeof(cl_mem), &probe->operands[i]));
    SOWI_TRY(status, clSetKernelArg(kernel, 3, sizeof(cl_mem), &probe->results));
    SOWI_TRY(status, clSetKernelArg(kernel, 4, sizeof number, &number));
    SOWI_TRY(status, clEnqueueFillBuffer(probe->queue, probe->results, &poison, sizeof poison, 0,
                                         count * element_bytes, 0, NULL, NULL));
    SOWI_TRY(status, clEnqueueNDRangeKernel(probe->queue, kernel, 1, NULL, &global,
                                            &probe->local_size, 0, NULL, NULL));
    SOWI_TRY(status, clEnqueueReadBuffer(probe->queue, probe->results, CL_TRUE, 0,
                                         count * element_bytes, results, 0, NULL, NULL));
done:
    return status;
}
