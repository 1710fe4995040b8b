/* The host path: the same bits for every instruction set, number of threads, slice and alignment, and
 * nothing written beside the destination. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "host/host.h"
#include "job.h"
#include "random_numbers.h"
#include "reference_philox.h"
#include "regions.h"
#include "run_tests.h"

static const sow_key key = {UINT64_C(0x0123456789abcdef), UINT64_C(0xfedcba9876543210)};

typedef struct draw {
    sow_dtype dtype;
    sow_initializer initializer;
} draw;

enum { DRAWS_MAX = 100 };

/* Every initializer in every dtype that takes it; shapes have two dimensions or more. */
static void make_draws(draw draws[DRAWS_MAX], size_t *count)
{
    const sow_dtype floats[] = {SOW_F32, SOW_F16, SOW_BF16, SOW_F64, SOW_F8_E4M3, SOW_F8_E5M2};
    const sow_initializer all[] = {
        sow_zeros(),
        sow_ones(),
        sow_constant(-0.1),
        sow_uniform(0, 1),
        sow_uniform(-1e5, 1e5),
        sow_normal(0, 1),
        sow_normal(0.1, 0.02),
        sow_normal(0, 0x1p20),
        sow_xavier_uniform(5.0 / 3),
        sow_xavier_normal(1),
        sow_kaiming_uniform(2.23606797749979, SOW_FAN_IN, SOW_LEAKY_RELU),
        sow_kaiming_normal(0, SOW_FAN_OUT, SOW_RELU),
        sow_trunc_normal(0.25, 1.5, -2, 3), /* central, wide, edge */
        sow_trunc_normal(0.25, 1.5, -4, 8),
        sow_trunc_normal(-1, 0.5, 2, (double)INFINITY),
        sow_lecun_normal(),
    };
    *count = 0;
    for (size_t d = 0; d < sizeof floats / sizeof floats[0]; d++)
        for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
            draws[(*count)++] = (draw){floats[d], all[i]};
    draws[(*count)++] = (draw){SOW_I32, sow_bits()};
    draws[(*count)++] = (draw){SOW_I8, sow_constant(-7)};
}

static const char *name_of(const draw *d)
{
    static char text[96];
    snprintf(text, sizeof text, "%s(%g, %g) %s, seed 0x%llx stream 0x%llx",
             sow_kind_name(d->initializer.kind), d->initializer.param[0], d->initializer.param[1],
             sow_dtype_name(d->dtype), (unsigned long long)key.seed,
             (unsigned long long)key.stream);
    return text;
}

static sow_plan plan_of(const sow_tensor *tensor, const draw *d)
{
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, tensor, &d->initializer, key, NULL));
    return plan;
}

/* The plan's elements between guards; the caller releases them. */
static unsigned char *filled(const sow_plan *plan, const sow_host_options *options,
                             const char *what)
{
    const size_t size_bytes = (size_t)plan->count * sow_dtype_size(plan->dtype);
    unsigned char *memory = sowt_guarded_create(size_bytes);
    assert_int_equal(SOW_OK, sow_fill_host_plan(memory, plan, options));
    assert_guards_intact(memory, size_bytes, what);
    return memory;
}

static void assert_fills_alike(const sow_plan *plan, const sow_host_options *a,
                               const sow_host_options *b, const char *what)
{
    const size_t size = sow_dtype_size(plan->dtype);
    unsigned char *expected = filled(plan, a, what);
    unsigned char *actual = filled(plan, b, what);
    assert_bits_equal(expected, actual, (size_t)plan->count * size, size, what);
    sowt_guarded_release(expected);
    sowt_guarded_release(actual);
}

static bool has_avx2(void)
{
    sow_plan plan = {.count = 0};
    const sow_host_options options = {.simd = SOW_SIMD_AVX2};
    return sow_fill_host_plan(NULL, &plan, &options) == SOW_OK;
}

