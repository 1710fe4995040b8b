/* Drawn values against references written apart from the kernels: the transforms in double, rounding by
 * looking neighbours up, and the ends of every interval. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "reference_dtype.h"
#include "reference_philox.h"
#include "run_tests.h"
#include "sowcl/base.h"

enum { COUNT = 1 << 16 };

static const sow_key key = {42, 7};
static const sow_dtype dtypes[] = {SOW_F32, SOW_F16, SOW_BF16, SOW_F8_E4M3, SOW_F8_E5M2};
enum { DTYPE_COUNT = sizeof dtypes / sizeof dtypes[0] };
static unsigned char drawn[COUNT * 8];

static sow_status try_draw(sow_dtype dtype, sow_initializer initializer)
{
    const sow_tensor tensor = {.dtype = dtype, .rank = 1, .shape = {COUNT}};
    return sow_fill_host(drawn, &tensor, &initializer, key);
}

static void draw(sow_dtype dtype, sow_initializer initializer)
{
    assert_int_equal(SOW_OK, try_draw(dtype, initializer));
}

static void assert_drawn(sow_dtype dtype, uint64_t i, uint32_t expected, const char *what)
{
    const uint32_t actual = sowt_dtype_load(dtype, drawn, i);
    if (actual != expected)
        fail_msg("%s %s: element %llu is 0x%x, expected 0x%x (seed %llu, stream %llu)", what,
                 sow_dtype_name(dtype), (unsigned long long)i, actual, expected,
                 (unsigned long long)key.seed, (unsigned long long)key.stream);
}

/* ---- Uniform ---- */

/* Both may hold every stored value, some, one, or none of a dtype. */
static const double intervals[][2] = {
    {0, 1},
    {-1, 1},
    {-0.0442, 0.0442},
    {1 - 0x1p-20, 1},
    {1 - 0x1p-22, 1},
    {0.1, 0.1001},
    {0.1, 0.1005},
    {0.1, 0.101},
    {1, 1 + 0x1p-7},
    {1, 1 + 0x1p-10},
    {0.999, 1.001},
    {-1, -1 + 0x1p-9},
    {-0x1p-20, 0},
    {-1e-7, 1e-7},
    {0, 1e-9},
    {100, 100.3},
    {-1e5, 1e5},
    {65000, 66000},
    {-3, 0x1p-78},
    {0x1p100, 0x1p101},
    {0.3, 0.7},
    {1000.0001, 1000.0002},
};
enum { INTERVAL_COUNT = sizeof intervals / sizeof intervals[0] };

/* low + (high - low) * k / 2^24 in f32, held between the stored bounds, then rounded. A negative draw may
 * round to -0. */
static uint32_t expected_uniform(sow_dtype dtype, double low, double high, uint32_t word)
{
    const float step = (float)((high - low) * 0x1p-24);
    const float x = fmaf((float)(word >> 8), step, (float)low);
    const double largest = sowt_dtype_value(dtype, sowt_dtype_largest_bits(dtype));
    const double lowest = fmax(-largest, sowt_dtype_at_or_above(dtype, low));
    const double highest = fmin(largest, sowt_dtype_below(dtype, high));
    return sowt_dtype_nearest(dtype, fmin(highest, fmax(lowest, x)));
}

static bool holds_a_value(sow_dtype dtype, double low, double high)
{
    const double lowest = sowt_dtype_at_or_above(dtype, low);
    return lowest < high && isfinite(lowest);
}

static void test_uniform_equals_reference(void **state)
{
    (void)state;
    for (size_t t = 0; t < DTYPE_COUNT; t++) {
        for (size_t i = 0; i < INTERVAL_COUNT; i++) {
            const double low = intervals[i][0], high = intervals[i][1];
            if (!holds_a_value(dtypes[t], low, high))
                continue;
            draw(dtypes[t], sow_uniform(low, high));
            for (uint64_t e = 0; e < COUNT; e++)
                assert_drawn(dtypes[t], e,
                             expected_uniform(dtypes[t], low, high, sowt_philox_word(key, e)),
                             "uniform");
        }
    }
}

/* Half open in the stored dtype: never below low, never at high; what holds no value is refused. */
static void test_uniform_stays_in_its_interval(void **state)
{
    (void)state;
    size_t refused = 0;
    for (size_t t = 0; t < DTYPE_COUNT; t++) {
        for (size_t i = 0; i < INTERVAL_COUNT; i++) {
            const double low = intervals[i][0], high = intervals[i][1];
            if (!holds_a_value(dtypes[t], low, high)) {
                assert_int_equal(SOW_ERR_RANGE, try_draw(dtypes[t], sow_uniform(low, high)));
                refused++;
                continue;
            }
            draw(dtypes[t], sow_uniform(low, high));
            for (uint64_t e = 0; e < COUNT; e++) {
                const double value =
                    sowt_dtype_value(dtypes[t], sowt_dtype_load(dtypes[t], drawn, e));
                if (!(value >= low && value < high))
                    fail_msg("%a is not in [%a, %a)", value, low, high);
            }
        }
    }
    assert_true(refused >= 5);
}

