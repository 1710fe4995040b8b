/* Which cases a bench has. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench_options.h"
#include "bench_parts.h"
#include "dtype.h"
#include "fail.h"

/* What the store kernel and clEnqueueFillBuffer store: 1.0. */
#define STORED_BITS 0x3f800000u

static const sow_dtype dtypes[] = {SOW_F32, SOW_F16, SOW_BF16, SOW_F64, SOW_F8_E4M3, SOW_F8_E5M2};
enum { DTYPE_COUNT = sizeof dtypes / sizeof *dtypes };

static const char *const names[] = {
    [SOW_BENCH_BITS] = "bits",
    [SOW_BENCH_UNIFORM] = "uniform",
    [SOW_BENCH_NORMAL] = "normal",
    [SOW_BENCH_TRUNC_NORMAL] = "trunc_normal",
    [SOW_BENCH_TRUNC_WIDE] = "trunc_wide",
    [SOW_BENCH_TRUNC_EDGE] = "trunc_edge",
    [SOW_BENCH_CONSTANT] = "constant",
    [SOW_BENCH_PHILOX] = "philox",
    [SOW_BENCH_STORE] = "store",
    [SOW_BENCH_FILL_BUFFER] = "fill_buffer",
    [SOW_BENCH_MEMSET] = "memset",
    [SOW_BENCH_MEMSET_ALL] = "memset_all",
};

const char *sow_bench_what_name(sow_bench_what what)
{
    return (size_t)what < sizeof names / sizeof *names ? names[what] : NULL;
}

int sow_bench_what_is_fill(sow_bench_what what)
{
    return (size_t)what <= SOW_BENCH_CONSTANT;
}

sowi_case_name sowi_case_name_of(const sowi_work *work)
{
    sowi_case_name name;
    snprintf(name.text, sizeof name.text, "%s %s", names[work->what],
             sow_dtype_name(work->plan.dtype));
    return name;
}

static uint32_t all_dtypes(void)
{
    uint32_t all = 0;
    for (size_t i = 0; i < DTYPE_COUNT; i++)
        all |= 1u << dtypes[i];
    return all;
}

sow_status sowi_bench_check_options(const sow_bench_options *options, sow_error *error)
{
    const uint32_t all_whats = (1u << (SOW_BENCH_CONSTANT + 1)) - 1;
    if ((options->whats & ~all_whats) != 0)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "whats (0x%" PRIx32 "): fills, 0x%" PRIx32,
                         options->whats, all_whats);
    if ((options->dtypes & ~all_dtypes()) != 0)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "dtypes (0x%" PRIx32 "): floating, 0x%" PRIx32,
                         options->dtypes, all_dtypes());
    return sowi_bench_check_sizes(options, error);
}

size_t sowi_bench_element_bytes(const sow_bench_options *options)
{
    const size_t widest = sowi_bench_widest(options->dtypes, dtypes, DTYPE_COUNT);
    return widest > 4 ? widest : 4;
}

static sow_initializer initializer_of(sow_bench_what what)
{
    switch (what) {
    case SOW_BENCH_UNIFORM:
        return sow_uniform(0, 1);
    case SOW_BENCH_NORMAL:
        return sow_normal(0, 1);
    case SOW_BENCH_TRUNC_NORMAL:
        return sow_trunc_normal(0, 1, -2, 2);
    case SOW_BENCH_TRUNC_WIDE:
        return sow_trunc_normal(0, 1, -4, 8);
    case SOW_BENCH_TRUNC_EDGE:
        return sow_trunc_normal(0, 1, 6, (double)INFINITY);
    case SOW_BENCH_CONSTANT:
        return sow_ones();
    default:
        return sow_bits();
    }
}

static void add(sow_bench *bench, sow_bench_what what, sow_dtype dtype, uint32_t threads)
{
    const bool fill = sow_bench_what_is_fill(what) != 0;
    const uint64_t count = fill ? bench->setting.count : sowi_whole_blocks(bench->setting.count);
    const sow_tensor tensor = {.dtype = fill ? dtype : SOW_I32, .rank = 1, .shape = {count}};
    const sow_initializer initializer = initializer_of(what);
    const sow_key key = {.seed = 0, .stream = what};
    sowi_case *const one = &bench->cases[bench->count++];
    one->work.what = what;
    one->work.threads = threads;
    /* All of it is known to be valid. */
    (void)sow_plan_make(&one->work.plan, &tensor, &initializer, key, NULL);
    one->work.size_bytes = count * sow_dtype_size(tensor.dtype);
    one->written_bytes = one->work.size_bytes;
    if (what == SOW_BENCH_MEMSET || what == SOW_BENCH_MEMSET_ALL)
        one->written_bytes = 0;
    else if (what == SOW_BENCH_PHILOX) /* a word a block */
        one->written_bytes = one->work.size_bytes / 4;
    if (!fill)
        one->work.plan.param[0] = STORED_BITS;
}

/* One row on a device; on the host one for one thread and one for all. */
static void add_for_threads(sow_bench *bench, sow_bench_what what, sow_dtype dtype)
{
    if (bench->place.is_device) {
        add(bench, what, dtype, 0);
        return;
    }
    add(bench, what, dtype, 1);
    if (bench->setting.threads > 1)
        add(bench, what, dtype, bench->setting.threads);
}

void sowi_bench_list(sow_bench *bench, const sow_bench_options *options)
{
    bench->count = 0;
    add_for_threads(bench, SOW_BENCH_PHILOX, SOW_I32);
    if (bench->place.is_device) {
        add(bench, SOW_BENCH_STORE, SOW_I32, 0);
        add(bench, SOW_BENCH_FILL_BUFFER, SOW_I32, 0);
    }
    add(bench, SOW_BENCH_MEMSET, SOW_I32, 1);
    if (bench->setting.threads > 1)
        add(bench, SOW_BENCH_MEMSET_ALL, SOW_I32, bench->setting.threads);
    for (unsigned what = SOW_BENCH_BITS; what <= SOW_BENCH_CONSTANT; what++) {
        if (!sowi_bench_is_chosen(options->whats, what))
            continue;
        if (what == SOW_BENCH_BITS) {
            add_for_threads(bench, SOW_BENCH_BITS, SOW_I32);
            continue;
        }
        for (size_t i = 0; i < DTYPE_COUNT; i++)
            if (sowi_bench_is_chosen(options->dtypes, dtypes[i]))
                add_for_threads(bench, (sow_bench_what)what, dtypes[i]);
    }
}
