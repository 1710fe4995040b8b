/* sow_difference: distances against counting, and the rules of docs/compare.md. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "random_numbers.h"
#include "reference_dtype.h"
#include "run_tests.h"
#include "sowcl/compare.h"

static const sow_dtype all_dtypes[] = {SOW_F32, SOW_F16,  SOW_BF16,    SOW_F64,
                                       SOW_I64, SOW_I32,  SOW_I16,     SOW_I8,
                                       SOW_U8,  SOW_BOOL, SOW_F8_E4M3, SOW_F8_E5M2};
#define DTYPE_COUNT (sizeof all_dtypes / sizeof all_dtypes[0])

static sow_difference compare(const void *a, const void *b, sow_dtype dtype, uint64_t count,
                              const sow_tolerance *tolerance)
{
    sow_difference found;
    assert_int_equal(SOW_OK, sow_compare_arrays(a, b, dtype, count, tolerance, &found));
    return found;
}

/* One element against one, given as bits. */
static sow_difference compare_bits(uint64_t a, uint64_t b, sow_dtype dtype, sow_tolerance tolerance)
{
    return compare(&a, &b, dtype, 1, &tolerance);
}

static sow_difference compare_by_value(const void *a, sow_dtype dtype_a, const void *b,
                                       sow_dtype dtype_b, uint64_t count, sow_tolerance tolerance)
{
    sow_difference_sum sum;
    sow_difference found;
    assert_int_equal(SOW_OK, sow_difference_begin(&sum, dtype_a, dtype_b, &tolerance));
    sow_difference_add(&sum, a, b, count);
    sow_difference_end(&sum, &found);
    return found;
}

static const sow_tolerance bit_for_bit = {.ulp = 0};

/* ---- Distances ---- */

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* All values of a narrow dtype but NaN, in order, each once; *count of them. The caller frees. */
static double *values_of(sow_dtype dtype, size_t *count)
{
    const uint32_t patterns = UINT32_C(1) << (8 * sow_dtype_size(dtype));
    double *values = malloc(patterns * sizeof *values);
    size_t all = 0, unique = 0;
    assert_non_null(values);
    for (uint32_t bits = 0; bits < patterns; bits++)
        if (!isnan(sowt_dtype_value(dtype, bits)))
            values[all++] = sowt_dtype_value(dtype, bits) + 0.0; /* one zero */
    qsort(values, all, sizeof *values, compare_doubles);
    for (size_t i = 0; i < all; i++)
        if (i == 0 || compare_doubles(&values[i], &values[unique - 1]) != 0)
            values[unique++] = values[i];
    *count = unique;
    return values;
}

static size_t rank_of(const double *values, size_t count, double value)
{
    const double key = value + 0.0;
    const double *at = bsearch(&key, values, count, sizeof *values, compare_doubles);
    assert_non_null(at);
    return (size_t)(at - values);
}

static uint64_t least_power_above(uint64_t distance)
{
    uint64_t bin = 0;
    while (bin < 64 && distance >= UINT64_C(1) << bin)
        bin++;
    return bin;
}

static void check_distance(const sow_difference *found, uint64_t distance)
{
    assert_int_equal(1, found->elements);
    assert_int_equal(1, found->differing);
    assert_int_equal(distance, found->max_ulp);
    assert_int_equal(1, found->ulps[least_power_above(distance)]);
}

static void check_narrow_pair(sow_dtype dtype, const double *values, size_t count, uint32_t a,
                              uint32_t b)
{
    const double x = sowt_dtype_value(dtype, a), y = sowt_dtype_value(dtype, b);
    const sow_difference found = compare_bits(a, b, dtype, bit_for_bit);
    if (a == b) {
        assert_int_equal(0, found.differing);
        assert_int_equal(1, found.ulps[0]);
    } else if (isnan(x) || isnan(y)) {
        assert_int_equal(1, found.ulps[SOW_ULP_BINS - 1]);
        assert_int_equal(isnan(x) && isnan(y), found.nan_pairs);
        assert_int_equal(!(isnan(x) && isnan(y)), found.nan_alone);
    } else {
        const size_t i = rank_of(values, count, x), j = rank_of(values, count, y);
        check_distance(&found, i > j ? i - j : j - i);
        assert_int_equal(i == j, found.zero_signs);
    }
}

