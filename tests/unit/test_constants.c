/* Constants into every dtype: their bits, their ranges, and what is refused. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bits.h"
#include "run_tests.h"
#include "sowcl/base.h"

static sow_status make(sow_plan *plan, sow_dtype dtype, double value, sow_error *error)
{
    const sow_tensor tensor = {.dtype = dtype, .rank = 1, .shape = {5}};
    const sow_initializer initializer = sow_constant(value);
    return sow_plan_make(plan, &tensor, &initializer, (sow_key){0, 0}, error);
}

static const struct {
    sow_dtype dtype;
    double value;
    uint64_t pattern;
} taken[] = {
    {SOW_F32, 0, 0},
    {SOW_F32, -0.0, 0x80000000},
    {SOW_F32, 0.1, 0x3dcccccd},
    {SOW_F32, 0x1p-149, 1},
    {SOW_F32, 0x1p-151, 0},
    {SOW_F32, -0x1.fffffep127, 0xff7fffff},
    {SOW_F16, 1, 0x3c00},
    {SOW_F16, -0.1, 0xae66},
    {SOW_F16, 65504, 0x7bff},
    {SOW_F16, 65519, 0x7bff}, /* rounds down to the largest */
    {SOW_F16, 0x1p-24, 1},
    {SOW_F16, 0x1p-25, 0},
    {SOW_F16, 1 + 0x1p-11 + 0x1p-40, 0x3c01}, /* rounded once */
    {SOW_BF16, 1, 0x3f80},
    {SOW_BF16, 1 + 0x1p-8, 0x3f80},
    {SOW_BF16, 1 + 0x1p-8 + 0x1p-50, 0x3f81},
    {SOW_BF16, -3, 0xc040},
    {SOW_BF16, 0x1.fep127, 0x7f7f},
    {SOW_F8_E4M3, 448, 0x7e},
    {SOW_F8_E4M3, 464, 0x7e}, /* halfway to 480, which is not there: to even */
    {SOW_F8_E4M3, -1, 0xb8},
    {SOW_F8_E4M3, 0x1p-9, 1},
    {SOW_F8_E5M2, 57344, 0x7b},
    {SOW_F8_E5M2, 61439, 0x7b},
    {SOW_F8_E5M2, 0x1p-16, 1},
    {SOW_F64, 0.1, 0x3fb999999999999a},
    {SOW_F64, 0x1p-1074, 1},
    {SOW_F64, -0x1.fffffffffffffp1023, 0xffefffffffffffff},
    {SOW_I64, -0x1p63, 0x8000000000000000},
    {SOW_I64, 0x1.fffffffffffffp62, 0x7ffffffffffffc00},
    {SOW_I64, -1, 0xffffffffffffffff},
    {SOW_I32, -0x1p31, 0x80000000},
    {SOW_I32, 0x7fffffff, 0x7fffffff},
    {SOW_I16, -32768, 0x8000},
    {SOW_I16, 32767, 0x7fff},
    {SOW_I8, -128, 0x80},
    {SOW_I8, 127, 0x7f},
    {SOW_I8, -0.0, 0},
    {SOW_U8, 255, 0xff},
    {SOW_U8, 0, 0},
    {SOW_BOOL, 0, 0},
    {SOW_BOOL, 1, 1},
};

static void test_constant_has_the_dtypes_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        sow_plan plan;
        sow_error error = {.text = ""};
        if (make(&plan, taken[i].dtype, taken[i].value, &error) != SOW_OK)
            fail_msg("row %zu: %s", i, error.text);
        if (plan.pattern != taken[i].pattern)
            fail_msg("row %zu: 0x%llx, expected 0x%llx", i, (unsigned long long)plan.pattern,
                     (unsigned long long)taken[i].pattern);
        assert_int_equal(SOW_DIST_CONSTANT, plan.distribution);
        assert_true(plan.low == taken[i].value && plan.high == taken[i].value);
        assert_true(plan.mean == taken[i].value && plan.std == 0);
    }
}

