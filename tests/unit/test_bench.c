/* A bench's statistics, refusals and checks, and what it says of the host. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench_parts.h"
#include "bench/spread.h"
#include "host/baseline_host.h"
#include "host/host.h"
#include "host/threads.h"
#include "job.h"
#include "refusal.h"
#include "run_tests.h"

static void assert_spread(const double expected[5], sow_bench_spread actual)
{
    const double found[5] = {actual.least, actual.lower, actual.median, actual.upper, actual.most};
    for (size_t i = 0; i < 5; i++)
        if (fabs(expected[i] - found[i]) > 1e-12 * fabs(expected[i]))
            fail_msg("value %zu: expected %.17g, got %.17g", i, expected[i], found[i]);
}

static void assert_no_spread(sow_bench_spread actual)
{
    assert_true(isnan(actual.least) && isnan(actual.lower) && isnan(actual.median) &&
                isnan(actual.upper) && isnan(actual.most));
}

/* numpy.quantile([4, 1, 3, 2], [0, .25, .5, .75, 1]) and so on. */
static void test_spread_is_that_of_numpy(void **state)
{
    (void)state;
    double even[] = {4, 1, 3, 2}, odd[] = {9, 1, 5, 7, 2, 100, 3}, one[] = {6};
    const double of_even[] = {1, 1.75, 2.5, 3.25, 4};
    const double of_odd[] = {1, 2.5, 5, 8, 100};
    const double of_one[] = {6, 6, 6, 6, 6};
    assert_spread(of_even, sowi_spread_of(even, 4));
    assert_spread(of_odd, sowi_spread_of(odd, 7));
    assert_spread(of_one, sowi_spread_of(one, 1));
}

static void test_spread_needs_numbers(void **state)
{
    (void)state;
    double samples[] = {1, (double)NAN, 3};
    double endless[] = {1, (double)INFINITY, 3};
    assert_no_spread(sowi_spread_of(samples, 0));
    assert_no_spread(sowi_spread_of(samples, 3));
    assert_no_spread(sowi_spread_of(endless, 3));
}

/* The median of the ratios, not the ratio of the medians, which would be 2 here. */
static void test_ratios_are_taken_within_a_round(void **state)
{
    (void)state;
    const double fills[] = {1, 2, 30}, baselines[] = {1, 1, 10}, stopped[] = {1, 0, 1};
    double scratch[3];
    const double expected[] = {0.5, 0.75, 1, 1.25, 1.5};
    assert_spread(expected, sowi_spread_of_ratios(fills, baselines, 0.5, 3, scratch));
    assert_no_spread(sowi_spread_of_ratios(fills, stopped, 1, 3, scratch));
}

static void count_part(void *work, uint64_t first, uint64_t end)
{
    unsigned char *const seen = work;
    for (uint64_t i = first; i < end; i++)
        seen[i]++;
}

static void test_threads_share_everything_once(void **state)
{
    (void)state;
    const uint32_t threads[] = {0, 1, 2, 3, 7, 300};
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        for (uint64_t end = 0; end < 10; end++) {
            unsigned char seen[10] = {0}, expected[10] = {0};
            memset(expected, 1, (size_t)end);
            sowi_threads_run(count_part, seen, end, threads[i]);
            assert_memory_equal(expected, seen, sizeof seen);
        }
    }
}

/* Both instruction sets draw the words of a fill of bits. */
static void test_philox_items_draw_the_words(void **state)
{
    (void)state;
    enum { COUNT = 320 };
    const sow_tensor tensor = {.dtype = SOW_I32, .rank = 1, .shape = {COUNT}};
    const sow_initializer bits = sow_bits();
    sow_plan plan;
    uint32_t words[COUNT];
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &bits, (sow_key){3, 1}, NULL));
    assert_int_equal(SOW_OK, sow_fill_host_plan(words, &plan, NULL));
    uint32_t best = 0;
    sowi_philox_items *const draw[] = {sowi_philox_items_plain, sowi_philox_items_best(&best)};
    const uint32_t lanes[] = {SOWI_LANES_PLAIN, best};
    for (size_t set = 0; set < 2; set++) {
        sowk_job job;
        uint32_t folded[COUNT] = {0};
        const uint32_t group = 4 * lanes[set];
        sowi_job_make(&job, &plan, lanes[set], 0);
        assert_int_equal(COUNT / group, job.items);
        draw[set](&job, 0, job.items, folded);
        for (uint32_t item = 0; item < job.items; item++) {
            uint32_t expected = 0; /* the blocks of an item come in any order */
            for (uint32_t i = 0; i < group; i++)
                expected ^= words[item * group + i];
            for (uint32_t lane = 0; lane < lanes[set]; lane++)
                expected ^= folded[item * lanes[set] + lane];
            assert_int_equal(0, expected);
        }
    }
}