static void test_fill_host_plain_equals_avx2(void **state)
{
    (void)state;
    if (!has_avx2())
        sowt_skip("no AVX2");
    const uint64_t counts[] = {0, 1, 2, 3, 5, 31, 32, 33, 1000, (1 << 20) + 7};
    const sow_host_options plain = {.threads = 1, .simd = SOW_SIMD_PLAIN};
    const sow_host_options avx2 = {.threads = 1, .simd = SOW_SIMD_AVX2};
    draw draws[DRAWS_MAX];
    size_t draw_count;
    make_draws(draws, &draw_count);
    for (size_t d = 0; d < draw_count; d++) {
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            const sow_tensor tensor = {.dtype = draws[d].dtype, .rank = 2, .shape = {counts[c], 1}};
            const sow_plan plan = plan_of(&tensor, &draws[d]);
            assert_int_equal(counts[c], plan.count);
            assert_fills_alike(&plan, &plain, &avx2, name_of(&draws[d]));
        }
    }
}

/* Region elements against the whole tensor's at the indices of the naive walk. */
static void assert_region_equals_whole(const sow_tensor *region, const draw *d,
                                       const sow_host_options *options)
{
    const size_t size = sow_dtype_size(region->dtype);
    sow_tensor tensor = *region;
    memset(tensor.start, 0, sizeof tensor.start);
    memset(tensor.extent, 0, sizeof tensor.extent);
    const sow_plan whole_plan = plan_of(&tensor, d), plan = plan_of(region, d);
    unsigned char *whole = filled(&whole_plan, NULL, name_of(d));
    unsigned char *actual = filled(&plan, options, name_of(d));
    unsigned char *expected = sowt_guarded_create((size_t)plan.count * size);
    for (uint64_t e = 0; e < plan.count; e++)
        memcpy(expected + e * size, whole + sowt_region_index(region, e) * size, size);
    assert_bits_equal(expected, actual, (size_t)plan.count * size, size, name_of(d));
    sowt_guarded_release(whole);
    sowt_guarded_release(actual);
    sowt_guarded_release(expected);
}

static void test_fill_host_regions_hold_the_wholes_values(void **state)
{
    (void)state;
    uint64_t random = 8;
    draw draws[DRAWS_MAX];
    size_t draw_count;
    make_draws(draws, &draw_count);
    for (int i = 0; i < 4000; i++) {
        const draw *d = &draws[sowt_random_below(&random, draw_count)];
        const uint64_t size_max = i % 2 == 0 ? 4 : 6;
        sow_tensor region = sowt_random_region(&random, d->dtype, size_max);
        if (region.rank < 2)
            continue;
        if (i % 4 == 0) { /* long rows, too */
            region.shape[region.rank - 1] = 100;
            region.start[region.rank - 1] = sowt_random_below(&random, 50);
            region.extent[region.rank - 1] = 1 + sowt_random_below(&random, 50);
        }
        const sow_host_options options = {.simd = i % 3 == 0 ? SOW_SIMD_PLAIN : SOW_SIMD_BEST};
        assert_region_equals_whole(&region, d, &options);
    }
}

/* Items are a device's work-items: none may write what is another's, which the order would hide. */
static void test_fill_host_items_in_reverse_change_no_bit(void **state)
{
    (void)state;
    uint64_t random = 9;
    const draw bits = {SOW_I32, sow_bits()};
    for (int i = 0; i < 2000; i++) {
        const sow_tensor region = sowt_random_region(&random, SOW_I32, 5);
        sow_plan plan = plan_of(&region, &bits);
        const uint64_t begin = sowt_random_below(&random, plan.count);
        assert_int_equal(SOW_OK, sow_plan_slice(&plan, begin, plan.count - begin));
        unsigned char *expected = filled(&plan, NULL, "in order");
        unsigned char *actual = sowt_guarded_create((size_t)plan.count * 4);
        sowk_job job;
        sowi_job_make(&job, &plan, SOWI_LANES_PLAIN, 0);
        for (uint64_t item = job.items; item-- > 0;)
            sowi_fill_items_plain(&plan, &job, item, item + 1, actual);
        assert_bits_equal(expected, actual, (size_t)plan.count * 4, 4, "in reverse");
        assert_guards_intact(actual, (size_t)plan.count * 4, "in reverse");
        sowt_guarded_release(expected);
        sowt_guarded_release(actual);
    }
}

