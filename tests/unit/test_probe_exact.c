/* The exact arithmetic that devices are probed with, against the processor's and against known values. */
#include <inttypes.h>
#include <math.h>

#include "compare/probe_exact.h"
#include "dtype.h"
#include "number_bits.h"
#include "random_numbers.h"
#include "run_tests.h"

enum { CASES = 300000 };

static float f32_of(uint64_t bits)
{
    return sowi_float_of_bits((uint32_t)bits);
}

static uint64_t of_f32(float value)
{
    return sowi_bits_of_float(value);
}

static void same(const char *what, const uint64_t x[3], uint64_t expected, uint64_t actual)
{
    if (expected != actual)
        fail_msg("%s of %#" PRIx64 " %#" PRIx64 " %#" PRIx64 ": expected %#" PRIx64
                 ", got %#" PRIx64,
                 what, x[0], x[1], x[2], expected, actual);
}

/* Any bits; exponents that lie close; an addend that cancels the product or nearly does; few bits. */
static void draw_f64(uint64_t *state, unsigned turn, uint64_t x[3])
{
    for (int i = 0; i < 3; i++) {
        x[i] = sowt_random(state);
        if (turn % 2 == 0)
            x[i] = (x[i] & ~(UINT64_C(0x7ff) << 52)) | (1000 + sowt_random_below(state, 60)) << 52;
        if (turn % 5 == 0)
            x[i] &= ~UINT64_C(0xffffffffff);
    }
    if (turn % 3 == 0)
        x[2] = sowi_bits_of_double(-(sowi_double_of_bits(x[0]) * sowi_double_of_bits(x[1]))) +
               sowt_random_below(state, 3) - 1;
}

static bool are_finite(const sowi_format *format, const uint64_t x[3])
{
    return sowi_format_is_finite(format, x[0]) && sowi_format_is_finite(format, x[1]) &&
           sowi_format_is_finite(format, x[2]);
}

/* The C library and compiler are IEEE 754's for doubles, but they may share the processor's errors: hence the known
 * values below. */
static void test_f64_is_the_processors(void **state)
{
    (void)state;
    const sowi_format *const f64 = &sowi_format_f64;
    uint64_t seed = 1;
    for (unsigned i = 0; i < CASES; i++) {
        uint64_t x[3];
        draw_f64(&seed, i, x);
        const double a = sowi_double_of_bits(x[0]), b = sowi_double_of_bits(x[1]),
                     c = sowi_double_of_bits(x[2]);
        if (!are_finite(f64, x))
            continue;
        same("fma", x, sowi_bits_of_double(fma(a, b, c)), sowi_exact_fma(f64, x[0], x[1], x[2]));
        same("sum", x, sowi_bits_of_double(a + b), sowi_exact_add(f64, x[0], x[1]));
        same("product", x, sowi_bits_of_double(a * b), sowi_exact_multiply(f64, x[0], x[1]));
        same("float", x, of_f32((float)a), sowi_exact_convert(&sowi_format_f32, f64, x[0]));
        same("root", x, sowi_bits_of_double(sqrt(fabs(a))),
             sowi_exact_sqrt(f64, sowi_bits_of_double(fabs(a))));
        if (b != 0)
            same("quotient", x, sowi_bits_of_double(a / b), sowi_exact_divide(f64, x[0], x[1]));
    }
}

static void test_f32_is_the_processors(void **state)
{
    (void)state;
    const sowi_format *const f32 = &sowi_format_f32;
    uint64_t seed = 2;
    for (unsigned i = 0; i < CASES; i++) {
        uint64_t x[3];
        for (int j = 0; j < 3; j++) {
            x[j] = sowt_random(&seed) >> 32;
            if (i % 2 == 0)
                x[j] = (x[j] & 0x807fffff) | (100 + sowt_random_below(&seed, 50)) << 23;
        }
        if (i % 3 == 0)
            x[2] = (of_f32(-(f32_of(x[0]) * f32_of(x[1]))) + sowt_random_below(&seed, 3) - 1) &
                   0xffffffff;
        const float a = f32_of(x[0]), b = f32_of(x[1]), c = f32_of(x[2]);
        if (!are_finite(f32, x))
            continue;
        same("fma", x, of_f32(fmaf(a, b, c)), sowi_exact_fma(f32, x[0], x[1], x[2]));
        same("sum", x, of_f32(a + b), sowi_exact_add(f32, x[0], x[1]));
        same("product", x, of_f32(a * b), sowi_exact_multiply(f32, x[0], x[1]));
        same("double", x, sowi_bits_of_double((double)a),
             sowi_exact_convert(&sowi_format_f64, f32, x[0]));
        same("root", x, of_f32(sqrtf(fabsf(a))), sowi_exact_sqrt(f32, of_f32(fabsf(a))));
        if (b != 0)
            same("quotient", x, of_f32(a / b), sowi_exact_divide(f32, x[0], x[1]));
    }
}