static void test_distance_counts_the_values_between(void **state)
{
    (void)state;
    const sow_dtype narrow[] = {SOW_F8_E4M3, SOW_F8_E5M2, SOW_F16, SOW_BF16};
    uint64_t random = 1;
    for (size_t i = 0; i < 4; i++) {
        size_t count;
        double *values = values_of(narrow[i], &count);
        const bool byte = sow_dtype_size(narrow[i]) == 1;
        for (uint32_t pair = 0; pair < 65536; pair++) {
            const uint64_t bits = byte ? pair : sowt_random(&random);
            const unsigned width = byte ? 8 : 16;
            const uint32_t mask = (UINT32_C(1) << width) - 1;
            check_narrow_pair(narrow[i], values, count, (uint32_t)bits & mask,
                              (uint32_t)(bits >> width) & mask);
        }
        free(values);
    }
}

static void check_walk_f32(float from)
{
    float to = from;
    for (uint64_t steps = 1; steps <= 40; steps++) {
        to = nextafterf(to, INFINITY);
        if (to == 0) /* nextafter gives -0 on the way up */
            to = 0;
        const sow_difference found = compare(&from, &to, SOW_F32, 1, NULL);
        check_distance(&found, steps);
    }
}

static void check_walk_f64(double from)
{
    double to = from;
    for (uint64_t steps = 1; steps <= 40; steps++) {
        to = nextafter(to, (double)INFINITY);
        const sow_difference found = compare(&from, &to, SOW_F64, 1, NULL);
        check_distance(&found, steps);
    }
}

static void test_distance_of_wide_dtypes_counts_steps(void **state)
{
    (void)state;
    const float floats[] = {1, -1, 0.99999905f, -0x1p-149f * 20, 0, 0x1p-126f, 3e38f, -2.0000019f};
    const double doubles[] = {1, -1, -0x1p-1074 * 20, 0, 0x1p-1022, 1e308, -2.0000000000000018};
    for (size_t i = 0; i < sizeof floats / sizeof floats[0]; i++)
        check_walk_f32(floats[i]);
    for (size_t i = 0; i < sizeof doubles / sizeof doubles[0]; i++)
        check_walk_f64(doubles[i]);
    const double least = -(double)INFINITY, most = (double)INFINITY;
    const sow_difference whole = compare(&least, &most, SOW_F64, 1, NULL);
    check_distance(&whole, 2 * UINT64_C(0x7ff0000000000000));
    const float largest = 0x1.fffffep127f, infinite = INFINITY;
    const sow_difference edge = compare(&largest, &infinite, SOW_F32, 1, NULL);
    check_distance(&edge, 1);
    assert_int_equal(0, edge.measured);
}

static void test_distance_of_integers_is_their_difference(void **state)
{
    (void)state;
    for (int a = -128; a < 128; a++)
        for (int b = -128; b < 128; b++) {
            const int8_t signed_pair[] = {(int8_t)a, (int8_t)b};
            const uint8_t pair[] = {(uint8_t)(a + 128), (uint8_t)(b + 128)};
            const uint64_t distance = (uint64_t)abs(a - b);
            const sow_difference i8 = compare(signed_pair, signed_pair + 1, SOW_I8, 1, NULL);
            const sow_difference u8 = compare(pair, pair + 1, SOW_U8, 1, NULL);
            assert_int_equal(distance, i8.max_ulp);
            assert_int_equal(distance, u8.max_ulp);
            assert_true(i8.max_absolute == (double)distance && u8.max_absolute == (double)distance);
        }
    const int64_t least = INT64_MIN, most = INT64_MAX, next = INT64_MAX - 1;
    assert_int_equal(UINT64_MAX, compare(&least, &most, SOW_I64, 1, NULL).max_ulp);
    const sow_difference neighbours = compare(&most, &next, SOW_I64, 1, NULL);
    assert_int_equal(1, neighbours.max_ulp);
    assert_true(neighbours.max_absolute == 1); /* the values are one double */
}

/* ---- Rules ---- */