static const struct {
    sow_dtype dtype;
    double value;
    const char *text;
} refused[] = {
    {SOW_F32, 0x1p128, "(3.4028236692093846e+38): from -3.40282e+38 to 3.40282e+38 in f32"},
    {SOW_F32, -0x1.ffffffp127,
     "(-3.4028235677973366e+38): from -3.40282e+38 to 3.40282e+38 in f32"},
    {SOW_F16, 65520, "(65520): from -65504 to 65504 in f16"},
    {SOW_F16, -1e300, "(-1.0000000000000001e+300): from -65504 to 65504 in f16"},
    {SOW_BF16, 0x1.ffp127, "(3.3961775292304601e+38): from -3.38953e+38 to 3.38953e+38 in bf16"},
    {SOW_F8_E4M3, 465, "(465): from -448 to 448 in f8_e4m3"},
    {SOW_F8_E5M2, 61440, "(61440): from -57344 to 57344 in f8_e5m2"},
    {SOW_I64, 0x1p63, "(9.2233720368547758e+18): a whole number from -9223372036854775808 to "},
    {SOW_I32, 0x1p31, "(2147483648): a whole number from -2147483648 to 2147483647 in i32"},
    {SOW_I32, -0x1p31 - 1, "(-2147483649): a whole number from -2147483648 to 2147483647 in i32"},
    {SOW_I32, 0.5, "(0.5): a whole number from -2147483648 to 2147483647 in i32"},
    {SOW_I16, 32768, "(32768): a whole number from -32768 to 32767 in i16"},
    {SOW_I8, -129, "(-129): a whole number from -128 to 127 in i8"},
    {SOW_I8, 1e-300, "(1e-300): a whole number from -128 to 127 in i8"},
    {SOW_U8, 256, "(256): a whole number from 0 to 255 in u8"},
    {SOW_U8, -1, "(-1): a whole number from 0 to 255 in u8"},
    {SOW_BOOL, 2, "(2): a whole number from 0 to 1 in bool"},
    {SOW_BOOL, 0.5, "(0.5): a whole number from 0 to 1 in bool"},
};

static void test_constant_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        sow_plan plan;
        sow_error error = {.text = ""};
        assert_int_equal(SOW_ERR_RANGE, make(&plan, refused[i].dtype, refused[i].value, &error));
        assert_int_equal(SOW_ERR_RANGE, error.status);
        char text[200];
        snprintf(text, sizeof text, "constant: constant %s", refused[i].text);
        if (strncmp(text, error.text, strlen(text)) != 0)
            fail_msg("\"%s\", expected \"%s\"", error.text, text);
    }
}

/* Fills count elements of a constant's plan between guards and compares them with the pattern. */
static void assert_fills(const sow_plan *whole, uint64_t count, sow_simd simd, uint32_t threads)
{
    const size_t size = sow_dtype_size(whole->dtype);
    const size_t size_bytes = (size_t)count * size;
    sow_plan plan = *whole;
    assert_int_equal(SOW_OK, sow_plan_slice(&plan, 0, count));
    unsigned char *actual = sowt_guarded_create(size_bytes);
    unsigned char *expected = sowt_guarded_create(size_bytes);
    for (size_t i = 0; i < size_bytes; i++)
        expected[i] = (unsigned char)(plan.pattern >> (8 * (i % size)));
    const sow_host_options options = {.threads = threads, .simd = simd};
    assert_int_equal(SOW_OK, sow_fill_host_plan(actual, &plan, &options));
    assert_bits_equal(expected, actual, size_bytes, size, sow_dtype_name(plan.dtype));
    assert_guards_intact(actual, size_bytes, sow_dtype_name(plan.dtype));
    sowt_guarded_release(actual);
    sowt_guarded_release(expected);
}

static void test_constant_fills_every_dtype_and_size(void **state)
{
    (void)state;
    const uint64_t counts[] = {0, 1, 2, 3, 5, 31, 33, 1000, (1 << 20) + 7};
    for (int dtype = SOW_F32; dtype <= SOW_F8_E5M2; dtype++) {
        const sow_tensor tensor = {
            .dtype = (sow_dtype)dtype, .rank = 1, .shape = {(UINT64_C(1) << 21)}};
        const sow_initializer ones = sow_ones();
        sow_plan plan;
        assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &ones, (sow_key){0, 0}, NULL));
        plan.pattern = UINT64_C(0x0102030405060708); /* every byte in its place */
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            assert_fills(&plan, counts[c], SOW_SIMD_PLAIN, 1);
            assert_fills(&plan, counts[c], SOW_SIMD_BEST, 3);
        }
    }
}

static void test_zeros_and_ones_in_every_dtype(void **state)
{
    (void)state;
    const uint64_t one[] = {0x3f800000, 0x3c00, 0x3f80, 0x3ff0000000000000, 1, 1, 1, 1, 1,
                            1,          0x38,   0x3c};
    for (int dtype = SOW_F32; dtype <= SOW_F8_E5M2; dtype++) {
        const sow_tensor tensor = {.dtype = (sow_dtype)dtype, .rank = 0};
        const sow_initializer zeros = sow_zeros(), ones = sow_ones();
        sow_plan plan;
        assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &zeros, (sow_key){0, 0}, NULL));
        assert_true(plan.pattern == 0 && plan.count == 1);
        assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &ones, (sow_key){0, 0}, NULL));
        assert_true(plan.pattern == one[dtype]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constant_has_the_dtypes_bits),
        cmocka_unit_test(test_constant_that_does_not_fit_is_refused),
        cmocka_unit_test(test_constant_fills_every_dtype_and_size),
        cmocka_unit_test(test_zeros_and_ones_in_every_dtype),
    };
    return SOWT_RUN(tests, NULL);
}