/* Elements of the key whose words give the first and the last step, which a sample hardly ever holds. */
static const uint64_t first_steps[] = {1720794, 14526968};
static const uint64_t last_steps[] = {45555729, 70982574};

static void assert_one_uniform(sow_dtype dtype, double low, double high, uint64_t index)
{
    const sow_tensor tensor = {
        .dtype = dtype, .rank = 1, .shape = {INT64_MAX}, .start = {index}, .extent = {1}};
    const sow_initializer uniform = sow_uniform(low, high);
    assert_int_equal(SOW_OK, sow_fill_host(drawn, &tensor, &uniform, key));
    assert_drawn(dtype, 0, expected_uniform(dtype, low, high, sowt_philox_word(key, index)),
                 "an end of uniform");
}

static void test_uniform_holds_its_first_and_last_step(void **state)
{
    (void)state;
    for (size_t e = 0; e < 2; e++) {
        assert_int_equal(0, sowt_philox_word(key, first_steps[e]) >> 8);
        assert_int_equal(0xffffff, sowt_philox_word(key, last_steps[e]) >> 8);
        for (size_t t = 0; t < DTYPE_COUNT; t++) {
            for (size_t i = 0; i < INTERVAL_COUNT; i++) {
                const double low = intervals[i][0], high = intervals[i][1];
                if (!holds_a_value(dtypes[t], low, high))
                    continue;
                assert_one_uniform(dtypes[t], low, high, first_steps[e]);
                assert_one_uniform(dtypes[t], low, high, last_steps[e]);
            }
        }
    }
}

/* ---- Normal ---- */

/* Box and Muller of the f32 inputs that normal.clh names, in double. */
static double expected_normal(uint64_t i, double mean, double std)
{
    const uint32_t a = sowt_philox_word(key, i & ~UINT64_C(1));
    const uint32_t b = sowt_philox_word(key, i | 1);
    const float scale = 0x1.fffffep-32f, middle = 0x1p-32f;
    const double u = (double)fmaf((float)(a >> 1), scale, middle);
    const double x = (double)fmaf((float)(int32_t)b, scale, middle);
    const double r = sqrt(-2 * log(u)), angle = 1.5707963267948966 * x;
    if (i % 2 == 1)
        return mean + std * r * sin(angle);
    return mean + std * r * (a % 2 == 1 ? -cos(angle) : cos(angle));
}

static double ulp_of(double value)
{
    int exponent;
    (void)frexp(value, &exponent);
    return ldexp(1, exponent - 24);
}

/* Of a mean of 0, within 7 units of the last place; of any other, within 2e-6 std and the mean's rounding. */
static void test_normal_equals_box_and_muller(void **state)
{
    (void)state;
    const double table[][2] = {{0, 1}, {0, 0x1p-78}, {0, 0x1p120}, {0.5, 2}, {-3, 0.125}};
    for (size_t t = 0; t < sizeof table / sizeof table[0]; t++) {
        const double mean = table[t][0], std = table[t][1];
        draw(SOW_F32, sow_normal(mean, std));
        for (uint64_t i = 0; i < COUNT; i++) {
            const double expected = expected_normal(i, mean, std);
            const double actual = sowt_dtype_value(SOW_F32, sowt_dtype_load(SOW_F32, drawn, i));
            const double allowed = mean == 0 ? 7 * ulp_of(expected) : 2e-6 * std + ulp_of(expected);
            if (!(fabs(actual - expected) <= allowed))
                fail_msg("normal(%g, %g): element %llu is %a, expected %a", mean, std,
                         (unsigned long long)i, actual, expected);
        }
    }
}

/* Narrow draws are the f32 draws rounded once, to nearest even, saturated at the largest value. */
static void test_normal_narrow_is_the_f32_draw_rounded(void **state)
{
    (void)state;
    const double table[][2] = {{0, 1},       {0, 0.02},    {1, 0x1p-6},  {0, 0x1p20},
                               {0, 65504},   {0, 0x1p-20}, {0, 0x1p-25}, {-60000, 3000},
                               {0, 0x1p-78}, {0, 0x1p120}};
    static unsigned char wide[COUNT * 4];
    for (size_t t = 0; t < sizeof table / sizeof table[0]; t++) {
        const sow_initializer normal = sow_normal(table[t][0], table[t][1]);
        draw(SOW_F32, normal);
        memcpy(wide, drawn, sizeof wide);
        for (size_t d = 1; d < DTYPE_COUNT; d++) {
            const double largest = sowt_dtype_value(dtypes[d], sowt_dtype_largest_bits(dtypes[d]));
            draw(dtypes[d], normal);
            for (uint64_t i = 0; i < COUNT; i++) {
                const double x = sowt_dtype_value(SOW_F32, sowt_dtype_load(SOW_F32, wide, i));
                const double held = fmin(largest, fmax(-largest, x));
                assert_drawn(dtypes[d], i, sowt_dtype_nearest(dtypes[d], held), "normal");
            }
        }
    }
}

