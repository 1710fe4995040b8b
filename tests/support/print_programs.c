/* print_programs FOLDER: writes the text of every program that the library hands to devices, one file each, for
 * compilers that run without a device (tools/compile_matrix): FOLDER/<program>.<lanes>.cl, as in normal_f32.1.cl,
 * constant_4.8.cl, orthogonal_f64.1.cl. With one lane they are a GPU's, with eight a processor's. */
#include <stdio.h>
#include <string.h>

#include "device/program_source.h"
#include "probe_ops.clh"
#include "self_test.h"

static bool write_program(const char *folder, const char *name, uint32_t lanes,
                          const sowi_program_source *text)
{
    char path[4096];
    const int length = snprintf(path, sizeof path, "%s/%s.%u.cl", folder, name, (unsigned)lanes);
    FILE *file = length < (int)sizeof path ? fopen(path, "w") : NULL;
    bool done = file != NULL;
    for (cl_uint i = 0; i < text->count && done; i++)
        done = fputs(text->strings[i], file) >= 0;
    if (file != NULL && fclose(file) != 0)
        done = false;
    if (!done)
        perror(path);
    return done;
}

/* Fills, named after their kernels: sow_fill_normal_f32, sow_placed_4. */
static bool write_fill(const char *folder, const sow_context *context,
                       sow_distribution distribution, sow_dtype dtype)
{
    char kernel[SOWI_KERNEL_NAME_MAX];
    sowi_program_kernel_name(kernel, SOWI_ONE, distribution, dtype);
    sowi_program_source text;
    sowi_program_source_make(&text, context, distribution, dtype);
    const char *prefix = strncmp(kernel, "sow_fill_", 9) == 0 ? "sow_fill_" : "sow_";
    return write_program(folder, kernel + strlen(prefix), context->lanes, &text);
}

static bool is_built(sow_distribution distribution, sow_dtype dtype)
{
    sowi_self_test test;
    if (distribution == SOW_DIST_ORTHOGONAL)
        return false; /* made of programs of its own */
    return distribution == SOWI_PROGRAM_PLACED || distribution == SOWI_PROGRAM_SPARSE
               ? sowi_self_test_make_structure(&test, distribution == SOWI_PROGRAM_PLACED, dtype)
               : sowi_self_test_make(&test, distribution, dtype);
}

/* Programs by size are written once for each dtype of the size: the same file again. */
static bool write_fills(const char *folder, const sow_context *context)
{
    bool done = true;
    for (unsigned i = 0; i < SOWI_PROGRAM_COUNT; i++)
        for (unsigned j = 0; j < SOWI_DTYPE_COUNT && done; j++)
            if (is_built((sow_distribution)i, (sow_dtype)j))
                done = write_fill(folder, context, (sow_distribution)i, (sow_dtype)j);
    return done;
}

static bool write_orthogonal(const char *folder, const sow_context *context, sow_dtype real)
{
    char name[SOWI_KERNEL_NAME_MAX];
    snprintf(name, sizeof name, "orthogonal_%s", sow_dtype_name(real));
    sowi_program_source text;
    sowi_program_source_make_orthogonal(&text, context, real);
    return write_program(folder, name, context->lanes, &text);
}

/* The program is the same for all lanes. */
static bool write_picks(const char *folder)
{
    bool done = true;
    for (unsigned j = 0; j < SOWI_DTYPE_COUNT && done; j++) {
        if (!sow_dtype_is_float((sow_dtype)j))
            continue;
        char name[SOWI_KERNEL_NAME_MAX];
        snprintf(name, sizeof name, "pick_%s", sow_dtype_name((sow_dtype)j));
        sowi_program_source text;
        sowi_program_source_make_pick(&text, (sow_dtype)j);
        done = write_program(folder, name, 1, &text);
    }
    return done;
}

static bool write_stats(const char *folder, const sow_context *context)
{
    bool done = true;
    for (unsigned j = 0; j < SOWI_DTYPE_COUNT && done; j++) {
        if ((sow_dtype)j == SOW_BOOL)
            continue;
        char name[SOWI_KERNEL_NAME_MAX];
        snprintf(name, sizeof name, "stats_%s", sow_dtype_name((sow_dtype)j));
        sowi_program_source text;
        sowi_program_source_make_stats(&text, context, (sow_dtype)j);
        done = write_program(folder, name, context->lanes, &text);
    }
    return done;
}

static bool write_differences(const char *folder, uint32_t lanes)
{
    bool done = true;
    for (size_t bytes = 1; bytes <= 8 && done; bytes *= 2) {
        char kernel[SOWI_KERNEL_NAME_MAX];
        sowi_program_difference_name(kernel, bytes);
        sowi_program_source text;
        sowi_program_source_make_difference(&text, lanes, bytes);
        done = write_program(folder, kernel + strlen("sow_"), lanes, &text);
    }
    return done;
}

/* Normals by the device's own functions, and by its native ones. */
static bool write_library(const char *folder, const sow_context *context)
{
    bool done = true;
    for (unsigned j = 0; j < SOWI_DTYPE_COUNT && done; j++) {
        const sow_dtype dtype = (sow_dtype)j;
        if (!sow_dtype_is_float(dtype) || dtype == SOW_F64)
            continue;
        for (int native = 0; native < 2 && done; native++) {
            char name[SOWI_KERNEL_NAME_MAX];
            snprintf(name, sizeof name, "%s_normal_%s", native != 0 ? "native" : "library",
                     sow_dtype_name(dtype));
            sowi_program_source text;
            sowi_program_source_make_library(&text, context, native != 0, dtype);
            done = write_program(folder, name, context->lanes, &text);
        }
    }
    return done;
}

#define FAMILY_NAME(family) [SOWK_PROBE_##family] = #family,

/* The probe's, without what the host does. */
static bool write_probes(const char *folder, uint32_t lanes)
{
    static const char *const families[SOWK_PROBE_FAMILY_COUNT] = {SOWK_PROBE_FAMILIES(FAMILY_NAME)};
    bool done = true;
    for (unsigned i = 0; i < SOWK_PROBE_FAMILY_COUNT && done; i++) {
        for (uint32_t pairs = lanes == 8 ? 1 : 2; pairs <= 2 && done; pairs++) {
            char name[SOWI_KERNEL_NAME_MAX];
            if (i == SOWK_PROBE_plan)
                continue;
            snprintf(name, sizeof name, "probe_%s%s", families[i], pairs == 1 ? "_wide" : "");
            sowi_program_source text;
            sowi_program_source_make_probe(&text, lanes, pairs, i);
            done = write_program(folder, name, lanes, &text);
        }
    }
    return done;
}

static bool write_all(const char *folder, uint32_t lanes)
{
    const sow_context context = {.lanes = lanes, .apart = lanes == 1};
    sowi_program_source text;
    sowi_program_source_make_baseline(&text, lanes);
    return write_fills(folder, &context) && write_orthogonal(folder, &context, SOW_F32) &&
           write_orthogonal(folder, &context, SOW_F64) && write_stats(folder, &context) &&
           write_differences(folder, lanes) && write_library(folder, &context) &&
           write_probes(folder, lanes) && write_program(folder, "baseline", lanes, &text);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: print_programs FOLDER\n");
        return 2;
    }
    return write_all(argv[1], 1) && write_all(argv[1], 8) && write_picks(argv[1]) ? 0 : 1;
}
