/* A bench of figures: refusals, what it says of the host, and places that find other figures or read less. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench_stats.h"
#include "bench/fold.h"
#include "refusal.h"
#include "run_tests.h"

static const sow_dtype dtypes[] = {SOW_F32, SOW_F16, SOW_BF16, SOW_F64, SOW_F8_E4M3, SOW_F8_E5M2,
                                   SOW_I64, SOW_I32, SOW_I16,  SOW_I8,  SOW_U8,      SOW_BOOL};
enum { DTYPES = sizeof dtypes / sizeof *dtypes };

/* Words of four bytes, the first the lowest. */
static uint32_t fold_slowly(const unsigned char *data, size_t size)
{
    uint32_t folded = 0;
    for (size_t i = 0; i < size; i++)
        folded ^= (uint32_t)data[i] << 8 * (i % 4);
    return folded;
}

static void test_fold_takes_every_byte(void **state)
{
    (void)state;
    unsigned char data[100];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (unsigned char)(i * i + 7 * i + 3);
    for (size_t size = 0; size <= sizeof data; size++)
        assert_int_equal(fold_slowly(data, size), sowi_fold(data, size));
}

static void refuse(sow_bench_options options, const char *says)
{
    sow_error error = {0};
    sow_stats_bench *bench = (void *)&error;
    assert_refused(SOW_ERR_ARGUMENT, sow_stats_bench_run(&bench, NULL, &options, &error), &error,
                   says);
    assert_null(bench);
}

static void test_stats_bench_refuses_its_options(void **state)
{
    (void)state;
    sow_error error = {0};
    assert_refused(SOW_ERR_ARGUMENT, sow_stats_bench_run(NULL, NULL, NULL, &error), &error,
                   "out (NULL)");
    refuse((sow_bench_options){.whats = 1u << SOW_BENCH_NORMAL}, "whats (0x4): ");
    refuse((sow_bench_options){.dtypes = 1u << 12}, "dtypes (0x1000): ");
    refuse((sow_bench_options){.count = ((uint64_t)1 << 34) + 1}, "count (17179869185): ");
    refuse((sow_bench_options){.rounds = 1000001}, "rounds (1000001): ");
}

static void assert_positive(sow_bench_spread spread)
{
    assert_true(spread.least > 0 && spread.least <= spread.lower && spread.lower <= spread.median &&
                spread.median <= spread.upper && spread.upper <= spread.most);
}

static void test_stats_bench_of_the_host(void **state)
{
    (void)state;
    sow_error error = {0};
    sow_stats_bench *bench = NULL;
    const sow_bench_options options = {.count = 100001, .rounds = 3, .threads = 2};
    assert_done(sow_stats_bench_run(&bench, NULL, &options, &error), &error);
    const sow_bench_setting *const setting = sow_stats_bench_setting_of(bench);
    assert_string_equal("host", setting->device);
    assert_int_equal(SOW_BENCH_CLOCK_CPU, setting->clock);
    assert_true(setting->count == 100001 && setting->rounds == 3 && setting->threads == 2);
    assert_int_equal(2 * DTYPES, sow_stats_bench_row_count(bench));
    for (size_t i = 0; i < 2 * DTYPES; i++) {
        const sow_stats_bench_row *const row = sow_stats_bench_row_at(bench, i);
        assert_int_equal(dtypes[i / 2], row->dtype);
        assert_int_equal(1 + i % 2, row->threads);
        assert_int_equal(100001, row->count);
        assert_int_equal(100001 * sow_dtype_size(row->dtype), row->size_bytes);
        assert_positive(row->ns_cpu);
        assert_positive(row->ns_wall);
        assert_positive(row->read_ns_cpu);
        assert_positive(row->read_ns_wall);
        assert_positive(row->ratio_read);
        assert_true(row->gbps == (double)row->size_bytes / (100001 * row->ns_wall.median));
    }
    assert_null(sow_stats_bench_row_at(bench, 2 * DTYPES));
    sow_stats_bench_release(bench);
    sow_stats_bench_release(NULL);
}

static int stop_at(void *user, uint64_t done, uint64_t total)
{
    assert_int_equal(6, total);
    assert_true(done < total);
    return done == *(const uint64_t *)user;
}

