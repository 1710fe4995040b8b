/* A bench whose OpenCL calls fail, or whose device gives back other bytes. */
#include <string.h>

#include "fault_layer.h"
#include "refusal.h"
#include "run_tests.h"
#include "sowcl/bench.h"
#include "test_device.h"

enum { FAULTS_MAX = 400, CASES = 6 };

static const sow_bench_options small = {
    .whats = 1u << SOW_BENCH_NORMAL,
    .dtypes = 1u << SOW_F32,
    .count = 1001,
    .rounds = 2,
    .threads = 2,
};

static int bend_from(void *user, uint64_t done, uint64_t total)
{
    assert_int_equal(CASES * 3, total);
    if (done == *(const uint64_t *)user)
        sowt_bend_reads(true);
    return 0;
}

/* From each run on, first or timed, in turn. */
static void test_other_bytes_are_noticed(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        sow_status status;
    } cases[CASES] = {
        {"philox", SOW_ERR_DEVICE},
        {"store", SOW_ERR_DEVICE},
        {"fill_buffer", SOW_ERR_DEVICE},
        {"normal", SOW_ERR_TEST_NORMAL}, /* memset and memset_all read nothing */
        {"normal", SOW_ERR_TEST_NORMAL},
        {"normal", SOW_ERR_TEST_NORMAL},
    };
    sow_context *context = sowt_context_open(NULL);
    assert_int_equal(SOW_OK, sow_context_prepare(context, SOW_DIST_NORMAL, SOW_F32));
    for (uint64_t at = 0; at < CASES * 3; at++) {
        sow_error error = {0};
        sow_bench *bench = (void *)&error;
        sow_bench_options options = small;
        options.progress = bend_from;
        options.user = &at;
        const sow_status status = sow_bench_run(&bench, context, &options, &error);
        sowt_bend_reads(false);
        assert_refused(cases[at % CASES].status, status, &error, cases[at % CASES].name);
        assert_null(bench);
    }
    sow_context_release(context);
}

static int bend_figures_from(void *user, uint64_t done, uint64_t total)
{
    assert_int_equal(3, total);
    if (done == *(const uint64_t *)user)
        sowt_bend_reads(true);
    return 0;
}

/* The first figures, or those of a round. */
static void test_other_figures_are_noticed(void **state)
{
    (void)state;
    sow_context *context = sowt_context_open(NULL);
    for (uint64_t at = 0; at < 3; at++) {
        sow_error error = {0};
        sow_stats_bench *bench = (void *)&error;
        const sow_bench_options options = {.dtypes = 1u << SOW_F32,
                                           .count = 1001,
                                           .rounds = 2,
                                           .progress = bend_figures_from,
                                           .user = &at};
        const sow_status status = sow_stats_bench_run(&bench, context, &options, &error);
        sowt_bend_reads(false);
        assert_int_equal(SOW_ERR_DEVICE, status);
        assert_null(bench);
    }
    sow_context_release(context);
}

/* Failures that a bench can do without: times of events. */
static bool is_spared(const char *name)
{
    return strcmp(name, "clGetEventProfilingInfo") == 0 ||
           strcmp(name, "clCreateCommandQueue") == 0 || strncmp(name, "clGetDeviceInfo", 15) == 0 ||
           strcmp(name, "clGetPlatformInfo") == 0;
}

typedef sow_status act(sow_context *context);

static sow_status act_bench(sow_context *context)
{
    sow_bench *bench = NULL;
    const sow_status status = sow_bench_run(&bench, context, &small, NULL);
    assert_true((status == SOW_OK) == (bench != NULL));
    sow_bench_release(bench);
    return status;
}

/* Fills against launches, as the first ones of a latency: its thousands would make a long sweep. */
static int stop_soon(void *user, uint64_t done, uint64_t total)
{
    (void)user;
    (void)total;
    return done == 3;
}

static sow_status act_latency(sow_context *context)
{
    sow_latency *latency = NULL;
    const sow_latency_options options = {.rounds = 1, .progress = stop_soon};
    const sow_status status = sow_latency_run(&latency, context, &options, NULL);
    assert_null(latency);
    return status == SOW_ERR_CANCELLED ? SOW_OK : status;
}

static sow_status act_stats(sow_context *context)
{
    sow_stats_bench *bench = NULL;
    const sow_bench_options options = {
        .dtypes = 1u << SOW_F32, .count = 1001, .rounds = 2, .threads = 2};
    const sow_status status = sow_stats_bench_run(&bench, context, &options, NULL);
    assert_true((status == SOW_OK) == (bench != NULL));
    sow_stats_bench_release(bench);
    return status;
}

static void sweep(act *acted)
{
    char before[SOWT_LIVE_TEXT], after[SOWT_LIVE_TEXT];
    sow_context *context = sowt_context_open(NULL);
    assert_int_equal(SOW_OK, sow_context_prepare(context, SOW_DIST_NORMAL, SOW_F32));
    assert_int_equal(SOW_OK, acted(context));
    sowt_live_text(before);
    unsigned long n = 1;
    for (; n < FAULTS_MAX; n++) {
        sowt_fault_arm(n, false);
        const sow_status status = acted(context);
        const char *const fired = sowt_fault_disarm();
        sowt_live_text(after);
        assert_string_equal(before, after);
        if (fired == NULL) {
            assert_int_equal(SOW_OK, status);
            break;
        }
        if (status == SOW_OK ? !is_spared(fired) : status != SOWT_FAULT)
            fail_msg("call %lu, %s, failed: %s", n, fired, sow_status_name(status));
    }
    assert_in_range(n, 20, FAULTS_MAX - 1);
    assert_int_equal(SOW_OK, acted(context));
    sow_context_release(context);
}

static void test_bench_survives_faults(void **state)
{
    (void)state;
    sweep(act_bench);
}

static void test_latency_survives_faults(void **state)
{
    (void)state;
    sweep(act_latency);
}

static void test_stats_bench_survives_faults(void **state)
{
    (void)state;
    sweep(act_stats);
}

int main(void)
{
    sowt_layer_load();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_bytes_are_noticed),
        cmocka_unit_test(test_other_figures_are_noticed),
        cmocka_unit_test(test_bench_survives_faults),
        cmocka_unit_test(test_latency_survives_faults),
        cmocka_unit_test(test_stats_bench_survives_faults),
    };
    return SOWT_RUN(tests, NULL);
}
