#include "program_source.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "embedded.h"

static const char *const distribution_names[SOWI_PROGRAM_COUNT] = {
    [SOW_DIST_CONSTANT] = "constant",
    [SOW_DIST_BITS] = "bits",
    [SOW_DIST_UNIFORM] = "uniform",
    [SOW_DIST_NORMAL] = "normal",
    [SOW_DIST_TRUNC_CENTRAL] = "trunc_central",
    [SOW_DIST_TRUNC_WIDE] = "trunc_wide",
    [SOW_DIST_TRUNC_EDGE] = "trunc_edge",
    [SOWI_PROGRAM_PLACED] = "placed",
    [SOWI_PROGRAM_SPARSE] = "sparse",
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

static void add_parts(sowi_program_source *made, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_part(made, parts[i]);
}

/* What fills of a distribution and dtype, other than constants, are made of. */
static void add_draws(sowi_program_source *made, sow_distribution distribution, sow_dtype dtype)
{
    static const char *const common[] = {"base.clh", "job.clh", "lanes.clh", "philox.clh",
                                         "span.clh"};
    add_parts(made, common, sizeof common / sizeof common[0]);
    if (dtype == SOW_F64)
        add_distribution_f64(made, distribution);
    else
        add_distribution(made, distribution);
}

static void begin(sowi_program_source *made)
{
    made->strings[0] = made->header;
    made->count = 1;
}

/* The definitions of a fill's program. Returns their length. */
static int define_draws(sowi_program_source *made, const sow_context *context,
                        sow_distribution distribution, sow_dtype dtype)
{
    return snprintf(made->header, SOWI_SOURCE_HEADER_MAX,
                    "#define SOWK_LANES %u\n#define SOWK_PAIRS %u\n#define SOWK_APART %d\n"
                    "#define SOWK_DISTRIBUTION %s\n#define SOWK_DTYPE %s\n%s",
                    context->lanes, pairs(context->lanes, distribution), context->apart,
                    distribution_names[distribution], sow_dtype_name(dtype),
                    distribution == SOW_DIST_STFT ? "#define SOWK_INDEXED\n" : "");
}

static void make_constant(sowi_program_source *made, const sow_context *context, sow_dtype dtype)
{
    static const char *const parts[] = {"base.clh", "job.clh", "batch.clh", "constant_type.clh",
                                        "constant.cl"};
    snprintf(made->header, SOWI_SOURCE_HEADER_MAX,
             "#define SOWK_LANES %u\n#define SOWK_CONSTANT_BYTES %zu\n", context->lanes,
             sow_dtype_size(dtype));
    add_parts(made, parts, sizeof parts / sizeof parts[0]);
}

/* The keys of a column are one block: one lane of Philox. */
static void make_structure(sowi_program_source *made, const sow_context *context, sow_dtype dtype)
{
    static const char *const parts[] = {"base.clh",      "job.clh",           "lanes.clh",
                                        "philox.clh",    "span.clh",          "structure_job.clh",
                                        "structure.clh", "constant_type.clh", "structure.cl"};
    snprintf(
        made->header, SOWI_SOURCE_HEADER_MAX,
        "#define SOWK_LANES 1\n#define SOWK_SPARSE_LANES %u\n#define SOWK_CONSTANT_BYTES %zu\n",
        (unsigned)context->lanes, sow_dtype_size(dtype));
    add_parts(made, parts, sizeof parts / sizeof parts[0]);
}

bool sowi_program_is_by_size(sow_distribution distribution)
{
    return distribution == SOW_DIST_CONSTANT || distribution == SOWI_PROGRAM_PLACED ||
           distribution == SOWI_PROGRAM_SPARSE;
}

void sowi_program_source_make(sowi_program_source *made, const sow_context *context,
                              sow_distribution distribution, sow_dtype dtype)
{
    static const char *const entries[] = {"batch.clh", "fill.cl", "fill_batch.cl"};
    begin(made);
    if (distribution == SOW_DIST_CONSTANT) {
        make_constant(made, context, dtype);
        return;
    }
    if (sowi_program_is_by_size(distribution)) {
        make_structure(made, context, dtype);
        return;
    }
    define_draws(made, context, distribution, dtype);
    add_draws(made, distribution, dtype);
    add_parts(made, entries, sizeof entries / sizeof entries[0]);
}

void sowi_program_kernel_name(char name[SOWI_KERNEL_NAME_MAX], sowi_entry entry,
                              sow_distribution distribution, sow_dtype dtype)
{
    const char *prefix = entry == SOWI_BATCH ? "sow_fill_batch" : "sow_fill";
    if (distribution == SOWI_PROGRAM_PLACED || distribution == SOWI_PROGRAM_SPARSE)
        snprintf(name, SOWI_KERNEL_NAME_MAX, "sow_%s_%zu", distribution_names[distribution],
                 sow_dtype_size(dtype));
    else if (distribution == SOW_DIST_CONSTANT)
        snprintf(name, SOWI_KERNEL_NAME_MAX, "%s_constant_%zu", prefix, sow_dtype_size(dtype));
    else
        snprintf(name, SOWI_KERNEL_NAME_MAX, "%s_%s_%s", prefix, distribution_names[distribution],
                 sow_dtype_name(dtype));
}

void sowi_program_source_make_orthogonal(sowi_program_source *made, const sow_context *context,
                                         sow_dtype real)
{
    static const char *const parts[] = {"orthogonal_job.clh", "orthogonal_products.clh",
                                        "real.clh",           "product.clh",
                                        "orthogonal.clh",     "orthogonal.cl"};
    begin(made);
    const int length = define_draws(made, context, SOW_DIST_NORMAL, real);
    snprintf(made->header + length, SOWI_SOURCE_HEADER_MAX - (size_t)length,
             "#define SOWK_REAL %s\n", sow_dtype_name(real));
    add_draws(made, SOW_DIST_NORMAL, real);
    add_parts(made, parts, sizeof parts / sizeof parts[0]);
    if (context->lanes == 1)
        add_part(made, "orthogonal_tile.cl");
}

void sowi_program_source_make_pick(sowi_program_source *made, sow_dtype dtype)
{
    static const char *const parts[] = {"base.clh",  "job.clh",      "lanes.clh", "span.clh",
                                        "store.clh", "pick_job.clh", "pick.clh",  "pick.cl"};
    begin(made);
    snprintf(made->header, SOWI_SOURCE_HEADER_MAX, "#define SOWK_LANES 1\n#define SOWK_DTYPE %s\n",
             sow_dtype_name(dtype));
    add_parts(made, parts, sizeof parts / sizeof parts[0]);
}

void sowi_program_source_make_stats(sowi_program_source *made, const sow_context *context,
                                    sow_dtype dtype)
{
    static const char *const common[] = {"base.clh", "real.clh", "stats_job.clh"};
    static const char *const of_floats[] = {"stats_words.clh", "stats.clh", "stats_chunk.clh"};
    static const char *const entries[] = {"stats_bins.clh", "stats.cl"};
    begin(made);
    snprintf(made->header, SOWI_SOURCE_HEADER_MAX,
             "#define SOWK_LANES %u\n#define SOWK_REAL %s\n#define SOWK_DTYPE %s\n",
             (unsigned)context->lanes, dtype == SOW_F64 ? "f64" : "f32", sow_dtype_name(dtype));
    add_parts(made, common, sizeof common / sizeof common[0]);
    if (sow_dtype_is_float(dtype))
        add_parts(made, of_floats, sizeof of_floats / sizeof of_floats[0]);
    else
        add_part(made, "stats_int.clh");
    add_parts(made, entries, sizeof entries / sizeof entries[0]);
}

void sowi_program_source_make_baseline(sowi_program_source *made, uint32_t lanes)
{
    static const char *const parts[] = {"base.clh",   "lanes.clh",    "job.clh",
                                        "philox.clh", "baseline.clh", "baseline.cl"};
    begin(made);
    snprintf(made->header, SOWI_SOURCE_HEADER_MAX, "#define SOWK_LANES %u\n", lanes);
    add_parts(made, parts, sizeof parts / sizeof parts[0]);
}