static void test_zeros_of_both_signs_differ_in_bits_only(void **state)
{
    (void)state;
    const uint64_t minus[] = {0x80000000, 0x8000, 0x8000, UINT64_C(1) << 63, 0x80, 0x80};
    const sow_dtype dtypes[] = {SOW_F32, SOW_F16, SOW_BF16, SOW_F64, SOW_F8_E4M3, SOW_F8_E5M2};
    for (size_t i = 0; i < 6; i++) {
        const sow_difference found = compare_bits(0, minus[i], dtypes[i], bit_for_bit);
        assert_int_equal(1, found.differing);
        assert_int_equal(1, found.beyond);
        assert_int_equal(1, found.zero_signs);
        assert_int_equal(1, found.ulps[0]);
        assert_int_equal(0, found.max_ulp);
        assert_int_equal(1, found.measured);
        assert_true(found.max_absolute == 0 && found.max_relative == 0);
        assert_int_equal(0, compare_bits(0, minus[i], dtypes[i], (sow_tolerance){.ulp = 1}).beyond);
        assert_int_equal(
            0, compare_bits(0, minus[i], dtypes[i], (sow_tolerance){.atol = 1e-300}).beyond);
    }
}

static void test_nans_of_other_payload_differ(void **state)
{
    (void)state;
    const uint64_t quiet = 0x7fc00000, other = 0x7fc00001, one = 0x3f800000;
    const sow_difference pair = compare_bits(quiet, other, SOW_F32, bit_for_bit);
    assert_int_equal(1, pair.beyond);
    assert_int_equal(1, pair.nan_pairs);
    assert_int_equal(1, pair.ulps[SOW_ULP_BINS - 1]);
    assert_int_equal(0, pair.measured);
    assert_int_equal(other, pair.first_b_bits);
    assert_int_equal(0, compare_bits(quiet, other, SOW_F32, (sow_tolerance){.ulp = 1}).beyond);
    assert_int_equal(0, compare_bits(quiet, quiet, SOW_F32, bit_for_bit).differing);
    const sow_tolerance wide = {.ulp = UINT64_MAX, .atol = 1e30, .rtol = 1e30};
    const sow_difference alone = compare_bits(quiet, one, SOW_F32, wide);
    assert_int_equal(1, alone.beyond);
    assert_int_equal(1, alone.nan_alone);
}

static void test_subnormals_are_what_they_are(void **state)
{
    (void)state;
    const sow_difference found = compare_bits(1, 0, SOW_F32, bit_for_bit);
    check_distance(&found, 1);
    assert_true(found.max_absolute == 0x1p-149);
    assert_true(found.max_relative == 1);
}

static void test_tolerances_let_pass_what_they_say(void **state)
{
    (void)state;
    const float b = 100, near = 100.5f;
    const struct {
        sow_tolerance tolerance;
        bool passes;
    } rules[] = {
        {{.ulp = 0}, false},           {{.ulp = 65535}, false},
        {{.ulp = 65536}, true},        {{.atol = 0.5}, true},
        {{.atol = 0.4999999}, false},  {{.rtol = 0.005}, true},
        {{.rtol = 0.004999}, false},   {{.atol = 0.25, .rtol = 0.0025}, true},
        {{.ulp = 1, .atol = 1}, true},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const sow_difference found = compare(&near, &b, SOW_F32, 1, &rules[i].tolerance);
        assert_int_equal(1, found.differing);
        assert_int_equal(!rules[i].passes, found.beyond);
    }
    /* infinities are beyond any absolute and relative tolerance, but have neighbours */
    const float infinite = INFINITY, largest = 0x1.fffffep127f;
    const sow_tolerance relative = {.atol = 1e300, .rtol = 1e300}, one = {.ulp = 1};
    assert_int_equal(1, compare(&largest, &infinite, SOW_F32, 1, &relative).beyond);
    assert_int_equal(0, compare(&largest, &infinite, SOW_F32, 1, &one).beyond);
}

static void test_the_first_beyond_goes_before_the_first_that_differs(void **state)
{
    (void)state;
    float a[5000], b[5000];
    for (size_t i = 0; i < 5000; i++)
        a[i] = b[i] = (float)i;
    b[3000] = nextafterf(b[3000], 1e9f);
    b[4000] = -1;
    b[4500] = -2;
    const sow_tolerance one = {.ulp = 1}, all = {.atol = 1e9};
    assert_int_equal(3000, compare(a, b, SOW_F32, 5000, NULL).first_index);
    const sow_difference found = compare(a, b, SOW_F32, 5000, &one);
    assert_int_equal(4000, found.first_index);
    assert_true(found.first_a == 4000 && found.first_b == -1);
    assert_int_equal(3, found.differing);
    assert_int_equal(2, found.beyond);
    assert_int_equal(4500, found.max_ulp_index);
    assert_int_equal(3000, compare(a, b, SOW_F32, 5000, &all).first_index);
}

