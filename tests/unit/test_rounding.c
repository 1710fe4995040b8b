/* Rounding to the 16- and 8-bit dtypes, exhaustively around every point halfway between two values: f32
 * draws by the kernels' code, and constants from double. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "reference_dtype.h"
#include "run_tests.h"
#include "sowcl/base.h"
#include "store.clh"

static const sow_dtype narrow[] = {SOW_F16, SOW_BF16, SOW_F8_E4M3, SOW_F8_E5M2};
enum { NARROW_COUNT = sizeof narrow / sizeof narrow[0] };

/* Halfway from a value to the next; after the largest, to what would be next. */
static double halfway_above(sow_dtype dtype, uint32_t bits)
{
    const double value = sowt_dtype_value(dtype, bits);
    if (bits < sowt_dtype_largest_bits(dtype))
        return (value + sowt_dtype_value(dtype, bits + 1)) / 2;
    return value + (value - sowt_dtype_value(dtype, bits - 1)) / 2;
}

/* ---- Draws ---- */

static uint32_t round_by_kernel(sow_dtype dtype, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    switch ((int)dtype) {
    case SOW_F16:
        return sowk_round_f16(bits);
    case SOW_BF16:
        return sowk_round_bf16(bits);
    case SOW_F8_E4M3:
        return sowk_round_f8_e4m3(bits);
    default:
        return sowk_round_f8_e5m2(bits);
    }
}

/* The nearest value; a draw saturates. */
static uint32_t nearest_held(sow_dtype dtype, double value)
{
    const double largest = sowt_dtype_value(dtype, sowt_dtype_largest_bits(dtype));
    return sowt_dtype_nearest(dtype, fmin(largest, fmax(-largest, value)));
}

static void assert_kernel_rounds(sow_dtype dtype, float value)
{
    const float both[] = {value, -value};
    for (int i = 0; i < 2; i++) {
        const uint32_t expected = nearest_held(dtype, (double)both[i]);
        const uint32_t actual = round_by_kernel(dtype, both[i]);
        if (actual != expected)
            fail_msg("%s: %a rounds to 0x%x, expected 0x%x", sow_dtype_name(dtype), (double)both[i],
                     actual, expected);
    }
}

/* No draw comes near f32's end, so bf16 has no saturation. */
static float most_of(sow_dtype dtype)
{
    return dtype == SOW_BF16 ? 0x1.fcp127f : 0x1.fffffep127f;
}

static void test_draws_round_to_even_at_every_halfway_point(void **state)
{
    (void)state;
    for (size_t d = 0; d < NARROW_COUNT; d++) {
        for (uint32_t bits = 0; bits <= sowt_dtype_largest_bits(narrow[d]); bits++) {
            const float tie = (float)halfway_above(narrow[d], bits);
            const float around[] = {(float)sowt_dtype_value(narrow[d], bits), tie,
                                    nextafterf(tie, 0), nextafterf(tie, INFINITY)};
            for (int i = 0; i < 4; i++)
                if (around[i] <= most_of(narrow[d]))
                    assert_kernel_rounds(narrow[d], around[i]);
        }
    }
}

static void test_draws_round_to_the_nearest_everywhere(void **state)
{
    (void)state;
    for (size_t d = 0; d < NARROW_COUNT; d++) {
        for (uint32_t bits = 0; bits < 0x7f800000; bits += 4093) {
            float value;
            memcpy(&value, &bits, sizeof value);
            if (value <= most_of(narrow[d]))
                assert_kernel_rounds(narrow[d], value);
        }
    }
}

/* ---- Whole fills ---- */

enum { COUNT = 1 << 16 };

static void fill(void *dst, sow_dtype dtype, const sow_initializer *initializer)
{
    const sow_tensor tensor = {.dtype = dtype, .rank = 1, .shape = {COUNT}};
    assert_int_equal(SOW_OK, sow_fill_host(dst, &tensor, initializer, (sow_key){42, 8}));
}

/* A narrow fill is the f32 fill, held between the values stored inside [low, high], or [low, high) of a
 * uniform, and rounded. */