static void refuse_bench(sow_bench_options options, const char *says)
{
    sow_error error = {0};
    sow_bench *bench = (void *)&error;
    assert_refused(SOW_ERR_ARGUMENT, sow_bench_run(&bench, NULL, &options, &error), &error, says);
    assert_null(bench);
}

static void test_bench_refuses_its_options(void **state)
{
    (void)state;
    sow_error error = {0};
    assert_refused(SOW_ERR_ARGUMENT, sow_bench_run(NULL, NULL, NULL, &error), &error, "out (NULL)");
    refuse_bench((sow_bench_options){.whats = 1u << SOW_BENCH_PHILOX}, "whats (0x80): ");
    refuse_bench((sow_bench_options){.dtypes = 1u << SOW_I32}, "dtypes (0x20): ");
    refuse_bench((sow_bench_options){.count = ((uint64_t)1 << 34) + 1}, "count (17179869185): ");
    refuse_bench((sow_bench_options){.rounds = 1000001}, "rounds (1000001): ");
}

static void test_latency_refuses_its_options(void **state)
{
    (void)state;
    sow_error error = {0};
    sow_latency *latency = (void *)&error;
    const sow_latency_options options = {.rounds = 10001};
    assert_refused(SOW_ERR_ARGUMENT, sow_latency_run(NULL, NULL, NULL, &error), &error,
                   "out (NULL)");
    assert_refused(SOW_ERR_ARGUMENT, sow_latency_run(&latency, NULL, &options, &error), &error,
                   "rounds (10001): ");
    assert_null(latency);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal("bits", sow_bench_what_name(SOW_BENCH_BITS));
    assert_string_equal("memset_all", sow_bench_what_name(SOW_BENCH_MEMSET_ALL));
    assert_null(sow_bench_what_name((sow_bench_what)12));
    assert_true(sow_bench_what_is_fill(SOW_BENCH_CONSTANT));
    assert_false(sow_bench_what_is_fill(SOW_BENCH_PHILOX));
    assert_string_equal("tiny", sow_latency_what_name(SOW_LATENCY_TINY));
    assert_null(sow_latency_what_name((sow_latency_what)3));
}

static void test_fills_are_of_their_kernels(void **state)
{
    (void)state;
    const sow_distribution expected[] = {
        SOW_DIST_BITS,       SOW_DIST_UNIFORM,    SOW_DIST_NORMAL,  SOW_DIST_TRUNC_CENTRAL,
        SOW_DIST_TRUNC_WIDE, SOW_DIST_TRUNC_EDGE, SOW_DIST_CONSTANT};
    const sow_bench_options options = {0};
    sow_bench bench = {.setting = {.count = 100, .threads = 1},
                       .cases = calloc(SOWI_CASES_MAX, sizeof(sowi_case))};
    assert_non_null(bench.cases);
    sowi_place_host(&bench.place);
    sowi_bench_list(&bench, &options);
    size_t fills = 0;
    for (size_t i = 0; i < bench.count; i++) {
        const sowi_work *const work = &bench.cases[i].work;
        if (!sow_bench_what_is_fill(work->what))
            continue;
        fills++;
        assert_int_equal(expected[work->what], work->plan.distribution);
        assert_int_equal(100, work->plan.count);
    }
    assert_int_equal(37, fills);
    free(bench.cases);
}

/* Times of a device that nobody has: by the event a fill takes 3 ns an element in the first round, 4 in the
 * second; baselines 1 and 2 ns. CPU and wall time say other things. */
