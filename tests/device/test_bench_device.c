/* A bench of the device: its rows are there, its times positive, its digests the host path's. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "refusal.h"
#include "run_tests.h"
#include "sowcl/bench.h"
#include "sowcl/model.h"
#include "test_device.h"

static bool runs_on(const char *implementation)
{
    return strcmp(sowt_implementation(), implementation) == 0;
}

static bool has_f64(sow_context *context)
{
    cl_device_fp_config config = 0;
    assert_int_equal(CL_SUCCESS,
                     clGetDeviceInfo(sow_context_cl_device(context), CL_DEVICE_DOUBLE_FP_CONFIG,
                                     sizeof config, &config, NULL));
    return config != 0;
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

/* Streams are numbered by what is filled. */
static void check_digest(const sow_bench_row *row)
{
    const sow_tensor tensor = {.dtype = row->dtype, .rank = 1, .shape = {row->count}};
    const sow_initializer initializer = initializer_of(row->what);
    const sow_key key = {.stream = row->what};
    uint8_t digest[16];
    void *const expected = malloc((size_t)row->size_bytes);
    assert_non_null(expected);
    assert_int_equal(SOW_OK, sow_fill_host(expected, &tensor, &initializer, key));
    sow_digest_bytes(expected, (size_t)row->size_bytes, digest);
    assert_memory_equal(digest, row->digest, sizeof digest);
    free(expected);
}

static void assert_positive(sow_bench_spread spread)
{
    assert_true(spread.least > 0 && spread.least <= spread.lower && spread.lower <= spread.median &&
                spread.median <= spread.upper && spread.upper <= spread.most);
}

static void check_row(const sow_bench_row *row, const sow_bench_setting *setting)
{
    const bool fill = sow_bench_what_is_fill(row->what) != 0;
    const bool memory = row->what == SOW_BENCH_MEMSET || row->what == SOW_BENCH_MEMSET_ALL;
    const bool by_cpu = setting->clock == SOW_BENCH_CLOCK_CPU;
    assert_int_equal(memory, row->threads != 0);
    assert_positive(row->ns_wall);
    assert_true(row->gbps > 0);
    if (by_cpu)
        assert_positive(row->ns_cpu);
    if (by_cpu || !memory) {
        assert_positive(row->ratio_store);
        assert_positive(row->ratio_fill);
    }
    if (row->what == SOW_BENCH_PHILOX || (fill && row->what != SOW_BENCH_CONSTANT))
        assert_positive(row->ratio_philox);
    else
        assert_true(isnan(row->ratio_philox.median));
    assert_true(by_cpu ? row->ratio_memset.least > 0 : isnan(row->ratio_memset.median) || memory);
    assert_int_equal(fill, row->has_digest);
    if (fill)
        check_digest(row);
}

static sow_bench *run_bench(sow_context *context, const sow_bench_options *options)
{
    sow_error error = {0};
    sow_bench *bench = NULL;
    assert_done(sow_bench_run(&bench, context, options, &error), &error);
    const sow_bench_setting *const setting = sow_bench_setting_of(bench);
    assert_int_equal(options->count, setting->count);
    assert_int_equal(options->rounds, setting->rounds);
    assert_string_equal(sowt_device_name(), setting->device);
    for (size_t i = 0; i < sow_bench_row_count(bench); i++)
        check_row(sow_bench_row_at(bench, i), setting);
    return bench;
}

static size_t count_rows(const sow_bench *bench, bool fills)
{
    size_t count = 0;
    for (size_t i = 0; i < sow_bench_row_count(bench); i++)
        count += sow_bench_what_is_fill(sow_bench_row_at(bench, i)->what) == fills;
    return count;
}

/* All that there is; where each program takes seconds to build or run, less. */
static void test_bench_measures_everything(void **state)
{
    (void)state;
    sow_context *context = sowt_context();
    sow_bench_options options = {.count = 4096, .rounds = 3, .threads = 2};
    size_t fills = has_f64(context) ? 37 : 32;
    if (runs_on("rusticl")) {
        options.whats = 1u << SOW_BENCH_UNIFORM | 1u << SOW_BENCH_CONSTANT;
        options.dtypes = 1u << SOW_F32;
        fills = 2;
    } else if (runs_on("oclgrind")) {
        options = (sow_bench_options){.whats = 1u << SOW_BENCH_NORMAL | 1u << SOW_BENCH_CONSTANT,
                                      .dtypes = 1u << SOW_BF16,
                                      .count = 256,
                                      .rounds = 1,
                                      .threads = 2};
        fills = 2;
    }
    sow_bench *bench = run_bench(context, &options);
    assert_int_equal(fills, count_rows(bench, true));
    assert_int_equal(5, count_rows(bench, false));
    for (size_t i = 0; i < 5; i++) /* baselines first */
        assert_int_equal(SOW_BENCH_PHILOX + i, sow_bench_row_at(bench, i)->what);
    sow_bench_release(bench);
}

static void test_bench_of_odd_counts(void **state)
{
    (void)state;
    const uint64_t counts[] = {1, 33, 1001};
    for (size_t i = 0; i < 3; i++) {
        const sow_bench_options options = {.whats = 1u << SOW_BENCH_NORMAL,
                                           .dtypes = 1u << SOW_BF16,
                                           .count = counts[i],
                                           .rounds = 1};
        sow_bench_release(run_bench(sowt_context(), &options));
    }
}

static void test_latency_of_the_device(void **state)
{
    (void)state;
    if (runs_on("rusticl") || runs_on("oclgrind"))
        sowt_skip("3000 launches take long (%s)", sowt_implementation());
    sow_error error = {0};
    sow_latency *latency = NULL;
    const sow_latency_options options = {.rounds = 1};
    assert_done(sow_latency_run(&latency, sowt_context(), &options, &error), &error);
    assert_int_equal(7, sow_latency_row_count(latency));
    for (size_t i = 0; i < 7; i++) {
        const sow_latency_row *const row = sow_latency_row_at(latency, i);
        assert_positive(row->ns_wall);
        assert_positive(row->empty_ns_wall);
        assert_positive(row->ratio_wall);
        assert_int_equal(row->what == SOW_LATENCY_SINGLE ? 10
                         : row->what == SOW_LATENCY_TINY ? 2500
                                                         : 250,
                         row->calls);
    }
    sow_latency_release(latency);
}

static void test_math_times_of_the_device(void **state)
{
    (void)state;
    if (runs_on("oclgrind"))
        sowt_skip("10^5 draws take long (%s)", sowt_implementation());
    sow_math_times times;
    assert_int_equal(SOW_OK, sow_math_times_measure(&times, sowt_context()));
    for (size_t i = 0; i < 3; i++)
        assert_true(times.cpu_ns[i] > 0 && times.wall_ns[i] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bench_measures_everything),
        cmocka_unit_test(test_bench_of_odd_counts),
        cmocka_unit_test(test_latency_of_the_device),
        cmocka_unit_test(test_math_times_of_the_device),
    };
    return SOWT_RUN(tests, sowt_context_teardown);
}