static void test_progress_cancels(void **state)
{
    (void)state;
    for (uint64_t at = 0; at < 8; at++) { /* two dtypes, three times */
        sow_error error = {0};
        sow_stats_bench *bench = (void *)&error;
        const sow_bench_options options = {.dtypes = 1u << SOW_F16 | 1u << SOW_U8,
                                           .count = 10,
                                           .rounds = 2,
                                           .threads = 1,
                                           .progress = stop_at,
                                           .user = &at};
        const sow_status status = sow_stats_bench_run(&bench, NULL, &options, &error);
        if (at < 6)
            assert_refused(SOW_ERR_CANCELLED, status, &error, "cancelled");
        else
            assert_done(status, &error);
        assert_true((status == SOW_OK) == (bench != NULL));
        sow_stats_bench_release(bench);
    }
}

/* The elements are finite, spread over the dtype's values, and what is said of them is so, by the plain instructions, too. */
static void check_known(sow_dtype dtype)
{
    enum { COUNT = 3000017 }; /* pieces, and a part of one */
    const sow_stats_options plain = {.host = {.simd = SOW_SIMD_PLAIN}};
    sowi_place place;
    sowi_stats_known known = {.dtype = dtype, .count = COUNT};
    sow_stats stats;
    sowi_place_host(&place);
    assert_int_equal(SOW_OK, place.ops->allocate(&place, COUNT * sow_dtype_size(dtype), 0));
    assert_int_equal(SOW_OK, sowi_stats_known_draw(&place, 2, &known));
    assert_int_equal(COUNT * sow_dtype_size(dtype), known.size_bytes);
    assert_int_equal(SOW_OK, sow_stats_host(place.memory, dtype, COUNT, &plain, &stats));
    assert_memory_equal(&stats, &known.stats, sizeof stats);
    assert_int_equal(fold_slowly(place.memory, known.size_bytes), known.folded);
    assert_int_equal(0, stats.nans + stats.infs);
    if (sow_dtype_is_float(dtype))
        assert_true(fabs(stats.mean) < 0.01 && fabs(stats.std - 1) < 0.01);
    else if (dtype == SOW_BOOL)
        assert_true(stats.integer_min == 0 && stats.integer_max == 1 &&
                    fabs(stats.mean - 0.5) < 0.01);
    else
        assert_true(fabs(stats.std * sqrt(12) / (stats.max - stats.min) - 1) < 0.01);
    place.ops->release(&place);
}

static void test_elements_are_what_is_said_of_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < DTYPES; i++)
        check_known(dtypes[i]);
}

/* ---- A place that goes wrong ---- */

static sowi_place_ops good;
static unsigned call, bad_call; /* of stats, or of fold: the bad one counts from 0 */
static size_t bad_word;         /* of sow_stats */
static enum { FINE, OTHER_FIGURE, SHORT, ONE_OUT } bad_how;

static sow_status stats_badly(sowi_place *place, sow_dtype dtype, uint64_t count, uint32_t threads,
                              sow_stats *out)
{
    const sow_status status = good.stats(place, dtype, count, threads, out);
    if (bad_how == OTHER_FIGURE && call++ == bad_call)
        ((unsigned char *)out)[8 * bad_word] ^= 1;
    return status;
}

static sow_status fold_badly(sowi_place *place, uint64_t size_bytes, uint32_t threads,
                             uint32_t *folded)
{
    if ((bad_how != SHORT && bad_how != ONE_OUT) || call++ != bad_call)
        return good.fold(place, size_bytes, threads, folded);
    if (bad_how == SHORT)
        return good.fold(place, size_bytes - 16, threads, folded);
    unsigned char *const left_out = place->memory + size_bytes / 2;
    const unsigned char before = *left_out;
    *left_out = 0;
    const sow_status status = good.fold(place, size_bytes, threads, folded);
    *left_out = before;
    return status;
}