static sow_bench *make_timed(bool events)
{
    enum { ROUNDS = 2 };
    const sow_bench_options options = {.dtypes = 1u << SOW_F16 | 1u << SOW_F64};
    sow_bench *const bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    sowi_place_host(&bench->place);
    bench->place.is_device = true;
    bench->place.on_host = false;
    bench->setting = (sow_bench_setting){.count = 64, .threads = 2, .rounds = ROUNDS};
    bench->cases = calloc(SOWI_CASES_MAX, sizeof *bench->cases);
    bench->samples = calloc(SOWI_CASES_MAX, 3 * ROUNDS * sizeof *bench->samples);
    assert_true(bench->cases != NULL && bench->samples != NULL);
    sowi_bench_list(bench, &options);
    for (size_t i = 0; i < bench->count; i++) {
        sowi_case *const one = &bench->cases[i];
        const double base = sow_bench_what_is_fill(one->work.what) ? 3 : 1;
        one->cpu = bench->samples + 3 * ROUNDS * i;
        one->wall = one->cpu + ROUNDS;
        one->event = one->wall + ROUNDS;
        for (unsigned round = 0; round < ROUNDS; round++) {
            one->cpu[round] = 64;
            one->wall[round] = 64 * 10 * base;
            one->event[round] = one->written_bytes == 0 ? (double)NAN : 64 * (base + round);
        }
    }
    if (!events)
        bench->cases[bench->count - 1].event[1] = (double)NAN;
    assert_int_equal(SOW_OK, sowi_bench_make_rows(bench));
    return bench;
}

static const sow_bench_row *row_of(const sow_bench *bench, sow_bench_what what, sow_dtype dtype)
{
    for (size_t i = 0; i < sow_bench_row_count(bench); i++) {
        const sow_bench_row *const row = sow_bench_row_at(bench, i);
        if (row->what == what && row->dtype == dtype)
            return row;
    }
    fail_msg("no row %s %s", sow_bench_what_name(what), sow_dtype_name(dtype));
    return NULL;
}

/* Ratios 3/1 and 4/2 an element, and for each byte twice that of f16, and half of f64. */
static void test_ratios_by_events(void **state)
{
    (void)state;
    sow_bench *const bench = make_timed(true);
    assert_int_equal(SOW_BENCH_CLOCK_EVENT, sow_bench_setting_of(bench)->clock);
    const sow_bench_row *const narrow = row_of(bench, SOW_BENCH_NORMAL, SOW_F16);
    const sow_bench_row *const wide = row_of(bench, SOW_BENCH_NORMAL, SOW_F64);
    const double element[] = {2, 2.25, 2.5, 2.75, 3}, of_f16[] = {4, 4.5, 5, 5.5, 6};
    const double of_f64[] = {1, 1.125, 1.25, 1.375, 1.5}, events[] = {3, 3.25, 3.5, 3.75, 4};
    assert_spread(element, narrow->ratio_philox);
    assert_spread(element, wide->ratio_philox);
    assert_spread(of_f16, narrow->ratio_store);
    assert_spread(of_f16, narrow->ratio_fill);
    assert_spread(of_f64, wide->ratio_store);
    assert_spread(events, wide->ns_event);
    assert_no_spread(narrow->ratio_memset); /* whose time no event tells */
    assert_true(narrow->gbps == 2.0 / 30 && wide->gbps == 8.0 / 30);
    assert_no_spread(row_of(bench, SOW_BENCH_CONSTANT, SOW_F16)->ratio_philox);
    assert_no_spread(row_of(bench, SOW_BENCH_MEMSET, SOW_F32)->ratio_store);
    sow_bench_release(bench);
}

/* One event without a time, and all ratios are of wall time. */
static void test_ratios_by_wall_time(void **state)
{
    (void)state;
    sow_bench *const bench = make_timed(false);
    const double element[] = {3, 3, 3, 3, 3}, of_f16[] = {6, 6, 6, 6, 6};
    const sow_bench_row *const row = row_of(bench, SOW_BENCH_NORMAL, SOW_F16);
    assert_int_equal(SOW_BENCH_CLOCK_WALL, sow_bench_setting_of(bench)->clock);
    assert_spread(element, row->ratio_philox);
    assert_spread(of_f16, row->ratio_store);
    assert_no_spread(row->ratio_memset);
    sow_bench_release(bench);
}