static void test_fill_host_threads_change_no_bit(void **state)
{
    (void)state;
    const uint32_t threads[] = {0, 2, 3, 7, 1000};
    const sow_host_options one = {.threads = 1};
    draw draws[DRAWS_MAX];
    size_t draw_count;
    make_draws(draws, &draw_count);
    for (size_t d = 0; d < draw_count; d++) {
        const sow_tensor tensor = {.dtype = draws[d].dtype,
                                   .rank = 2,
                                   .shape = {2100, 1003},
                                   .start = {3, 1},
                                   .extent = {2051, 1001}};
        const sow_plan plan = plan_of(&tensor, &draws[d]);
        for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++) {
            const sow_host_options many = {.threads = threads[t]};
            assert_fills_alike(&plan, &one, &many, name_of(&draws[d]));
        }
    }
}

/* A draw far out against the generator's words there, in several dtypes by way of bits; for the floating
 * ones, plain against the best. */
static void test_fill_host_far_out(void **state)
{
    (void)state;
    const uint64_t starts[] = {UINT64_C(1) << 33, UINT64_C(1) << 34, (UINT64_C(1) << 40) + 3,
                               (UINT64_C(1) << 62) - 5, INT64_MAX - 77};
    const sow_host_options plain = {.threads = 1, .simd = SOW_SIMD_PLAIN};
    const draw draws[] = {
        {SOW_I32, sow_bits()}, {SOW_F32, sow_normal(0, 1)}, {SOW_BF16, sow_uniform(0, 1)}};
    for (size_t s = 0; s < sizeof starts / sizeof starts[0]; s++) {
        for (size_t d = 0; d < 3; d++) {
            const sow_tensor tensor = {.dtype = draws[d].dtype,
                                       .rank = 2,
                                       .shape = {INT64_MAX, 1},
                                       .start = {starts[s], 0},
                                       .extent = {77, 1}};
            const sow_plan plan = plan_of(&tensor, &draws[d]);
            assert_fills_alike(&plan, &plain, NULL, name_of(&draws[d]));
        }
        const sow_tensor tensor = {.dtype = SOW_I32,
                                   .rank = 1,
                                   .shape = {INT64_MAX},
                                   .start = {starts[s]},
                                   .extent = {77}};
        const sow_plan plan = plan_of(&tensor, &draws[0]);
        uint32_t expected[77], actual[77];
        for (uint64_t i = 0; i < 77; i++)
            expected[i] = sowt_philox_word(key, starts[s] + i);
        assert_int_equal(SOW_OK, sow_fill_host_plan(actual, &plan, NULL));
        assert_bits_equal(expected, actual, sizeof expected, 4, "far out");
    }
}

/* Columns of a matrix with more than 2^32 rows, of which each row is far from the next. */
static void test_fill_host_far_rows(void **state)
{
    (void)state;
    const uint64_t rows = UINT64_C(1) << 40, columns = 4097;
    const sow_tensor tensor = {.dtype = SOW_I32,
                               .rank = 2,
                               .shape = {rows, columns},
                               .start = {rows - 9, 4000},
                               .extent = {9, 35}};
    const draw bits = {SOW_I32, sow_bits()};
    const sow_plan plan = plan_of(&tensor, &bits);
    uint32_t expected[9 * 35];
    for (uint64_t e = 0; e < 9 * 35; e++)
        expected[e] = sowt_philox_word(key, sowt_region_index(&tensor, e));
    for (int simd = SOW_SIMD_BEST; simd <= SOW_SIMD_PLAIN; simd++) {
        const sow_host_options options = {.simd = (sow_simd)simd};
        unsigned char *actual = filled(&plan, &options, "far rows");
        assert_bits_equal(expected, actual, sizeof expected, 4, "far rows");
        sowt_guarded_release(actual);
    }
}

