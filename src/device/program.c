#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "embedded.h"
#include "self_test.h"
#include "self_test_run.h"

/* A program's text: the definitions that specialise it, then parts of kernels/, each opened by #line. */
#define PARTS_MAX  12
#define HEADER_MAX 256

typedef struct source {
    char header[HEADER_MAX];
    char lines[PARTS_MAX][64];
    const char *strings[1 + 2 * PARTS_MAX];
    cl_uint count;
} source;

static const char *const distribution_names[SOWI_DISTRIBUTION_COUNT] = {
    [SOW_DIST_CONSTANT] = "constant",
    [SOW_DIST_BITS] = "bits",
    [SOW_DIST_UNIFORM] = "uniform",
    [SOW_DIST_NORMAL] = "normal",
    [SOW_DIST_TRUNC_CENTRAL] = "trunc_central",
    [SOW_DIST_TRUNC_WIDE] = "trunc_wide",
    [SOW_DIST_TRUNC_EDGE] = "trunc_edge",
};

static void add_part(source *made, const char *name)
{
    for (const sowi_embedded *file = sowi_kernels; file->name != NULL; file++) {
        if (strcmp(file->name, name) == 0) {
            char *line = made->lines[(made->count - 1) / 2];
            snprintf(line, sizeof made->lines[0], "\n#line 1 \"%s\"\n", name);
            made->strings[made->count++] = line;
            made->strings[made->count++] = file->text;
        }
    }
}

/* The distribution's own part and what it needs, for dtypes drawn in f32. */
static void add_distribution(source *made, sow_distribution distribution)
{
    char part[32];
    snprintf(part, sizeof part, "%s.clh", distribution_names[distribution]);
    add_part(made, "store.clh");
    if (distribution != SOW_DIST_BITS && distribution != SOW_DIST_UNIFORM)
        add_part(made, "elementary.clh");
    if (distribution == SOW_DIST_TRUNC_WIDE)
        add_part(made, "trunc_central.clh"); /* whose middle it shares */
    add_part(made, part);
    add_part(made, "pairs.clh");
    add_part(made, "fill.clh");
}

static bool is_truncated(sow_distribution distribution)
{
    return distribution == SOW_DIST_TRUNC_CENTRAL || distribution == SOW_DIST_TRUNC_WIDE ||
           distribution == SOW_DIST_TRUNC_EDGE;
}

static void add_distribution_f64(source *made, sow_distribution distribution)
{
    char part[32];
    snprintf(part, sizeof part, "%s_f64.clh", distribution_names[distribution]);
    add_part(made, "lanes64.clh");
    if (distribution != SOW_DIST_UNIFORM)
        add_part(made, "elementary_f64.clh");
    if (is_truncated(distribution))
        add_part(made, "uniform_f64.clh");
    if (distribution == SOW_DIST_TRUNC_WIDE)
        add_part(made, "trunc_central_f64.clh");
    add_part(made, part);
    add_part(made, "fill64.clh");
}

/* Pairs of vectors in which eight blocks are drawn, kernels/lanes.clh. Measured on PoCL: in one pair of twice
 * the width normals take 0.93 times the time (f64: 0.77), other draws up to 1.2 times: of single words there
 * are four chains anyway, and then registers run out. */
static unsigned pairs(const sow_context *context, sow_distribution distribution)
{
    return context->lanes == 8 && distribution == SOW_DIST_NORMAL ? 1 : 2;
}

static void make_source(source *made, const sow_context *context, sow_distribution distribution,
                        sow_dtype dtype)
{
    static const char *const common[] = {"lanes.clh", "job.clh", "philox.clh", "span.clh"};
    made->strings[0] = made->header;
    made->count = 1;
    add_part(made, "base.clh");
    if (distribution == SOW_DIST_CONSTANT) {
        snprintf(made->header, HEADER_MAX,
                 "#define SOWK_LANES %u\n#define SOWK_CONSTANT_BYTES %zu\n", context->lanes,
                 sow_dtype_size(dtype));
        add_part(made, "constant.cl");
        return;
    }
    snprintf(made->header, HEADER_MAX,
             "#define SOWK_LANES %u\n#define SOWK_PAIRS %u\n#define SOWK_APART %d\n"
             "#define SOWK_DISTRIBUTION %s\n#define SOWK_DTYPE %s\n",
             context->lanes, pairs(context, distribution), context->apart,
             distribution_names[distribution], sow_dtype_name(dtype));
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        add_part(made, common[i]);
    if (dtype == SOW_F64)
        add_distribution_f64(made, distribution);
    else
        add_distribution(made, distribution);
    add_part(made, "fill.cl");
}

static void kernel_name(char name[64], sow_distribution distribution, sow_dtype dtype)
{
    if (distribution == SOW_DIST_CONSTANT)
        snprintf(name, 64, "sow_fill_constant_%zu", sow_dtype_size(dtype));
    else
        snprintf(name, 64, "sow_fill_%s_%s", distribution_names[distribution],
                 sow_dtype_name(dtype));
}

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

static sow_status build_source(sow_context *context, source *text, cl_program *out)
{
    cl_int code;
    cl_program program =
        clCreateProgramWithSource(context->context, text->count, text->strings, NULL, &code);
    if (program == NULL)
        return code;
    code = clBuildProgram(program, 1, &context->device, "-cl-std=CL1.2", NULL, NULL);
    if (code != CL_SUCCESS) {
        keep_build_log(context, program);
        (void)clReleaseProgram(program);
        return code == CL_OUT_OF_HOST_MEMORY || code == CL_OUT_OF_RESOURCES ? code : SOW_ERR_BUILD;
    }
    *out = program;
    return SOW_OK;
}