static void check_host_row(const sow_bench_row *row, const sow_bench_setting *setting)
{
    const bool fill = sow_bench_what_is_fill(row->what) != 0;
    const bool drawn = row->what < SOW_BENCH_CONSTANT || row->what == SOW_BENCH_PHILOX;
    assert_true(row->threads == 1 || row->threads == setting->threads);
    assert_int_equal(fill ? setting->count : 1024, row->count);
    assert_int_equal(row->count * sow_dtype_size(row->dtype), row->size_bytes);
    assert_true(row->ns_cpu.least > 0 && row->ns_wall.least > 0 && row->gbps > 0);
    assert_true(row->ns_cpu.least <= row->ns_cpu.median && row->ns_cpu.median <= row->ns_cpu.most);
    assert_true(isnan(row->ns_event.median) && isnan(row->ratio_store.median) &&
                isnan(row->ratio_fill.median));
    assert_true(drawn ? row->ratio_philox.least > 0 : isnan(row->ratio_philox.median));
    assert_true(row->ratio_memset.least > 0);
    assert_int_equal(fill, row->has_digest);
}

static void test_bench_of_the_host(void **state)
{
    (void)state;
    sow_error error = {0};
    sow_bench *bench = NULL;
    const sow_bench_options options = {.count = 1001, .rounds = 3, .threads = 2};
    assert_done(sow_bench_run(&bench, NULL, &options, &error), &error);
    const sow_bench_setting *const setting = sow_bench_setting_of(bench);
    assert_string_equal("host", setting->device);
    assert_int_equal(SOW_BENCH_CLOCK_CPU, setting->clock);
    assert_int_equal(1001, setting->count);
    assert_int_equal(2 + 2 + 2 * 37, sow_bench_row_count(bench));
    for (size_t i = 0; i < sow_bench_row_count(bench); i++)
        check_host_row(sow_bench_row_at(bench, i), setting);
    const sow_bench_row *const philox = sow_bench_row_at(bench, 0);
    assert_true(philox->ratio_philox.least == 1 && philox->ratio_philox.most == 1);
    assert_null(sow_bench_row_at(bench, sow_bench_row_count(bench)));
    sow_bench_release(bench);
    sow_bench_release(NULL);
}

static int stop_at(void *user, uint64_t done, uint64_t total)
{
    assert_true(done < total);
    return done == *(const uint64_t *)user;
}

static void test_progress_cancels(void **state)
{
    (void)state;
    sow_error error = {0};
    for (uint64_t at = 0; at < 12; at++) { /* 3 cases of baselines, 1 fill; 3 times */
        sow_bench *bench = (void *)&error;
        const sow_bench_options options = {.whats = 1u << SOW_BENCH_BITS,
                                           .count = 10,
                                           .rounds = 2,
                                           .threads = 1,
                                           .progress = stop_at,
                                           .user = &at};
        const sow_status status = sow_bench_run(&bench, NULL, &options, &error);
        if (at < 9)
            assert_refused(SOW_ERR_CANCELLED, status, &error, "cancelled");
        else
            assert_done(status, &error);
        assert_true((status == SOW_OK) == (bench != NULL));
        sow_bench_release(bench);
    }
}

/* ---- A place that goes wrong ---- */

/* Which byte is spoilt after a run, and what is done with it. */
static uint64_t spoilt_at;
static enum { FINE, WRONG_BIT, NOT_WRITTEN, NOT_RUN } spoilt_how;
static sowi_place_ops good;

static sow_status run_badly(sowi_place *place, const sowi_work *work)
{
    const unsigned char before = place->memory[spoilt_at];
    if (spoilt_how == NOT_RUN)
        return SOW_OK;
    const sow_status status = good.run(place, work);
    if (spoilt_how == WRONG_BIT)
        place->memory[spoilt_at] ^= 0x10;
    else if (spoilt_how == NOT_WRITTEN)
        place->memory[spoilt_at] = before;
    return status;
}

/* A case of the host, of the name, on a place that can go wrong. */
static sowi_case *spoilt_case(sow_bench *bench, sowi_place_ops *bad, sow_bench_what what)
{
    const sow_bench_options options = {.dtypes = 1u << SOW_F32};
    *bench = (sow_bench){.setting = {.count = 100000, .threads = 1},
                         .cases = calloc(SOWI_CASES_MAX, sizeof(sowi_case))};
    assert_non_null(bench->cases);
    sowi_place_host(&bench->place);
    good = *bad = *bench->place.ops;
    bad->run = run_badly;
    bench->place.ops = bad;
    sowi_bench_list(bench, &options);
    assert_int_equal(SOW_OK, bad->allocate(&bench->place, 400000, 0));
    for (size_t i = 0; i < bench->count; i++)
        if (bench->cases[i].work.what == what)
            return &bench->cases[i];
    fail_msg("no case of %s", sow_bench_what_name(what));
    return NULL;
}