/* Measures f32 on the host in two rounds, so that each call is made three times. */
static sow_status measure_badly(sow_error *error)
{
    const sow_bench_options options = {
        .dtypes = 1u << SOW_F32, .count = 10007, .rounds = 2, .threads = 1};
    sow_stats_bench bench = {.count = 0};
    sowi_place_host(&bench.place);
    sowi_place_ops bad = good = *bench.place.ops;
    bad.stats = stats_badly;
    bad.fold = fold_badly;
    bench.place.ops = &bad;
    call = 0;
    const sow_status status = sowi_stats_bench_measure(&bench, &options, error);
    assert_null(bench.place.memory);
    free(bench.rows);
    return status;
}

static void test_other_figures_are_noticed(void **state)
{
    (void)state;
    bad_how = OTHER_FIGURE;
    for (bad_call = 0; bad_call < 3; bad_call++) {
        for (bad_word = 0; bad_word < sizeof(sow_stats) / 8; bad_word++) {
            sow_error error = {0};
            assert_refused(SOW_ERR_DEVICE, measure_badly(&error), &error, "figures of f32 on host");
        }
    }
    bad_how = FINE;
    sow_error error = {0};
    assert_done(measure_badly(&error), &error);
}

static void test_reads_that_leave_something_out_are_noticed(void **state)
{
    (void)state;
    for (bad_how = SHORT; bad_how <= ONE_OUT; bad_how++) {
        for (bad_call = 0; bad_call < 3; bad_call++) {
            sow_error error = {0};
            assert_refused(SOW_ERR_DEVICE, measure_badly(&error), &error,
                           "the read of f32 on host");
        }
    }
    bad_how = FINE;
}

static sow_status stats_without_f64(sowi_place *place, sow_dtype dtype, uint64_t count,
                                    uint32_t threads, sow_stats *out)
{
    return dtype == SOW_F64 ? SOW_ERR_NO_F64 : good.stats(place, dtype, count, threads, out);
}

/* A place without doubles leaves f64 out, and says so when nothing is left. */
static void test_f64_is_left_out(void **state)
{
    (void)state;
    const uint32_t chosen[] = {0, 1u << SOW_F64 | 1u << SOW_I8, 1u << SOW_F64};
    const size_t rows[] = {DTYPES - 1, 1, 0};
    for (size_t i = 0; i < 3; i++) {
        const sow_bench_options options = {
            .dtypes = chosen[i], .count = 100, .rounds = 1, .threads = 1};
        sow_error error = {0};
        sow_stats_bench bench = {.count = 0};
        sowi_place_host(&bench.place);
        sowi_place_ops without = good = *bench.place.ops;
        without.stats = stats_without_f64;
        bench.place.ops = &without;
        assert_int_equal(rows[i] != 0 ? SOW_OK : SOW_ERR_NO_F64,
                         sowi_stats_bench_measure(&bench, &options, &error));
        assert_int_equal(1, bench.setting.without_f64);
        assert_int_equal(rows[i], bench.count);
        free(bench.rows);
    }
}

/* Where the host's processors do not do the work, its CPU time says nothing. */
static void test_ratios_by_wall_time(void **state)
{
    (void)state;
    const sow_bench_options options = {
        .dtypes = 1u << SOW_BF16, .count = 10007, .rounds = 1, .threads = 1};
    sow_error error = {0};
    sow_stats_bench bench = {.count = 0};
    sowi_place_host(&bench.place);
    bench.place.on_host = false;
    assert_done(sowi_stats_bench_measure(&bench, &options, &error), &error);
    assert_int_equal(SOW_BENCH_CLOCK_WALL, bench.setting.clock);
    const sow_stats_bench_row *const row = &bench.rows[0];
    assert_true(fabs(row->ratio_read.median * row->read_ns_wall.median / row->ns_wall.median - 1) <
                1e-12);
    free(bench.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fold_takes_every_byte),
        cmocka_unit_test(test_stats_bench_refuses_its_options),
        cmocka_unit_test(test_stats_bench_of_the_host),
        cmocka_unit_test(test_progress_cancels),
        cmocka_unit_test(test_elements_are_what_is_said_of_them),
        cmocka_unit_test(test_other_figures_are_noticed),
        cmocka_unit_test(test_reads_that_leave_something_out_are_noticed),
        cmocka_unit_test(test_f64_is_left_out),
        cmocka_unit_test(test_ratios_by_wall_time),
    };
    return SOWT_RUN(tests, NULL);
}
