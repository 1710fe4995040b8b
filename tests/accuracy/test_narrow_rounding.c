/* The kernels' rounding of f32 to the narrow dtypes: to nearest even, held at the largest value. */
#include <string.h>

#include "kernel_draws.h"
#include "reference_dtype.h"
#include "run_tests.h"

#define CHUNK 4096

/* What draws may be: of bf16 nothing near the end of f32, and no subnormals of f32. */
#define LEAST 0x00800000u
#define MOST  0x7d800000u /* 2^124 */

typedef struct inputs {
    sow_dtype dtype;
    uint32_t words[CHUNK], rounded[CHUNK];
    size_t count;
} inputs;

static uint32_t float_bits(double exact)
{
    return sowt_dtype_nearest(SOW_F32, exact);
}

static void flush(inputs *of)
{
    const uint32_t largest = sowt_dtype_largest_bits(of->dtype),
                   sign = sowt_dtype_sign_bit(of->dtype);
    memcpy(of->rounded, of->words, sizeof of->rounded);
    sowt_kernel_round(of->dtype, of->rounded, CHUNK);
    for (size_t i = 0; i < of->count; i++) {
        uint32_t expected = sowt_dtype_nearest(of->dtype, sowt_dtype_value(SOW_F32, of->words[i]));
        if ((expected & ~sign) > largest)
            expected = largest | (expected & sign);
        if (of->rounded[i] != expected)
            fail_msg("%s: f32 %08x: expected %x, actual %x", sow_dtype_name(of->dtype),
                     (unsigned)of->words[i], (unsigned)expected, (unsigned)of->rounded[i]);
    }
    of->count = 0;
}

/* With both signs. */
static void add(inputs *of, uint32_t magnitude)
{
    if (magnitude != 0 && (magnitude < LEAST || magnitude > MOST))
        return;
    of->words[of->count++] = magnitude;
    of->words[of->count++] = magnitude | 0x80000000u;
    if (of->count == CHUNK)
        flush(of);
}

/* Every value, and every point halfway between two, with their neighbours in f32; past the largest, too. */
static void add_values_and_ties(inputs *of)
{
    const uint32_t largest = sowt_dtype_largest_bits(of->dtype);
    for (uint32_t bits = 0; bits <= largest; bits++) {
        const double low = sowt_dtype_value(of->dtype, bits);
        const double next = bits < largest ? sowt_dtype_value(of->dtype, bits + 1)
                                           : 2 * low - sowt_dtype_value(of->dtype, bits - 1);
        const uint32_t value = float_bits(low), tie = float_bits((low + next) / 2);
        add(of, value);
        add(of, value + 1);
        add(of, tie - 1);
        add(of, tie);
        add(of, tie + 1);
        if (value != 0)
            add(of, value - 1);
    }
}

static void check(sow_dtype dtype)
{
    static inputs of;
    of = (inputs){.dtype = dtype};
    add_values_and_ties(&of);
    for (uint32_t word = LEAST; word <= MOST; word += 10007)
        add(&of, word);
    flush(&of);
}

static void test_narrow_rounding_of_f16(void **state)
{
    (void)state;
    check(SOW_F16);
}

static void test_narrow_rounding_of_bf16(void **state)
{
    (void)state;
    check(SOW_BF16);
}

static void test_narrow_rounding_of_f8_e4m3(void **state)
{
    (void)state;
    check(SOW_F8_E4M3);
}

static void test_narrow_rounding_of_f8_e5m2(void **state)
{
    (void)state;
    check(SOW_F8_E5M2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_narrow_rounding_of_f16),
        cmocka_unit_test(test_narrow_rounding_of_bf16),
        cmocka_unit_test(test_narrow_rounding_of_f8_e4m3),
        cmocka_unit_test(test_narrow_rounding_of_f8_e5m2),
    };
    return SOWT_RUN(tests, NULL);
}