static sow_status build(sow_context *context, sow_distribution distribution, sow_dtype dtype,
                        cl_program *out)
{
    source text;
    make_source(&text, context, distribution, dtype);
    return build_source(context, &text, out);
}

static sow_status create_kernel(cl_program program, sow_distribution distribution, sow_dtype dtype,
                                cl_kernel *kernel)
{
    char name[64];
    kernel_name(name, distribution, dtype);
    cl_int code;
    *kernel = clCreateKernel(program, name, &code);
    return code;
}

static bool has_f64(cl_device_id device)
{
    cl_device_fp_config config = 0;
    return clGetDeviceInfo(device, CL_DEVICE_DOUBLE_FP_CONFIG, sizeof config, &config, NULL) ==
               CL_SUCCESS &&
           config != 0;
}

/* Builds and tests a program; the kernel used for the test becomes the first idle one. Lock held. */
static sow_status make_program(sow_context *context, sowi_program *slot,
                               sow_distribution distribution, sow_dtype dtype)
{
    sowi_self_test test;
    if (!sowi_self_test_make(&test, distribution, dtype))
        return SOW_ERR_DTYPE;
    if (dtype == SOW_F64 && distribution != SOW_DIST_CONSTANT && !has_f64(context->device))
        return SOW_ERR_NO_F64;
    cl_program program = NULL;
    sow_status status = build(context, distribution, dtype, &program);
    if (status != SOW_OK)
        return status;
    cl_kernel kernel = NULL;
    status = create_kernel(program, distribution, dtype, &kernel);
    if (status == SOW_OK && context->self_test)
        status = sowi_self_test_run(context, kernel, &test);
    if (status != SOW_OK) {
        if (kernel != NULL)
            (void)clReleaseKernel(kernel);
        (void)clReleaseProgram(program);
        return status;
    }
    slot->program = program;
    slot->idle[0] = kernel;
    slot->idle_count = 1;
    return SOW_OK;
}

/* The slot of a constant's program is that of its size. */
static sowi_program *slot_of(sow_context *context, sow_distribution distribution, sow_dtype dtype)
{
    if ((size_t)distribution >= SOWI_DISTRIBUTION_COUNT || (size_t)dtype >= SOWI_DTYPE_COUNT)
        return NULL;
    const size_t column = distribution == SOW_DIST_CONSTANT ? sow_dtype_size(dtype) : (size_t)dtype;
    return &context->programs[distribution][column];
}

sow_status sowi_kernel_take(sow_context *context, sow_distribution distribution, sow_dtype dtype,
                            cl_kernel *kernel)
{
    *kernel = NULL;
    sowi_program *slot = slot_of(context, distribution, dtype);
    if (slot == NULL)
        return sow_dtype_size(dtype) == 0 ? SOW_ERR_DTYPE : SOW_ERR_ARGUMENT;
    sow_status status = SOW_OK;
    (void)pthread_mutex_lock(&context->lock);
    if (slot->program == NULL)
        status = make_program(context, slot, distribution, dtype);
    if (status == SOW_OK && slot->idle_count > 0)
        *kernel = slot->idle[--slot->idle_count];
    else if (status == SOW_OK)
        status = create_kernel(slot->program, distribution, dtype, kernel);
    (void)pthread_mutex_unlock(&context->lock);
    return status;
}

void sowi_kernel_return(sow_context *context, sow_distribution distribution, sow_dtype dtype,
                        cl_kernel kernel)
{
    sowi_program *slot = slot_of(context, distribution, dtype);
    (void)pthread_mutex_lock(&context->lock);
    const bool kept = slot->idle_count < SOWI_KERNEL_POOL;
    if (kept)
        slot->idle[slot->idle_count++] = kernel;
    (void)pthread_mutex_unlock(&context->lock);
    if (!kept)
        (void)clReleaseKernel(kernel);
}

void sowi_program_release(sowi_program *program)
{
    for (unsigned i = 0; i < program->idle_count; i++)
        (void)clReleaseKernel(program->idle[i]);
    if (program->program != NULL)
        (void)clReleaseProgram(program->program);
}

sow_status sow_context_prepare(sow_context *context, sow_distribution distribution, sow_dtype dtype)
{
    if (context == NULL)
        return SOW_ERR_ARGUMENT;
    cl_kernel kernel;
    const sow_status status = sowi_kernel_take(context, distribution, dtype, &kernel);
    if (status == SOW_OK)
        sowi_kernel_return(context, distribution, dtype, kernel);
    return status;
}

sow_status sowi_program_build_baseline(sow_context *context, cl_program *program)
{
    static const char *const parts[] = {"base.clh",   "lanes.clh",    "job.clh",
                                        "philox.clh", "baseline.clh", "baseline.cl"};
    source text = {.count = 1};
    text.strings[0] = text.header;
    snprintf(text.header, HEADER_MAX, "#define SOWK_LANES %u\n", context->lanes);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        add_part(&text, parts[i]);
    (void)pthread_mutex_lock(&context->lock);
    const sow_status status = build_source(context, &text, program);
    (void)pthread_mutex_unlock(&context->lock);
    return status;
}
