#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "host/stats_host.h"
#include "run_tests.h"
#include "sowcl/stats.h"
#include "stats_data.h"
#include "stats_self_test.h"

static sow_stats stats_of(const void *data, sow_dtype dtype, uint64_t count)
{
    sow_stats stats;
    assert_int_equal(SOW_OK, sow_stats_host(data, dtype, count, NULL, &stats));
    return stats;
}

static void test_stats_of_known_values(void **state)
{
    (void)state;
    static const float values[] = {3.0f, -0.0f, -5.0f, 0.0f, 6.0f, NAN, INFINITY, -INFINITY};
    const sow_stats stats = stats_of(values, SOW_F32, 8);
    assert_int_equal(8, stats.count);
    assert_int_equal(2, stats.zeros);
    assert_int_equal(1, stats.nans);
    assert_int_equal(2, stats.infs);
    assert_true(stats.mean == 4.0 / 5);
    assert_true(fabs(stats.std - sqrt(13.36)) < 1e-15); /* (9 + 25 + 36) / 5 - 0.8^2 */
    assert_true(stats.min == -5 && stats.max == 6);
    assert_true(stats.integer_min == 0 && stats.integer_max == 0);
    assert_true(fabs(stats.nrm2 - sqrt(70)) < 1e-14);
}

static void test_stats_of_nothing(void **state)
{
    (void)state;
    static const double nothing[] = {NAN, INFINITY};
    sow_stats stats = stats_of(NULL, SOW_F32, 0);
    assert_int_equal(0, stats.count);
    assert_true(stats.mean == 0 && stats.std == 0 && stats.nrm2 == 0);
    stats = stats_of(nothing, SOW_F64, 2);
    assert_int_equal(2, stats.nans + stats.infs);
    assert_true(stats.min == 0 && stats.max == 0);
}

/* What a double's own sums would lose. */
static void test_stats_keep_small_deviations(void **state)
{
    (void)state;
    enum { COUNT = 12288 };
    double *values = calloc(COUNT, sizeof *values);
    float *floats = calloc(COUNT, sizeof *floats);
    assert_true(values != NULL && floats != NULL);
    for (int i = 0; i < COUNT; i++) {
        values[i] = -1e15 + (i % 2 == 0 ? 0.25 : -0.25);
        floats[i] = i % 2 == 0 ? 16777215.0f : 16777214.0f;
    }
    sow_stats stats = stats_of(values, SOW_F64, COUNT);
    assert_true(stats.mean == -1e15 && stats.std == 0.25);
    stats = stats_of(floats, SOW_F32, COUNT);
    assert_true(stats.mean == 16777214.5 && stats.std == 0.5);
    /* and none where there is none */
    for (int i = 0; i < COUNT; i++)
        floats[i] = 0.1f;
    stats = stats_of(floats, SOW_F32, COUNT - 1);
    assert_true(stats.std == 0 && stats.mean == (double)0.1f);
    free(floats);
    free(values);
}

static void test_stats_have_no_range(void **state)
{
    (void)state;
    static const double large[] = {0x1p1023, -0x1p1023}, small[] = {0x1p-1074, 0};
    static const float floats[] = {0x1p-149f, -0x1p-149f};
    static const int64_t integers[] = {INT64_MIN, INT64_MAX, 0};
    sow_stats stats = stats_of(large, SOW_F64, 2);
    assert_true(stats.mean == 0 && stats.std == 0x1p1023);
    stats = stats_of(small, SOW_F64, 2);
    assert_true(stats.max == 0x1p-1074 && stats.nrm2 == 0x1p-1074);
    stats = stats_of(floats, SOW_F32, 2);
    assert_true(stats.std == 0x1p-149 && stats.min == -0x1p-149);
    stats = stats_of(integers, SOW_I64, 3);
    assert_true(stats.min == -0x1p63 && stats.max == 0x1p63);
    assert_true(stats.integer_min == INT64_MIN && stats.integer_max == INT64_MAX);
    assert_true(fabs(stats.std / (0x1p63 * sqrt(2.0 / 3)) - 1) < 1e-12);
    assert_int_equal(1, stats.zeros);
}

static void test_stats_do_not_depend_on_how(void **state)
{
    (void)state;
    static const uint64_t counts[] = {1, 9, 4095, 4097, 700001};
    for (int dtype = SOW_F32; dtype <= SOW_F8_E5M2; dtype++)
        for (int kind = 0; kind < SOWT_STATS_DATA_COUNT; kind++) {
            void *data = sowt_stats_data_make((sow_dtype)dtype, (sowt_stats_data)kind, 700001);
            for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
                const sow_stats_options plain = {.host = {.threads = 3, .simd = SOW_SIMD_PLAIN}};
                const sow_stats best = stats_of(data, (sow_dtype)dtype, counts[i]);
                sow_stats other;
                assert_int_equal(SOW_OK,
                                 sow_stats_host(data, (sow_dtype)dtype, counts[i], &plain, &other));
                if (memcmp(&best, &other, sizeof best) != 0)
                    fail_msg("%s, data %d, %zu elements: std %a and %a",
                             sow_dtype_name((sow_dtype)dtype), kind, (size_t)counts[i], best.std,
                             other.std);
            }
            free(data);
        }
}