static void check_spoilt(sow_bench_what what, sow_status failure)
{
    sow_bench bench;
    sowi_place_ops bad;
    sowi_case *const one = spoilt_case(&bench, &bad, what);
    const uint64_t last = one->written_bytes - 1;
    const uint64_t places[] = {0, last / 2, last};
    for (int how = WRONG_BIT; how <= NOT_RUN; how++) {
        for (size_t i = 0; i < 3; i++) {
            sow_error error = {0};
            spoilt_at = places[i];
            spoilt_how = FINE;
            assert_done(sowi_bench_check_whole(&bench.place, one, &error), &error);
            spoilt_how = how;
            assert_refused(failure, sowi_bench_check_whole(&bench.place, one, &error), &error,
                           sow_bench_what_name(what));
            /* In the middle a timed run is not looked at. */
            const bool seen = how == NOT_RUN || i != 1;
            assert_int_equal(SOW_OK, sowi_bench_poison_ends(&bench.place, one));
            assert_int_equal(SOW_OK, bad.run(&bench.place, &one->work));
            const sow_status timed = sowi_bench_check_ends(&bench.place, one, &error);
            assert_int_equal(seen ? failure : SOW_OK, timed);
        }
    }
    bad.release(&bench.place);
    free(bench.cases);
}

static void test_wrong_bytes_are_noticed(void **state)
{
    (void)state;
    check_spoilt(SOW_BENCH_NORMAL, SOW_ERR_TEST_NORMAL);
    check_spoilt(SOW_BENCH_TRUNC_EDGE, SOW_ERR_TEST_TRUNC_NORMAL);
    check_spoilt(SOW_BENCH_CONSTANT, SOW_ERR_TEST_CONSTANT);
    check_spoilt(SOW_BENCH_PHILOX, SOW_ERR_DEVICE);
}

static void test_latency_of_the_host(void **state)
{
    (void)state;
    sow_error error = {0};
    sow_latency *latency = NULL;
    const sow_latency_options options = {.rounds = 1};
    assert_done(sow_latency_run(&latency, NULL, &options, &error), &error);
    const uint64_t calls[] = {10, 10, 10, 250, 250, 250, 2500};
    assert_int_equal(7, sow_latency_row_count(latency));
    for (size_t i = 0; i < 7; i++) {
        const sow_latency_row *const row = sow_latency_row_at(latency, i);
        assert_int_equal(calls[i], row->calls);
        assert_true(row->ns_wall.least > 0 && row->ns_cpu.least > 0);
        assert_true(isnan(row->empty_ns_wall.median) && isnan(row->ratio_wall.median));
    }
    assert_null(sow_latency_row_at(latency, 7));
    sow_latency_release(latency);
}

static void test_math_times_of_the_host(void **state)
{
    (void)state;
    sow_math_times times;
    assert_int_equal(SOW_ERR_ARGUMENT, sow_math_times_measure(NULL, NULL));
    assert_int_equal(SOW_OK, sow_math_times_measure(&times, NULL));
    for (size_t i = 0; i < 2; i++)
        assert_true(times.cpu_ns[i] > 0 && times.wall_ns[i] > 0);
    assert_true(isnan(times.cpu_ns[2]) && isnan(times.wall_ns[2])); /* it has no native functions */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spread_is_that_of_numpy),
        cmocka_unit_test(test_spread_needs_numbers),
        cmocka_unit_test(test_ratios_are_taken_within_a_round),
        cmocka_unit_test(test_threads_share_everything_once),
        cmocka_unit_test(test_philox_items_draw_the_words),
        cmocka_unit_test(test_bench_refuses_its_options),
        cmocka_unit_test(test_latency_refuses_its_options),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_fills_are_of_their_kernels),
        cmocka_unit_test(test_ratios_by_events),
        cmocka_unit_test(test_ratios_by_wall_time),
        cmocka_unit_test(test_bench_of_the_host),
        cmocka_unit_test(test_progress_cancels),
        cmocka_unit_test(test_wrong_bytes_are_noticed),
        cmocka_unit_test(test_latency_of_the_host),
        cmocka_unit_test(test_math_times_of_the_host),
    };
    return SOWT_RUN(tests, NULL);
}