static void test_differences_too_large_for_a_double(void **state)
{
    (void)state;
    const double a[] = {1.5e308, 1}, b[] = {-1e308, 1};
    const sow_difference found = compare(a, b, SOW_F64, 2, NULL);
    assert_true(isinf(found.max_absolute));
    assert_true(fabs(found.max_relative - (1 + 1 / 1.5)) < 1e-15);
}

/* ---- Whole arrays ---- */

/* Elements like a checkpoint's of which some have a bit flipped. */
static void make_arrays(sow_dtype dtype, unsigned char *a, unsigned char *b, size_t count,
                        uint64_t one_of, uint64_t *random)
{
    const size_t size = sow_dtype_size(dtype);
    for (size_t i = 0; i < count * size; i++)
        a[i] = b[i] = (unsigned char)sowt_random(random);
    for (size_t i = 0; i < count; i++)
        if (sowt_random_below(random, one_of) == 0)
            b[i * size + sowt_random_below(random, size)] ^=
                (unsigned char)(1u << sowt_random_below(random, 8));
}

static double value_at(sow_dtype dtype, const unsigned char *array, size_t i)
{
    const unsigned char *at = array + i * sow_dtype_size(dtype);
    int64_t wide = 0;
    if (sow_dtype_is_float(dtype))
        return sow_dtype_value(dtype, at);
    if (dtype == SOW_U8 || dtype == SOW_BOOL)
        return *at;
    memcpy((unsigned char *)&wide + 8 - sow_dtype_size(dtype), at, sow_dtype_size(dtype));
    return (double)(wide >> (64 - 8 * sow_dtype_size(dtype)));
}

/* What can be said of two arrays element by element, by doubles alone. */
static void check_figures(const sow_difference *found, sow_dtype dtype, const unsigned char *a,
                          const unsigned char *b, size_t count)
{
    const size_t size = sow_dtype_size(dtype);
    uint64_t differing = 0, measured = 0, binned = 0;
    double most = 0, sum = 0, relative = 0;
    for (size_t i = 0; i < count; i++) {
        const double x = value_at(dtype, a, i), y = value_at(dtype, b, i);
        if (memcmp(a + i * size, b + i * size, size) == 0) {
            measured++;
            continue;
        }
        if (differing++ == 0)
            assert_int_equal(i, found->first_index);
        if (!isfinite(x) || !isfinite(y))
            continue;
        measured++;
        most = fmax(most, fabs(x - y));
        sum += fabs(x - y);
        relative += x == y ? 0 : fabs(x - y) / fmax(fabs(x), fabs(y));
    }
    for (size_t i = 0; i < SOW_ULP_BINS; i++)
        binned += found->ulps[i];
    assert_int_equal(count, found->elements);
    assert_int_equal(count, binned);
    assert_int_equal(differing, found->differing);
    assert_int_equal(differing, found->beyond);
    assert_int_equal(measured, found->measured);
    if (measured == 0 || !isfinite(sum))
        return;
    assert_true(fabs(found->max_absolute - most) <= 1e-9 * most);
    assert_true(fabs(found->mean_absolute * (double)measured - sum) <= 1e-9 * sum);
    if (isfinite(relative))
        assert_true(fabs(found->mean_relative * (double)measured - relative) <= 1e-9 * relative);
}

enum { ARRAY_ELEMS = 5003 };

static void test_figures_of_every_dtype(void **state)
{
    (void)state;
    static unsigned char a[ARRAY_ELEMS * 8], b[ARRAY_ELEMS * 8];
    uint64_t random = 7;
    for (size_t i = 0; i < DTYPE_COUNT; i++)
        for (uint64_t one_of = 1; one_of <= 100000; one_of *= 10) {
            make_arrays(all_dtypes[i], a, b, ARRAY_ELEMS, one_of, &random);
            const sow_difference found = compare(a, b, all_dtypes[i], ARRAY_ELEMS, NULL);
            check_figures(&found, all_dtypes[i], a, b, ARRAY_ELEMS);
        }
}