/* By hand: a * b is 2^-24 (1 - 2^-46), so little below half a last place of 1 that a double's product rounds up to it;
 * (1 + 2^-23)^2 - (1 + 2^-22) is 2^-46; a tie goes to even; what underflows keeps its sign. */
static void test_known_values(void **state)
{
    (void)state;
    const sowi_format *const f32 = &sowi_format_f32;
    const uint64_t one = 0x3f800000, minus_zero = 0x80000000;
    assert_int_equal(one, sowi_exact_fma(f32, 0x33800001, 0x3f7ffffe, one));
    assert_int_equal(0x3f800001, sowi_exact_fma(f32, 0x33800001, one, one));
    assert_int_equal(0x28800000, sowi_exact_fma(f32, 0x3f800001, 0x3f800001, 0xbf800002));
    assert_int_equal(one, sowi_exact_add(f32, one, 0x33800000));
    assert_int_equal(0x3f800002, sowi_exact_add(f32, 0x3f800001, 0x33800000));
    assert_int_equal(0, sowi_exact_add(f32, one, one | minus_zero));
    assert_int_equal(minus_zero, sowi_exact_add(f32, minus_zero, minus_zero));
    assert_int_equal(0, sowi_exact_fma(f32, minus_zero, one, 0));
    assert_int_equal(minus_zero, sowi_exact_multiply(f32, 0x80800000, 0x00800000));
    assert_int_equal(0x00400000, sowi_exact_multiply(f32, 0x00800000, 0x3f000000));
    assert_int_equal(0x7f800000, sowi_exact_multiply(f32, 0x7f7fffff, 0x40000000));
    assert_int_equal(0x4b800000, sowi_exact_from_integer(f32, false, 0x1000001));
    assert_int_equal(0xcf000000, sowi_exact_from_integer(f32, true, UINT64_C(1) << 31));
    assert_int_equal(0x3eaaaaab, sowi_exact_divide(f32, one, 0x40400000));
    assert_int_equal(0x3fb504f3, sowi_exact_sqrt(f32, 0x40000000));
}

typedef struct narrow {
    const sowi_format *format;
    sow_dtype dtype;
} narrow;

/* Against the rounding that plans use, which goes another way, by doubles. */
static void test_narrow_formats_are_the_dtypes(void **state)
{
    (void)state;
    const narrow all[] = {{&sowi_format_f16, SOW_F16},
                          {&sowi_format_bf16, SOW_BF16},
                          {&sowi_format_f8_e4m3, SOW_F8_E4M3},
                          {&sowi_format_f8_e5m2, SOW_F8_E5M2}};
    uint64_t seed = 3;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const sowi_dtype_row *const row = sowi_dtype_row_of(all[i].dtype);
        for (unsigned j = 0; j < CASES / 4; j++) {
            const uint64_t x[3] = {(sowt_random(&seed) >> 32 & 0x807fffff) |
                                   (90 + sowt_random_below(&seed, 70)) << 23};
            const double rounded = sowi_dtype_round(row, (double)f32_of(x[0]));
            if (isfinite(rounded))
                same(row->name, x, sowi_dtype_bits(row, rounded),
                     sowi_exact_convert(all[i].format, &sowi_format_f32, x[0]));
        }
    }
}

static void test_distance_counts_values(void **state)
{
    (void)state;
    const sowi_format *const f32 = &sowi_format_f32;
    assert_int_equal(0, sowi_format_distance(f32, 0, 0x80000000));
    assert_int_equal(3, sowi_format_distance(f32, 1, 0x80000002));
    assert_int_equal(1, sowi_format_distance(f32, 0x3f800000, 0x3f7fffff));
    assert_int_equal(1, sowi_format_distance(f32, 0x7f7fffff, 0x7f800000));
    assert_true(sowi_format_distance(f32, 0x7fc00000, 0) == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_f64_is_the_processors),
        cmocka_unit_test(test_f32_is_the_processors),
        cmocka_unit_test(test_known_values),
        cmocka_unit_test(test_narrow_formats_are_the_dtypes),
        cmocka_unit_test(test_distance_counts_values),
    };
    return SOWT_RUN(tests, NULL);
}