static void assert_narrow_is_rounded(sow_dtype dtype, const sow_initializer *initializer,
                                     double low, double high)
{
    static float wide[COUNT];
    static unsigned char stored[2 * COUNT];
    fill(wide, SOW_F32, initializer);
    fill(stored, dtype, initializer);
    const double lowest = sowt_dtype_at_or_above(dtype, low);
    const double highest = initializer->kind == SOW_UNIFORM ? sowt_dtype_below(dtype, high)
                                                            : -sowt_dtype_at_or_above(dtype, -high);
    for (uint64_t i = 0; i < COUNT; i++) {
        const double held = fmin(highest, fmax(lowest, (double)wide[i]));
        const uint32_t expected = sowt_dtype_nearest(dtype, held);
        const uint32_t actual = sowt_dtype_load(dtype, stored, i);
        if (actual != expected)
            fail_msg("%s %s: element %llu is 0x%x, expected 0x%x (%a in f32)",
                     sow_kind_name(initializer->kind), sow_dtype_name(dtype), (unsigned long long)i,
                     actual, expected, (double)wide[i]);
    }
}

static void test_narrow_fills_are_the_f32_fill_rounded(void **state)
{
    (void)state;
    const double most = 400; /* all dtypes hold it */
    const struct {
        sow_initializer initializer;
        double low, high;
    } rows[] = {
        {sow_normal(0, 1), -most, most},
        {sow_normal(0.1, 0.02), -most, most},
        {sow_normal(0, 0x1p-10), -most, most},
        {sow_uniform(-0.0442, 0.0442), -0.0442, 0.0442},
        {sow_uniform(0.9, 1.3), 0.9, 1.3},
        {sow_trunc_normal(0, 1, -2, 2), -2, 2},
        {sow_trunc_normal(0, 0.02, -0.03, 0.04), -0.03, 0.04},
        {sow_trunc_normal(0, 1, -1.1, (double)INFINITY), -1.1, most},
        {sow_trunc_normal(1, 1, -2.3, 4.7), -2.3, 4.7},
        {sow_trunc_normal(0, 1, 10.1, (double)INFINITY), 10.1, most},
        {sow_trunc_normal(0, 1, -(double)INFINITY, -4.7), -most, -4.7},
        {sow_trunc_normal(0, 1, 0.95, 1.3), 0.95, 1.3},
    };
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++)
        for (size_t d = 0; d < NARROW_COUNT; d++)
            assert_narrow_is_rounded(narrow[d], &rows[r].initializer, rows[r].low, rows[r].high);
}

/* ---- Constants ---- */

static void assert_constant_rounds(sow_dtype dtype, double value)
{
    const sow_tensor tensor = {.dtype = dtype, .rank = 0};
    const double both[] = {value, -value};
    for (int i = 0; i < 2; i++) {
        const uint32_t expected = sowt_dtype_nearest(dtype, both[i]);
        const bool fits =
            (expected & ~sowt_dtype_sign_bit(dtype)) <= sowt_dtype_largest_bits(dtype);
        const sow_initializer constant = sow_constant(both[i]);
        sow_plan plan;
        const sow_status status = sow_plan_make(&plan, &tensor, &constant, (sow_key){0, 0}, NULL);
        if (status != (fits ? SOW_OK : SOW_ERR_RANGE))
            fail_msg("%s: constant %a gives %s", sow_dtype_name(dtype), both[i],
                     sow_status_name(status));
        if (fits && plan.pattern != expected)
            fail_msg("%s: constant %a is 0x%llx, expected 0x%x", sow_dtype_name(dtype), both[i],
                     (unsigned long long)plan.pattern, expected);
    }
}

static void test_constants_round_to_even_at_every_halfway_point(void **state)
{
    (void)state;
    for (size_t d = 0; d < NARROW_COUNT; d++) {
        for (uint32_t bits = 0; bits <= sowt_dtype_largest_bits(narrow[d]); bits++) {
            const double tie = halfway_above(narrow[d], bits);
            assert_constant_rounds(narrow[d], sowt_dtype_value(narrow[d], bits));
            assert_constant_rounds(narrow[d], tie);
            assert_constant_rounds(narrow[d], nextafter(tie, 0));
            assert_constant_rounds(narrow[d], nextafter(tie, INFINITY));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draws_round_to_even_at_every_halfway_point),
        cmocka_unit_test(test_draws_round_to_the_nearest_everywhere),
        cmocka_unit_test(test_narrow_fills_are_the_f32_fill_rounded),
        cmocka_unit_test(test_constants_round_to_even_at_every_halfway_point),
    };
    return SOWT_RUN(tests, NULL);
}
