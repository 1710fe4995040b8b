/* Names, sizes, and rounding of doubles to the floating dtypes. */
#include "dtype.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "random_numbers.h"
#include "reference_dtype.h"
#include "run_tests.h"

static const struct {
    sow_dtype dtype;
    const char *name;
    size_t size;
} dtypes[] = {
    {SOW_F32, "f32", 4},   {SOW_F16, "f16", 2},         {SOW_BF16, "bf16", 2},
    {SOW_F64, "f64", 8},   {SOW_I64, "i64", 8},         {SOW_I32, "i32", 4},
    {SOW_I16, "i16", 2},   {SOW_I8, "i8", 1},           {SOW_U8, "u8", 1},
    {SOW_BOOL, "bool", 1}, {SOW_F8_E4M3, "f8_e4m3", 1}, {SOW_F8_E5M2, "f8_e5m2", 1},
};
enum { DTYPE_COUNT = sizeof dtypes / sizeof dtypes[0] };

static const sow_dtype narrow[] = {SOW_F16, SOW_BF16, SOW_F8_E4M3, SOW_F8_E5M2};
enum { NARROW_COUNT = sizeof narrow / sizeof narrow[0] };

static void test_dtype_names_and_sizes(void **state)
{
    (void)state;
    for (size_t i = 0; i < DTYPE_COUNT; i++) {
        assert_string_equal(dtypes[i].name, sow_dtype_name(dtypes[i].dtype));
        assert_int_equal(dtypes[i].size, sow_dtype_size(dtypes[i].dtype));
        sow_dtype dtype = (sow_dtype)99;
        assert_int_equal(SOW_OK, sow_dtype_from_name(dtypes[i].name, &dtype));
        assert_int_equal(dtypes[i].dtype, dtype);
    }
}

static void test_dtype_refuses_unknown(void **state)
{
    (void)state;
    assert_null(sow_dtype_name((sow_dtype)DTYPE_COUNT));
    assert_null(sow_dtype_name((sow_dtype)-1));
    assert_int_equal(0, sow_dtype_size((sow_dtype)DTYPE_COUNT));
    sow_dtype dtype = SOW_U8;
    const char *const names[] = {"", "F32", "f3", "f322", "float32", " f32"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(SOW_ERR_DTYPE, sow_dtype_from_name(names[i], &dtype));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_dtype_from_name(NULL, &dtype));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_dtype_from_name("f32", NULL));
    assert_int_equal(SOW_U8, dtype);
}

/* Rounds value and compares the stored bits. */
static void assert_rounds_to(sow_dtype dtype, double value, uint32_t expected)
{
    const sowi_dtype_row *row = sowi_dtype_row_of(dtype);
    const double rounded = sowi_dtype_round(row, value);
    const uint32_t magnitude = expected & (sowt_dtype_sign_bit(dtype) - 1);
    const double wanted = magnitude > sowt_dtype_largest_bits(dtype)
                              ? copysign((double)INFINITY, value) /* e4m3 has no bits for it */
                              : sowt_dtype_value(dtype, expected);
    if (rounded != wanted || signbit(rounded) != signbit(wanted))
        fail_msg("%s: %a rounds to %a, expected %a", row->name, value, rounded, wanted);
    if (isfinite(rounded) && sowi_dtype_bits(row, rounded) != expected)
        fail_msg("%s: the bits of %a are 0x%llx, expected 0x%x", row->name, rounded,
                 (unsigned long long)sowi_dtype_bits(row, rounded), expected);
}

static void assert_rounds_to_both_signs(sow_dtype dtype, double value, uint32_t expected)
{
    assert_rounds_to(dtype, value, expected);
    assert_rounds_to(dtype, -value, expected | sowt_dtype_sign_bit(dtype));
}

/* Every finite value of the narrow dtypes is its own rounding, and gives its own bits. */
static void test_dtype_round_keeps_every_value(void **state)
{
    (void)state;
    for (size_t d = 0; d < NARROW_COUNT; d++)
        for (uint32_t bits = 0; bits <= sowt_dtype_largest_bits(narrow[d]); bits++)
            assert_rounds_to_both_signs(narrow[d], sowt_dtype_value(narrow[d], bits), bits);
}

/* Exhaustively: halfway between neighbours to the even one, beside it to the nearer one. Beyond the
 * largest value the step stays the same. */
static void test_dtype_round_breaks_ties_to_even(void **state)
{
    (void)state;
    for (size_t d = 0; d < NARROW_COUNT; d++) {
        const uint32_t largest = sowt_dtype_largest_bits(narrow[d]);
        for (uint32_t bits = 0; bits <= largest; bits++) {
            const double low = sowt_dtype_value(narrow[d], bits);
            const double high = bits < largest ? sowt_dtype_value(narrow[d], bits + 1)
                                               : 2 * low - sowt_dtype_value(narrow[d], bits - 1);
            const double tie = (low + high) / 2;
            assert_rounds_to_both_signs(narrow[d], tie, bits + bits % 2);
            assert_rounds_to_both_signs(narrow[d], nextafter(tie, 0), bits);
            assert_rounds_to_both_signs(narrow[d], nextafter(tie, INFINITY), bits + 1);
        }
    }
}