static void test_fill_host_needs_no_alignment_beyond_the_dtypes(void **state)
{
    (void)state;
    const draw draws[] = {{SOW_F32, sow_normal(0, 1)},     {SOW_F16, sow_normal(0, 1)},
                          {SOW_BF16, sow_uniform(0, 1)},   {SOW_F64, sow_normal(0, 1)},
                          {SOW_F8_E4M3, sow_normal(0, 1)}, {SOW_F64, sow_constant(0.1)}};
    for (size_t d = 0; d < sizeof draws / sizeof draws[0]; d++) {
        const size_t size = sow_dtype_size(draws[d].dtype), size_bytes = 333 * size;
        const sow_tensor tensor = {.dtype = draws[d].dtype, .rank = 1, .shape = {333}};
        const sow_plan plan = plan_of(&tensor, &draws[d]);
        unsigned char *expected = filled(&plan, NULL, name_of(&draws[d]));
        for (size_t offset = 0; offset < 32; offset += size) {
            unsigned char *memory = sowt_guarded_create(size_bytes + offset);
            assert_int_equal(SOW_OK, sow_fill_host_plan(memory + offset, &plan, NULL));
            assert_bits_equal(expected, memory + offset, size_bytes, size, name_of(&draws[d]));
            assert_guards_intact(memory, size_bytes + offset, name_of(&draws[d]));
            for (size_t i = 0; i < offset; i++)
                assert_int_equal(SOWT_GUARD, memory[i]);
            sowt_guarded_release(memory);
        }
        sowt_guarded_release(expected);
    }
}

static void test_fill_host_equals_its_plan(void **state)
{
    (void)state;
    const draw normal = {SOW_F32, sow_normal(0, 1)};
    const sow_tensor tensor = {.rank = 2, .shape = {9, 7}, .start = {1, 1}, .extent = {5, 5}};
    const sow_plan plan = plan_of(&tensor, &normal);
    unsigned char *expected = filled(&plan, NULL, "a plan");
    unsigned char *actual = sowt_guarded_create(100);
    assert_int_equal(SOW_OK, sow_fill_host(actual, &tensor, &normal.initializer, key));
    assert_bits_equal(expected, actual, 100, 4, "sow_fill_host");
    assert_guards_intact(actual, 100, "sow_fill_host");
    sowt_guarded_release(expected);
    sowt_guarded_release(actual);
}

static void test_fill_host_of_nothing_takes_null(void **state)
{
    (void)state;
    const sow_tensor none = {.rank = 2, .shape = {0, 3}};
    const sow_tensor empty_region = {.rank = 2, .shape = {3, 3}, .extent = {0, 3}};
    const sow_initializer normal = sow_kaiming_normal(0, SOW_FAN_IN, SOW_RELU);
    assert_int_equal(SOW_OK, sow_fill_host(NULL, &none, &normal, key));
    assert_int_equal(SOW_OK, sow_fill_host(NULL, &empty_region, &normal, key));
}

static void test_fill_host_refuses(void **state)
{
    (void)state;
    const draw normal = {SOW_F32, sow_normal(0, 1)};
    const sow_tensor tensor = {.rank = 1, .shape = {4}};
    const sow_plan plan = plan_of(&tensor, &normal);
    unsigned char *memory = sowt_guarded_create(16);
    assert_int_equal(SOW_ERR_ARGUMENT, sow_fill_host(NULL, &tensor, &normal.initializer, key));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_fill_host(memory, NULL, &normal.initializer, key));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_fill_host(memory, &tensor, NULL, key));
    const sow_initializer scheme = sow_xavier_normal(1);
    assert_int_equal(SOW_ERR_FAN, sow_fill_host(memory, &tensor, &scheme, key));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_fill_host_plan(NULL, &plan, NULL));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_fill_host_plan(memory, NULL, NULL));
    const sow_host_options unknown = {.simd = (sow_simd)3};
    assert_int_equal(SOW_ERR_ARGUMENT, sow_fill_host_plan(memory, &plan, &unknown));
    for (int i = 0; i < 16; i++)
        assert_int_equal(SOWT_GUARD, memory[i]); /* a refused call writes nothing */
    sowt_guarded_release(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fill_host_plain_equals_avx2),
        cmocka_unit_test(test_fill_host_regions_hold_the_wholes_values),
        cmocka_unit_test(test_fill_host_items_in_reverse_change_no_bit),
        cmocka_unit_test(test_fill_host_threads_change_no_bit),
        cmocka_unit_test(test_fill_host_far_out),
        cmocka_unit_test(test_fill_host_far_rows),
        cmocka_unit_test(test_fill_host_needs_no_alignment_beyond_the_dtypes),
        cmocka_unit_test(test_fill_host_equals_its_plan),
        cmocka_unit_test(test_fill_host_of_nothing_takes_null),
        cmocka_unit_test(test_fill_host_refuses),
    };
    return SOWT_RUN(tests, NULL);
}