static void test_normal_in_f16_saturates(void **state)
{
    (void)state;
    draw(SOW_F16, sow_normal(0, 0x1p20));
    size_t saturated = 0;
    for (uint64_t i = 0; i < COUNT; i++) {
        const uint32_t magnitude = sowt_dtype_load(SOW_F16, drawn, i) & 0x7fff;
        assert_true(magnitude <= 0x7bff);
        saturated += magnitude == 0x7bff;
    }
    assert_in_range(saturated, COUNT * 0.94, COUNT * 0.96); /* P(|z| > 1/16) = 0.950 */
}

/* ---- f64 ---- */

/* Element i takes half i % 2 of block i / 2, its first word low. */
static uint64_t word64(uint64_t i)
{
    return sowt_philox_word(key, 2 * i) | (uint64_t)sowt_philox_word(key, 2 * i + 1) << 32;
}

static double drawn_f64(uint64_t i)
{
    double value;
    memcpy(&value, drawn + 8 * i, sizeof value);
    return value;
}

static void test_uniform_in_f64_equals_reference(void **state)
{
    (void)state;
    for (size_t i = 0; i < INTERVAL_COUNT; i++) {
        const double low = intervals[i][0], high = intervals[i][1];
        draw(SOW_F64, sow_uniform(low, high));
        for (uint64_t e = 0; e < COUNT; e++) {
            const double x = fma((double)(word64(e) >> 11), (high - low) * 0x1p-53, low);
            const double expected = fmin(nextafter(high, low), fmax(low, x));
            if (drawn_f64(e) != expected)
                fail_msg("element %llu is %a, expected %a", (unsigned long long)e, drawn_f64(e),
                         expected);
        }
    }
}

/* Box and Muller in long double; the kernel claims 4 units of the last place. */
static long double expected_normal_f64(uint64_t i, double std)
{
    const uint64_t a = word64(i & ~UINT64_C(1)), b = word64(i | 1);
    const long double u = ((long double)(a >> 12) + 0.5L) * 0x1p-52L;
    const long double x = (2 * (long double)(b >> 12) + 1) * 0x1p-52L - 1;
    const long double r = sqrtl(-2 * logl(u)), quarter = 1.57079632679489661923L;
    if (i % 2 == 1)
        return std * r * sinl(quarter * x);
    const long double cosine = sinl(quarter * (1 - fabsl(x))); /* exact where it is near 0 */
    return std * r * (a % 2 == 1 ? -cosine : cosine);
}

static void test_normal_in_f64_equals_box_and_muller(void **state)
{
    (void)state;
    const double stds[] = {1, 0.02, 0x1p-900, 0x1p900};
    for (size_t s = 0; s < sizeof stds / sizeof stds[0]; s++) {
        draw(SOW_F64, sow_normal(0, stds[s]));
        for (uint64_t i = 0; i < COUNT; i++) {
            const long double expected = expected_normal_f64(i, stds[s]);
            const double ulp = ldexp(ulp_of((double)expected), -29); /* of 53 bits, not 24 */
            if (!(fabsl(drawn_f64(i) - expected) <= 5 * ulp))
                fail_msg("normal(0, %g): element %llu is %a, expected %La", stds[s],
                         (unsigned long long)i, drawn_f64(i), expected);
        }
    }
}

/* No draw of any parameters is NaN or infinite; the largest are the ends of what is allowed. */
static void test_draws_are_finite(void **state)
{
    (void)state;
    const sow_initializer all[] = {sow_normal(0, 0x1p120), sow_normal(0x1p120, 0x1p120),
                                   sow_normal(-0x1p120, 0x1p-78), sow_uniform(-0x1p119, 0x1p119),
                                   sow_uniform(0, 0x1p120)};
    for (size_t t = 0; t < DTYPE_COUNT; t++) {
        for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
            draw(dtypes[t], all[i]);
            for (uint64_t e = 0; e < COUNT; e++)
                assert_true(
                    isfinite(sowt_dtype_value(dtypes[t], sowt_dtype_load(dtypes[t], drawn, e))));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_uniform_equals_reference),
        cmocka_unit_test(test_uniform_stays_in_its_interval),
        cmocka_unit_test(test_uniform_holds_its_first_and_last_step),
        cmocka_unit_test(test_normal_equals_box_and_muller),
        cmocka_unit_test(test_normal_narrow_is_the_f32_draw_rounded),
        cmocka_unit_test(test_normal_in_f16_saturates),
        cmocka_unit_test(test_uniform_in_f64_equals_reference),
        cmocka_unit_test(test_normal_in_f64_equals_box_and_muller),
        cmocka_unit_test(test_draws_are_finite),
    };
    return SOWT_RUN(tests, NULL);
}