static double random_double(uint64_t *random, int exponent_low, int exponent_high)
{
    const double fraction = 1 + (double)(sowt_random(random) >> 12) * 0x1p-52;
    const uint64_t range = (uint64_t)(exponent_high - exponent_low);
    return ldexp(fraction, exponent_low + (int)sowt_random_below(random, range));
}

static void test_dtype_round_equals_reference_at_random(void **state)
{
    (void)state;
    uint64_t random = 3;
    for (int i = 0; i < 200000; i++) {
        const double half = random_double(&random, -28, 18);
        assert_rounds_to_both_signs(SOW_F16, half, sowt_dtype_nearest(SOW_F16, half));
        assert_rounds_to_both_signs(SOW_F8_E4M3, half, sowt_dtype_nearest(SOW_F8_E4M3, half));
        assert_rounds_to_both_signs(SOW_F8_E5M2, half, sowt_dtype_nearest(SOW_F8_E5M2, half));
        const double wide = random_double(&random, -153, 130);
        assert_rounds_to_both_signs(SOW_BF16, wide, sowt_dtype_nearest(SOW_BF16, wide));
        assert_rounds_to_both_signs(SOW_F32, wide, sowt_dtype_nearest(SOW_F32, wide));
        const float cast = (float)wide;
        assert_true(sowi_dtype_round(sowi_dtype_row_of(SOW_F32), wide) == (double)cast);
    }
}

static void test_dtype_round_at_the_ends(void **state)
{
    (void)state;
    const sow_dtype all[] = {SOW_F32, SOW_F16, SOW_BF16, SOW_F8_E4M3, SOW_F8_E5M2};
    for (size_t d = 0; d < 5; d++) {
        const uint32_t infinite = sowt_dtype_largest_bits(all[d]) + 1;
        assert_rounds_to_both_signs(all[d], 0, 0);
        assert_rounds_to_both_signs(all[d], 0x1p-1074, 0);
        assert_rounds_to_both_signs(all[d], 0x1p1023, infinite);
        assert_rounds_to_both_signs(all[d], (double)INFINITY, infinite);
    }
    const sowi_dtype_row *f64 = sowi_dtype_row_of(SOW_F64);
    const double values[] = {0.1, 0x1p-1074, -0x1.fffffffffffffp1023, -0.0};
    for (size_t i = 0; i < 4; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        assert_true(sowi_dtype_round(f64, values[i]) == values[i]);
        assert_true(sowi_dtype_bits(f64, values[i]) == bits);
    }
}

/* Exhaustively for the narrow dtypes: the next pattern, through zero to infinity. */
static void test_dtype_next_up_is_the_next_value(void **state)
{
    (void)state;
    for (size_t d = 0; d < NARROW_COUNT; d++) {
        const sowi_dtype_row *row = sowi_dtype_row_of(narrow[d]);
        const uint32_t largest = sowt_dtype_largest_bits(narrow[d]);
        for (uint32_t bits = 0; bits <= largest; bits++) {
            const double value = sowt_dtype_value(narrow[d], bits);
            const double above =
                bits < largest ? sowt_dtype_value(narrow[d], bits + 1) : (double)INFINITY;
            assert_true(sowi_dtype_next_up(row, value) == above);
            if (bits < largest)
                assert_true(sowi_dtype_next_up(row, -above) == -value);
        }
        assert_true(sowi_dtype_next_up(row, -0.0) == sowt_dtype_value(narrow[d], 1));
    }
}

static void test_dtype_next_up_of_f32_and_f64(void **state)
{
    (void)state;
    const sowi_dtype_row *f32 = sowi_dtype_row_of(SOW_F32), *f64 = sowi_dtype_row_of(SOW_F64);
    uint64_t random = 4;
    for (int i = 0; i < 100000; i++) {
        const float value = (float)random_double(&random, -150, 127);
        assert_true(sowi_dtype_next_up(f32, value) == (double)nextafterf(value, INFINITY));
        assert_true(sowi_dtype_next_up(f32, -value) == (double)nextafterf(-value, INFINITY));
    }
    for (int exponent = -126; exponent < 127; exponent++) {
        const float power = ldexpf(-1, exponent);
        assert_true(sowi_dtype_next_up(f32, power) == (double)nextafterf(power, INFINITY));
    }
    const double values[] = {0, 1, -1, 0.1, -0x1p-1022, 0x1p-1074, 0x1.fffffffffffffp1023, -1e300};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        assert_true(sowi_dtype_next_up(f64, values[i]) == nextafter(values[i], INFINITY));
}