static void test_histogram_counts(void **state)
{
    (void)state;
    /* bins of width 1 from -127 on */
    static const float values[] = {-127.0f,  -127.001f, 0.5f, 0.75f,    1.0f,
                                   128.999f, 129.0f,    NAN,  INFINITY, -1e30f};
    sow_histogram histogram = {.center = 1, .std = 16};
    const sow_stats_options options = {.histogram = &histogram};
    sow_stats stats;
    assert_int_equal(SOW_OK, sow_stats_host(values, SOW_F32, 10, &options, &stats));
    assert_int_equal(2, histogram.below);
    assert_int_equal(2, histogram.above);
    assert_int_equal(1, histogram.bins[0]);
    assert_int_equal(2, histogram.bins[127]);
    assert_int_equal(1, histogram.bins[128]);
    assert_int_equal(1, histogram.bins[255]);
    static const int16_t integers[] = {-127, 128, 129};
    assert_int_equal(SOW_OK, sow_stats_host(integers, SOW_I16, 3, &options, &stats));
    assert_int_equal(1, histogram.bins[0]);
    assert_int_equal(1, histogram.bins[255]);
    assert_int_equal(1, histogram.above);
}

/* What devices are held against. */
static void test_self_test_is_the_hosts(void **state)
{
    (void)state;
    static uint64_t data[SOWI_STATS_TEST_COUNT];
    sowk_stats_part parts[SOWI_STATS_TEST_PARTS];
    for (int dtype = SOW_F32; dtype <= SOW_F8_E5M2; dtype++) {
        sowi_stats_chunks *const chunks = dtype == SOW_F64 ? sowi_stats_chunks_plain_f64
                                          : sow_dtype_is_float((sow_dtype)dtype)
                                              ? sowi_stats_chunks_plain_f32
                                              : sowi_stats_chunks_int;
        if (dtype == SOW_BOOL)
            continue;
        sowi_stats_self_test_make((sow_dtype)dtype, data);
        chunks((sow_dtype)dtype, data, SOWI_STATS_TEST_COUNT, 0, SOWI_STATS_TEST_PARTS, parts);
        if (!sowi_stats_self_test_holds((sow_dtype)dtype, parts))
            fail_msg("%s", sow_dtype_name((sow_dtype)dtype));
        parts[1].sums[3] ^= 1;
        assert_false(sowi_stats_self_test_holds((sow_dtype)dtype, parts));
    }
}

static void test_stats_refuse(void **state)
{
    (void)state;
    static const float one = 1.0f;
    static const double wrong[][2] = {{0, 0},    {0, -1},      {0, NAN},     {NAN, 1},
                                      {1e10, 1}, {0, 0x1p-91}, {0, 0x1p101}, {0, HUGE_VAL}};
    sow_stats stats;
    assert_int_equal(SOW_ERR_ARGUMENT, sow_stats_host(NULL, SOW_F32, 1, NULL, &stats));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_stats_host(&one, SOW_F32, 1, NULL, NULL));
    assert_int_equal(SOW_ERR_DTYPE, sow_stats_host(&one, (sow_dtype)77, 1, NULL, &stats));
    const sow_stats_options unknown = {.host = {.simd = (sow_simd)9}};
    assert_int_equal(SOW_ERR_ARGUMENT, sow_stats_host(&one, SOW_F32, 1, &unknown, &stats));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        sow_histogram histogram = {.center = wrong[i][0], .std = wrong[i][1]};
        const sow_stats_options options = {.histogram = &histogram};
        assert_int_equal(SOW_ERR_PARAMETER, sow_stats_host(&one, SOW_F32, 1, &options, &stats));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stats_of_known_values),
        cmocka_unit_test(test_stats_of_nothing),
        cmocka_unit_test(test_stats_keep_small_deviations),
        cmocka_unit_test(test_stats_have_no_range),
        cmocka_unit_test(test_stats_do_not_depend_on_how),
        cmocka_unit_test(test_histogram_counts),
        cmocka_unit_test(test_self_test_is_the_hosts),
        cmocka_unit_test(test_stats_refuse),
    };
    return SOWT_RUN(tests, NULL);
}