static void test_pieces_are_the_whole(void **state)
{
    (void)state;
    static unsigned char a[ARRAY_ELEMS * 8], b[ARRAY_ELEMS * 8];
    uint64_t random = 9;
    for (size_t i = 0; i < DTYPE_COUNT; i++) {
        const size_t size = sow_dtype_size(all_dtypes[i]);
        make_arrays(all_dtypes[i], a, b, ARRAY_ELEMS, 3, &random);
        const sow_difference whole = compare(a, b, all_dtypes[i], ARRAY_ELEMS, NULL);
        sow_difference_sum sum;
        assert_int_equal(SOW_OK, sow_difference_begin(&sum, all_dtypes[i], all_dtypes[i], NULL));
        for (size_t at = 0; at < ARRAY_ELEMS;) {
            size_t piece = (size_t)sowt_random_below(&random, 1500);
            piece = piece < ARRAY_ELEMS - at ? piece : ARRAY_ELEMS - at;
            sow_difference_add(&sum, a + at * size, b + at * size, piece);
            at += piece;
        }
        sow_difference found;
        sow_difference_end(&sum, &found);
        assert_memory_equal(&whole, &found, sizeof whole);
    }
}

/* ---- By value ---- */

static void test_dtypes_by_value(void **state)
{
    (void)state;
    const float wide[] = {1, 0.1f, -0.0f, NAN, 3, 70000, INFINITY};
    const uint16_t halves[] = {0x3c00, 0x2e66, 0x8000, 0x7e01, 0x4201, 0x7c00, 0x7c00};
    const sow_difference found =
        compare_by_value(wide, SOW_F32, halves, SOW_F16, 7, (sow_tolerance){.ulp = 1});
    assert_int_equal(3, found.differing); /* 0.1 rounded, 3 and a step, 70000 is no half */
    assert_int_equal(1, found.beyond);
    assert_int_equal(5, found.first_index);
    assert_int_equal(2, found.ulps[1]);
    assert_int_equal(UINT64_MAX, found.max_ulp);
    assert_int_equal(0x7c00, found.first_b_bits);
    const float zero = 0;
    const uint16_t minus = 0x8000;
    assert_int_equal(1,
                     compare_by_value(&zero, SOW_F32, &minus, SOW_BF16, 1, bit_for_bit).zero_signs);
}

static void test_integers_by_value(void **state)
{
    (void)state;
    const int64_t wide[] = {3, -4, 1000};
    const int8_t bytes[] = {3, -4, 100};
    const sow_difference found =
        compare_by_value(wide, SOW_I64, bytes, SOW_I8, 3, (sow_tolerance){.ulp = 0});
    assert_int_equal(1, found.differing);
    assert_int_equal(2, found.first_index);
    assert_int_equal(900, found.max_ulp);
}

/* 2^53 + 1 and its like have no double of their own. */
static void test_large_integers_by_value(void **state)
{
    (void)state;
    const int64_t whole[] = {(INT64_C(1) << 53) + 1, -(INT64_C(1) << 53) - 1, INT64_MAX, INT64_MIN,
                             INT64_C(1) << 60};
    const double rounded[] = {0x1p53, -0x1p53, 0x1p63, -0x1p63, 0x1p60};
    const sow_difference found =
        compare_by_value(whole, SOW_I64, rounded, SOW_F64, 5, (sow_tolerance){.ulp = 0});
    assert_int_equal(3, found.differing);
    assert_int_equal(1, found.max_ulp);
    assert_true(found.max_absolute == 1 && found.max_relative == 0x1p-53);
    assert_int_equal(3, compare_by_value(rounded, SOW_F64, whole, SOW_I64, 5, bit_for_bit).beyond);
    const float narrow = 0x1p62f;
    const int64_t near = (INT64_C(1) << 62) + 5;
    const sow_difference f32 = compare_by_value(&near, SOW_I64, &narrow, SOW_F32, 1, bit_for_bit);
    assert_int_equal(1, f32.beyond);
    assert_true(f32.max_absolute == 5);
}