/* The bounds' neighbours among the stored values, exhaustively, and beside each. */
static void test_dtype_bounds_of_every_value(void **state)
{
    (void)state;
    for (size_t d = 0; d < NARROW_COUNT; d++) {
        const sowi_dtype_row *row = sowi_dtype_row_of(narrow[d]);
        for (uint32_t bits = 1; bits < sowt_dtype_largest_bits(narrow[d]); bits++) {
            const double under = sowt_dtype_value(narrow[d], bits - 1);
            const double value = sowt_dtype_value(narrow[d], bits);
            const double over = sowt_dtype_value(narrow[d], bits + 1);
            const double a_bit_more = nextafter(value, INFINITY);
            assert_true(sowi_dtype_at_or_above(row, value) == value);
            assert_true(sowi_dtype_at_or_above(row, a_bit_more) == over);
            assert_true(sowi_dtype_at_or_above(row, -value) == -value);
            assert_true(sowi_dtype_at_or_below(row, value) == value);
            assert_true(sowi_dtype_at_or_below(row, a_bit_more) == value);
            assert_true(sowi_dtype_at_or_below(row, -a_bit_more) == -over);
            assert_true(sowi_dtype_below(row, value) == under);
            assert_true(sowi_dtype_below(row, a_bit_more) == value);
            assert_true(sowi_dtype_below(row, -value) == -over);
        }
        assert_true(sowi_dtype_at_or_above(row, 2 * row->largest) == (double)INFINITY);
        assert_true(sowi_dtype_at_or_above(row, -2 * row->largest) == -row->largest);
        assert_true(sowi_dtype_below(row, 2 * row->largest) == row->largest);
    }
}

static void assert_value(sow_dtype dtype, uint32_t bits)
{
    unsigned char element[4];
    for (int i = 0; i < 4; i++)
        element[i] = (unsigned char)(bits >> (8 * i));
    const double expected = sowt_dtype_value(dtype, bits);
    const double actual = sow_dtype_value(dtype, element);
    if (isnan(expected) ? !isnan(actual)
                        : actual != expected || signbit(actual) != signbit(expected))
        fail_msg("%s: 0x%x is %a, expected %a", sow_dtype_name(dtype), bits, actual, expected);
}

/* All patterns of the narrow dtypes, infinities and NaN too. */
static void test_dtype_value_of_every_pattern(void **state)
{
    (void)state;
    for (size_t d = 0; d < NARROW_COUNT; d++)
        for (uint32_t bits = 0; bits < 2 * sowt_dtype_sign_bit(narrow[d]); bits++)
            assert_value(narrow[d], bits);
    assert_value(SOW_F32, 0x3dcccccd);
    assert_value(SOW_F32, 0xff800000);
    assert_value(SOW_F32, 0x7fc00000);
    const double tenth = 0.1;
    assert_true(sow_dtype_value(SOW_F64, &tenth) == 0.1);
    assert_true(isnan(sow_dtype_value(SOW_I32, &tenth)));
    assert_true(isnan(sow_dtype_value((sow_dtype)99, &tenth)));
}

static void test_dtype_is_float(void **state)
{
    (void)state;
    for (size_t i = 0; i < DTYPE_COUNT; i++)
        assert_int_equal(dtypes[i].dtype <= SOW_F64 || dtypes[i].dtype >= SOW_F8_E4M3,
                         sow_dtype_is_float(dtypes[i].dtype));
    assert_int_equal(0, sow_dtype_is_float((sow_dtype)99));
}

static void test_dtype_bits_of_integers(void **state)
{
    (void)state;
    assert_int_equal(0xff, sowi_dtype_bits(sowi_dtype_row_of(SOW_I8), -1));
    assert_int_equal(0x80, sowi_dtype_bits(sowi_dtype_row_of(SOW_I8), -128));
    assert_int_equal(0x7fff, sowi_dtype_bits(sowi_dtype_row_of(SOW_I16), 32767));
    assert_int_equal(0x80000000u, sowi_dtype_bits(sowi_dtype_row_of(SOW_I32), -0x1p31));
    assert_true(sowi_dtype_bits(sowi_dtype_row_of(SOW_I64), -0x1p63) == UINT64_C(1) << 63);
    assert_true(sowi_dtype_bits(sowi_dtype_row_of(SOW_I64), -2) == UINT64_MAX - 1);
    assert_int_equal(255, sowi_dtype_bits(sowi_dtype_row_of(SOW_U8), 255));
    assert_int_equal(1, sowi_dtype_bits(sowi_dtype_row_of(SOW_BOOL), 1));
    assert_int_equal(0, sowi_dtype_bits(sowi_dtype_row_of(SOW_I32), -0.0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dtype_names_and_sizes),
        cmocka_unit_test(test_dtype_refuses_unknown),
        cmocka_unit_test(test_dtype_round_keeps_every_value),
        cmocka_unit_test(test_dtype_round_breaks_ties_to_even),
        cmocka_unit_test(test_dtype_round_equals_reference_at_random),
        cmocka_unit_test(test_dtype_round_at_the_ends),
        cmocka_unit_test(test_dtype_next_up_is_the_next_value),
        cmocka_unit_test(test_dtype_next_up_of_f32_and_f64),
        cmocka_unit_test(test_dtype_bounds_of_every_value),
        cmocka_unit_test(test_dtype_value_of_every_pattern),
        cmocka_unit_test(test_dtype_is_float),
        cmocka_unit_test(test_dtype_bits_of_integers),
    };
    return SOWT_RUN(tests, NULL);
}
