#include "program_source.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "embedded.h"

static const char *const distribution_names[SOWI_DISTRIBUTION_COUNT] = {
    [SOW_DIST_CONSTANT] = "constant",
    [SOW_DIST_BITS] = "bits",
    [SOW_DIST_UNIFORM] = "uniform",
    [SOW_DIST_NORMAL] = "normal",
    [SOW_DIST_TRUNC_CENTRAL] = "trunc_central",
    [SOW_DIST_TRUNC_WIDE] = "trunc_wide",
    [SOW_DIST_TRUNC_EDGE] = "trunc_edge",
    [SOW_DIST_STFT] = "stft",
};

static void add_part(sowi_program_source *made, const char *name)
{
    for (const sowi_embedded *file = sowi_kernels; file->name != NULL; file++) {
        if (strcmp(file->name, name) == 0) {
            assert(made->count < sizeof made->strings / sizeof made->strings[0] - 1);
            char *line = made->lines[(made->count - 1) / 2];
            snprintf(line, sizeof made->lines[0], "\n#line 1 \"%s\"\n", name);
            made->strings[made->count++] = line;
            made->strings[made->count++] = file->text;
        }
    }
}

/* Whether it takes sines and cosines. */
static bool turns(sow_distribution distribution)
{
    return distribution == SOW_DIST_NORMAL || distribution == SOW_DIST_STFT;
}

static void add_stft_walk(sowi_program_source *made)
{
    add_part(made, "stft_param.clh");
    add_part(made, "stft_walk.clh");
}

/* The distribution's own part and what it needs, for dtypes drawn in f32. */
static void add_distribution(sowi_program_source *made, sow_distribution distribution)
{
    char part[32];
    snprintf(part, sizeof part, "%s.clh", distribution_names[distribution]);
    add_part(made, "store.clh");
    if (turns(distribution))
        add_part(made, "circle.clh");
    if (distribution == SOW_DIST_STFT)
        add_stft_walk(made);
    else if (distribution != SOW_DIST_BITS && distribution != SOW_DIST_UNIFORM)
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

static void add_distribution_f64(sowi_program_source *made, sow_distribution distribution)
{
    char part[32];
    snprintf(part, sizeof part, "%s_f64.clh", distribution_names[distribution]);
    add_part(made, "lanes64.clh");
    if (turns(distribution))
        add_part(made, "circle_f64.clh");
    if (distribution == SOW_DIST_STFT)
        add_stft_walk(made);
    else if (distribution != SOW_DIST_UNIFORM)
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
static unsigned pairs(uint32_t lanes, sow_distribution distribution)
{
    return lanes == 8 && distribution == SOW_DIST_NORMAL ? 1 : 2;
}

void sowi_program_source_make(sowi_program_source *made, const sow_context *context,
                              sow_distribution distribution, sow_dtype dtype)
{
    static const char *const common[] = {"lanes.clh", "philox.clh", "span.clh"};
    made->strings[0] = made->header;
    made->count = 1;
    add_part(made, "base.clh");
    add_part(made, "job.clh");
    if (distribution == SOW_DIST_CONSTANT) {
        add_part(made, "batch.clh");
        snprintf(made->header, SOWI_SOURCE_HEADER_MAX,
                 "#define SOWK_LANES %u\n#define SOWK_CONSTANT_BYTES %zu\n", context->lanes,
                 sow_dtype_size(dtype));
        add_part(made, "constant.cl");
        return;
    }
    snprintf(made->header, SOWI_SOURCE_HEADER_MAX,
             "#define SOWK_LANES %u\n#define SOWK_PAIRS %u\n#define SOWK_APART %d\n"
             "#define SOWK_DISTRIBUTION %s\n#define SOWK_DTYPE %s\n%s",
             context->lanes, pairs(context->lanes, distribution), context->apart,
             distribution_names[distribution], sow_dtype_name(dtype),
             distribution == SOW_DIST_STFT ? "#define SOWK_INDEXED\n" : "");
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        add_part(made, common[i]);
    if (dtype == SOW_F64)
        add_distribution_f64(made, distribution);
    else
        add_distribution(made, distribution);
    add_part(made, "batch.clh");
    add_part(made, "fill.cl");
    add_part(made, "fill_batch.cl");
}

void sowi_program_kernel_name(char name[SOWI_KERNEL_NAME_MAX], sowi_entry entry,
                              sow_distribution distribution, sow_dtype dtype)
{
    const char *prefix = entry == SOWI_BATCH ? "sow_fill_batch" : "sow_fill";
    if (distribution == SOW_DIST_CONSTANT)
        snprintf(name, SOWI_KERNEL_NAME_MAX, "%s_constant_%zu", prefix, sow_dtype_size(dtype));
    else
        snprintf(name, SOWI_KERNEL_NAME_MAX, "%s_%s_%s", prefix, distribution_names[distribution],
                 sow_dtype_name(dtype));
}

void sowi_program_source_make_baseline(sowi_program_source *made, uint32_t lanes)
{
    static const char *const parts[] = {"base.clh",   "lanes.clh",    "job.clh",
                                        "philox.clh", "baseline.clh", "baseline.cl"};
    made->strings[0] = made->header;
    made->count = 1;
    snprintf(made->header, SOWI_SOURCE_HEADER_MAX, "#define SOWK_LANES %u\n", lanes);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        add_part(made, parts[i]);
}