static void test_unsigned_integers(void **state)
{
    (void)state;
    sow_difference_sum sum;
    sow_difference found;
    const sow_tolerance near = {.rtol = 0.01};
    const uint16_t a[] = {0, 0x8000, 0xffff, 0x7fff}, b[] = {0, 0x7fff, 0, 0x8001};
    assert_int_equal(SOW_OK, sow_difference_begin_unsigned(&sum, 2, 2, &near));
    sow_difference_add(&sum, a, b, 4);
    sow_difference_end(&sum, &found);
    assert_int_equal(3, found.differing);
    assert_int_equal(1, found.beyond);
    assert_int_equal(0xffff, found.max_ulp);
    assert_int_equal(2, found.first_index);
    assert_true(found.first_a == 65535 && found.first_b == 0 && found.max_absolute == 65535);
    const uint64_t wide[] = {0, 0x8000, UINT64_MAX, UINT64_C(1) << 63};
    assert_int_equal(SOW_OK, sow_difference_begin_unsigned(&sum, 2, 8, NULL));
    sow_difference_add(&sum, a, wide, 4);
    sow_difference_end(&sum, &found);
    assert_int_equal(2, found.differing);
    assert_int_equal(UINT64_MAX - 0xffff, found.max_ulp);
    assert_int_equal(SOW_ERR_ARGUMENT, sow_difference_begin_unsigned(NULL, 1, 1, NULL));
    assert_int_equal(SOW_ERR_DTYPE, sow_difference_begin_unsigned(&sum, 1, 3, NULL));
}

static sow_difference compare_unsigned(const uint64_t *a, const void *b, sow_dtype dtype_b,
                                       uint64_t count)
{
    sow_difference_sum sum;
    sow_difference found, other_way;
    assert_int_equal(SOW_OK, sow_difference_begin_mixed(&sum, SOW_I64, dtype_b, 1, 0, NULL));
    sow_difference_add(&sum, a, b, count);
    sow_difference_end(&sum, &found);
    assert_int_equal(SOW_OK, sow_difference_begin_mixed(&sum, dtype_b, SOW_I64, 0, 1, NULL));
    sow_difference_add(&sum, b, a, count);
    sow_difference_end(&sum, &other_way);
    assert_int_equal(found.differing, other_way.differing);
    assert_int_equal(found.max_ulp, other_way.max_ulp);
    assert_true(found.max_absolute == other_way.max_absolute);
    return found;
}

/* No bit is lost, though doubles have 53: to 2^64 - 1 and -2^63. */
static void test_unsigned_integers_and_others(void **state)
{
    (void)state;
    const uint64_t wide[] = {7, INT64_MAX, UINT64_C(1) << 63, UINT64_MAX};
    const int64_t whole[] = {7, INT64_MAX - 1, INT64_MIN, -1};
    const sow_difference integers = compare_unsigned(wide, whole, SOW_I64, 4);
    assert_int_equal(3, integers.differing);
    assert_int_equal(1, integers.first_index);
    assert_int_equal(1, integers.ulps[1]);
    assert_int_equal(UINT64_MAX, integers.max_ulp);
    const double doubles[] = {7, 0x1p63, 0x1p63, 0x1p64};
    const sow_difference f64 = compare_unsigned(wide, doubles, SOW_F64, 4);
    assert_int_equal(2, f64.differing); /* 2^63 - 1 and 2^64 - 1, which doubles round to these */
    assert_int_equal(1, f64.max_ulp);
    assert_true(f64.max_absolute == 1);
    const float floats[] = {7, 0x1p63f, 0x1p63f, 0x1.fffffep63f};
    const sow_difference f32 = compare_unsigned(wide, floats, SOW_F32, 4);
    assert_int_equal(2, f32.differing);
    assert_true(f32.max_absolute == 0x1p40 - 1);
    const uint64_t five = (UINT64_C(1) << 53) + 5;
    const double below = 0x1p53;
    const sow_difference steps = compare_unsigned(&five, &below, SOW_F64, 1);
    assert_int_equal(3, steps.max_ulp); /* 5 in steps of 2; as doubles they are 4 apart */
    assert_true(steps.max_absolute == 5);
    const uint8_t halves[] = {0x00, 0x3c};
    const uint64_t one = 1;
    assert_int_equal(0, compare_unsigned(&one, halves, SOW_F16, 1).differing);
    sow_difference_sum sum;
    assert_int_equal(SOW_ERR_ARGUMENT,
                     sow_difference_begin_mixed(NULL, SOW_I64, SOW_F32, 1, 0, NULL));
    assert_int_equal(SOW_ERR_DTYPE,
                     sow_difference_begin_mixed(&sum, SOW_I64, (sow_dtype)99, 1, 0, NULL));
}

static void test_rounding_is_one_step_by_value(void **state)
{
    (void)state;
    uint64_t random = 11;
    const sow_tolerance one = {.ulp = 1};
    for (size_t i = 0; i < 20000; i++) {
        const uint32_t bits = (uint32_t)sowt_random(&random);
        const double value = sowt_dtype_value(SOW_F32, bits);
        if (isnan(value))
            continue;
        const uint16_t rounded = (uint16_t)sowt_dtype_nearest(SOW_BF16, value);
        if (!isfinite(sowt_dtype_value(SOW_BF16, rounded)))
            continue;
        assert_int_equal(0, compare_by_value(&bits, SOW_F32, &rounded, SOW_BF16, 1, one).beyond);
        /* more than one step, even where steps double in between */
        const uint16_t off = (uint16_t)(rounded + 3);
        if (isfinite(sowt_dtype_value(SOW_BF16, off)))
            assert_int_equal(1, compare_by_value(&bits, SOW_F32, &off, SOW_BF16, 1, one).beyond);
    }
}

/* ---- Refusals ---- */

static void test_compare_arrays_refuses(void **state)
{
    (void)state;
    const float one = 1;
    sow_difference found;
    sow_difference_sum sum;
    const sow_tolerance negative = {.atol = -1}, no_number = {.rtol = (double)NAN};
    assert_int_equal(SOW_ERR_ARGUMENT, sow_compare_arrays(NULL, &one, SOW_F32, 1, NULL, &found));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_compare_arrays(&one, NULL, SOW_F32, 1, NULL, &found));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_compare_arrays(&one, &one, SOW_F32, 1, NULL, NULL));
    assert_int_equal(SOW_ERR_DTYPE, sow_compare_arrays(&one, &one, (sow_dtype)99, 1, NULL, &found));
    assert_int_equal(SOW_ERR_ARGUMENT,
                     sow_compare_arrays(&one, &one, SOW_F32, 1, &negative, &found));
    assert_int_equal(SOW_ERR_ARGUMENT,
                     sow_compare_arrays(&one, &one, SOW_F32, 1, &no_number, &found));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_difference_begin(NULL, SOW_F32, SOW_F32, NULL));
    assert_int_equal(SOW_ERR_DTYPE, sow_difference_begin(&sum, SOW_F32, (sow_dtype)99, NULL));
    assert_int_equal(SOW_OK, sow_compare_arrays(NULL, NULL, SOW_F32, 0, NULL, &found));
    assert_int_equal(0, found.elements);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distance_counts_the_values_between),
        cmocka_unit_test(test_distance_of_wide_dtypes_counts_steps),
        cmocka_unit_test(test_distance_of_integers_is_their_difference),
        cmocka_unit_test(test_zeros_of_both_signs_differ_in_bits_only),
        cmocka_unit_test(test_nans_of_other_payload_differ),
        cmocka_unit_test(test_subnormals_are_what_they_are),
        cmocka_unit_test(test_tolerances_let_pass_what_they_say),
        cmocka_unit_test(test_the_first_beyond_goes_before_the_first_that_differs),
        cmocka_unit_test(test_differences_too_large_for_a_double),
        cmocka_unit_test(test_figures_of_every_dtype),
        cmocka_unit_test(test_pieces_are_the_whole),
        cmocka_unit_test(test_dtypes_by_value),
        cmocka_unit_test(test_integers_by_value),
        cmocka_unit_test(test_large_integers_by_value),
        cmocka_unit_test(test_unsigned_integers),
        cmocka_unit_test(test_unsigned_integers_and_others),
        cmocka_unit_test(test_rounding_is_one_step_by_value),
        cmocka_unit_test(test_compare_arrays_refuses),
    };
    return SOWT_RUN(tests, NULL);
}
