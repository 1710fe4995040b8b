/* Everything that sow_plan_make refuses: the status, and a text that names the value. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "run_tests.h"
#include "sowcl/base.h"

/* Refuses, with the exact text, and leaves the plan alone. */
static void assert_refused(sow_status expected, const char *text, const sow_tensor *tensor,
                           const sow_initializer *initializer)
{
    sow_plan plan, untouched;
    memset(&plan, 0x5a, sizeof plan);
    memset(&untouched, 0x5a, sizeof untouched);
    sow_error error = {.status = 1, .text = "nothing yet"};
    const sow_key key = {0, 0};
    const sow_status status = sow_plan_make(&plan, tensor, initializer, key, &error);
    if (status != expected || error.status != expected || strcmp(error.text, text) != 0)
        fail_msg("status %s, expected %s; text\n  \"%s\", expected\n  \"%s\"",
                 sow_status_name(status), sow_status_name(expected), error.text, text);
    assert_memory_equal(&untouched, &plan, sizeof plan);
    assert_int_equal(expected, sow_plan_make(&plan, tensor, initializer, key, NULL));
}

static void assert_initializer_refused(sow_status expected, const char *text, sow_dtype dtype,
                                       sow_initializer initializer)
{
    const sow_tensor tensor = {.dtype = dtype, .rank = 2, .shape = {3, 4}};
    assert_refused(expected, text, &tensor, &initializer);
}

static void test_plan_make_refuses_null(void **state)
{
    (void)state;
    const sow_tensor tensor = {.rank = 0};
    const sow_initializer zeros = sow_zeros();
    assert_refused(SOW_ERR_ARGUMENT, "tensor (NULL): a tensor", NULL, &zeros);
    assert_refused(SOW_ERR_ARGUMENT, "initializer (NULL): an initializer", &tensor, NULL);
    sow_error error = {.text = ""};
    assert_int_equal(SOW_ERR_ARGUMENT,
                     sow_plan_make(NULL, &tensor, &zeros, (sow_key){0, 0}, &error));
    assert_string_equal("plan (NULL): where to write the plan", error.text);
}

static void test_plan_make_refuses_tensors(void **state)
{
    (void)state;
    const struct {
        sow_status status;
        const char *text;
        sow_tensor tensor;
    } table[] = {
        {SOW_ERR_DTYPE, "dtype (99): one of sow_dtype", {.dtype = (sow_dtype)99}},
        {SOW_ERR_LAYOUT, "layout (2): SOW_LAYOUT_OI or SOW_LAYOUT_IO", {.layout = (sow_layout)2}},
        {SOW_ERR_SHAPE, "rank (9): at most 8 dimensions", {.rank = 9}},
        {SOW_ERR_SHAPE,
         "number of elements (4294967296 x ...): fewer than 2^63",
         {.rank = 2, .shape = {UINT64_C(1) << 32, UINT64_C(1) << 31}}},
        {SOW_ERR_REGION,
         "region of dimension 1 (start 3, extent 2): within the dimension's size, 4",
         {.rank = 2, .shape = {3, 4}, .start = {0, 3}, .extent = {3, 2}}},
        {SOW_ERR_REGION,
         "start of dimension 1 without an extent (3): 0 where the extent is all zeros, the whole "
         "tensor",
         {.rank = 2, .shape = {3, 4}, .start = {0, 3}}},
    };
    const sow_initializer zeros = sow_zeros();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        assert_refused(table[i].status, table[i].text, &table[i].tensor, &zeros);
}

static void test_plan_make_refuses_unknown_kinds(void **state)
{
    (void)state;
    const sow_initializer unknown = {.kind = (sow_kind)99};
    assert_initializer_refused(SOW_ERR_INITIALIZER, "initializer's kind (99): one of sow_kind",
                               SOW_F32, unknown);
}

static void test_plan_make_refuses_schemes_without_fans(void **state)
{
    (void)state;
    const sow_tensor bias = {.rank = 1, .shape = {5}};
    const sow_tensor scalar = {.rank = 0};
    const sow_initializer schemes[] = {sow_xavier_uniform(1), sow_xavier_normal(1),
                                       sow_kaiming_uniform(0, SOW_FAN_IN, SOW_RELU),
                                       sow_kaiming_normal(0, SOW_FAN_IN, SOW_RELU)};
    for (size_t i = 0; i < 4; i++) {
        char text[120];
        snprintf(text, sizeof text, "dimensions for %s (1): 2 or more",
                 sow_kind_name(schemes[i].kind));
        assert_refused(SOW_ERR_FAN, text, &bias, &schemes[i]);
        snprintf(text, sizeof text, "dimensions for %s (0): 2 or more",
                 sow_kind_name(schemes[i].kind));
        assert_refused(SOW_ERR_FAN, text, &scalar, &schemes[i]);
    }
}

static void test_plan_make_refuses_parameters(void **state)
{
    (void)state;
    const double inf = (double)INFINITY;
    const struct {
        const char *text;
        sow_initializer initializer;
    } table[] = {
        {"constant: value (inf): a finite number", sow_constant(inf)},
        {"constant: value (-inf): a finite number", sow_constant(-inf)},
        {"uniform: low (-inf): a finite number", sow_uniform(-inf, 1)},
        {"uniform: high (inf): a finite number", sow_uniform(0, inf)},
        {"uniform: low and high (1, 1): low below high", sow_uniform(1, 1)},
        {"uniform: low and high (2, 1): low below high", sow_uniform(2, 1)},
        {"normal: mean (inf): a finite number", sow_normal(inf, 1)},
        {"normal: std (inf): a finite number", sow_normal(0, inf)},
        {"normal: std (-0.5): 0 or more", sow_normal(0, -0.5)},
        {"xavier_uniform: gain (-1): 0 or more", sow_xavier_uniform(-1)},
        {"xavier_normal: gain (inf): a finite number", sow_xavier_normal(inf)},
        {"kaiming_uniform: a (inf): a finite number",
         sow_kaiming_uniform(inf, SOW_FAN_IN, SOW_LEAKY_RELU)},
        {"kaiming_uniform: a (1e+200): a number whose square is finite",
         sow_kaiming_uniform(1e200, SOW_FAN_IN, SOW_LEAKY_RELU)},
        {"kaiming_normal: mode (fan_avg): fan_in or fan_out",
         sow_kaiming_normal(0, SOW_FAN_AVG, SOW_RELU)},
        {"kaiming_normal: nonlinearity (12): one of sow_nonlinearity",
         sow_kaiming_normal(0, SOW_FAN_IN, (sow_nonlinearity)12)},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        assert_initializer_refused(SOW_ERR_PARAMETER, table[i].text, SOW_F32, table[i].initializer);
}

/* NaN prints with or without a sign, so that only the name is compared. */
static void test_plan_make_refuses_nan(void **state)
{
    (void)state;
    const double nan_value = (double)NAN;
    const struct {
        const char *text;
        sow_initializer initializer;
    } table[] = {
        {"constant: value (", sow_constant(nan_value)},
        {"uniform: low (", sow_uniform(nan_value, 1)},
        {"uniform: high (", sow_uniform(0, nan_value)},
        {"normal: mean (", sow_normal(nan_value, 1)},
        {"normal: std (", sow_normal(0, nan_value)},
        {"xavier_uniform: gain (", sow_xavier_uniform(nan_value)},
        {"kaiming_normal: a (", sow_kaiming_normal(nan_value, SOW_FAN_IN, SOW_LEAKY_RELU)},
        {"kaiming_normal: a (", sow_kaiming_normal(nan_value, SOW_FAN_IN, SOW_RELU)},
    };
    const sow_tensor tensor = {.rank = 2, .shape = {3, 4}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        sow_plan plan;
        sow_error error = {.text = ""};
        assert_int_equal(SOW_ERR_PARAMETER, sow_plan_make(&plan, &tensor, &table[i].initializer,
                                                          (sow_key){0, 0}, &error));
        assert_memory_equal(table[i].text, error.text, strlen(table[i].text));
    }
}

#define SCALE_TEXT ": 0, or from 2^-78 to 2^120 in magnitude"

static void test_plan_make_refuses_scales_beyond_the_limits(void **state)
{
    (void)state;
    const double small = nextafter(0x1p-78, 0), large = nextafter(0x1p120, (double)INFINITY);
    const struct {
        const char *text;
        sow_initializer initializer;
    } table[] = {
        {"normal: std (3.30872e-24)" SCALE_TEXT, sow_normal(0, small)},
        {"normal: std (1.32923e+36)" SCALE_TEXT, sow_normal(0, large)},
        {"normal: std (4.94066e-324)" SCALE_TEXT, sow_normal(0, 0x1p-1074)},
        {"normal: mean (-3.30872e-24)" SCALE_TEXT, sow_normal(-small, 1)},
        {"normal: mean (1.32923e+36)" SCALE_TEXT, sow_normal(large, 1)},
        {"normal: mean (1.32923e+36)" SCALE_TEXT, sow_normal(large, 0)},
        {"uniform: low (3.30872e-24)" SCALE_TEXT, sow_uniform(small, 1)},
        {"uniform: high (-3.30872e-24)" SCALE_TEXT, sow_uniform(-1, -small)},
        {"uniform: high (1.32923e+36)" SCALE_TEXT, sow_uniform(0, large)},
        {"uniform: high - low (6.31089e-30)" SCALE_TEXT, sow_uniform(0x1p-60, 0x1.0000000008p-60)},
        {"uniform: high - low (2.65846e+36)" SCALE_TEXT, sow_uniform(-0x1p120, 0x1p120)},
        {"uniform: low (-1.79769e+308)" SCALE_TEXT,
         sow_uniform(-0x1.fffffffffffffp1023, 0x1.fffffffffffffp1023)},
        {"xavier_normal: std (5.34522e-31)" SCALE_TEXT, sow_xavier_normal(1e-30)},
        {"xavier_uniform: low (-9.2582e-31)" SCALE_TEXT, sow_xavier_uniform(1e-30)},
        {"xavier_normal: std (5.34522e+37)" SCALE_TEXT, sow_xavier_normal(1e38)},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        assert_initializer_refused(SOW_ERR_PARAMETER, table[i].text, SOW_F32, table[i].initializer);
}

static void test_plan_make_refuses_intervals_without_a_stored_value(void **state)
{
    (void)state;
    const struct {
        sow_dtype dtype;
        double low, high;
        const char *text;
    } table[] = {
        {SOW_F32, 1 + 0x1p-30, 1 + 0x1p-28,
         "uniform: uniform [1.0000000009313226, 1.0000000037252903): an interval that holds a "
         "value "
         "of f32"},
        {SOW_BF16, 1 - 0x1p-20, 1,
         "uniform: uniform [0.99999904632568359, 1): an interval that holds a value of bf16"},
        {SOW_F16, 1 - 0x1p-20, 1,
         "uniform: uniform [0.99999904632568359, 1): an interval that holds a value of f16"},
        {SOW_F16, 65505, 65519,
         "uniform: uniform [65505, 65519): an interval that holds a value of f16"},
        {SOW_F16, 1e6, 2e6,
         "uniform: uniform [1000000, 2000000): an interval that holds a value of f16"},
        {SOW_F16, -2e6, -65504,
         "uniform: uniform [-2000000, -65504): an interval that holds a value of f16"},
        {SOW_F16, 0x1p-26, 0x1p-25,
         "uniform: uniform [1.4901161193847656e-08, 2.9802322387695312e-08): an interval that "
         "holds "
         "a value of f16"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        assert_initializer_refused(SOW_ERR_RANGE, table[i].text, table[i].dtype,
                                   sow_uniform(table[i].low, table[i].high));
}

static void test_plan_make_refuses_draws_into_other_dtypes(void **state)
{
    (void)state;
    const sow_initializer draws[] = {sow_uniform(0, 1),
                                     sow_normal(0, 1),
                                     sow_xavier_uniform(1),
                                     sow_xavier_normal(1),
                                     sow_kaiming_uniform(0, SOW_FAN_IN, SOW_RELU),
                                     sow_kaiming_normal(0, SOW_FAN_IN, SOW_RELU)};
    const sow_dtype dtypes[] = {SOW_I64, SOW_I32, SOW_I16, SOW_I8, SOW_U8, SOW_BOOL};
    for (size_t i = 0; i < sizeof draws / sizeof draws[0]; i++) {
        for (size_t d = 0; d < sizeof dtypes / sizeof dtypes[0]; d++) {
            char text[120];
            snprintf(text, sizeof text, "dtype of %s (%s): f32, f16, bf16, f64, f8_e4m3 or f8_e5m2",
                     sow_kind_name(draws[i].kind), sow_dtype_name(dtypes[d]));
            assert_initializer_refused(SOW_ERR_DTYPE, text, dtypes[d], draws[i]);
        }
    }
    const sow_dtype no_bits[] = {SOW_F32, SOW_F16, SOW_BF16, SOW_F64,
                                 SOW_I64, SOW_I16, SOW_U8,   SOW_F8_E4M3};
    for (size_t d = 0; d < sizeof no_bits / sizeof no_bits[0]; d++) {
        char text[120];
        snprintf(text, sizeof text, "dtype of bits (%s): i32", sow_dtype_name(no_bits[d]));
        assert_initializer_refused(SOW_ERR_DTYPE, text, no_bits[d], sow_bits());
    }
}

/* The first bad argument decides: the tensor comes before the initializer. */
static void test_plan_make_reports_the_first_bad_argument(void **state)
{
    (void)state;
    const sow_tensor tensor = {.dtype = (sow_dtype)99, .layout = (sow_layout)2, .rank = 9};
    const sow_initializer unknown = {.kind = (sow_kind)99};
    assert_refused(SOW_ERR_DTYPE, "dtype (99): one of sow_dtype", &tensor, &unknown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan_make_refuses_null),
        cmocka_unit_test(test_plan_make_refuses_tensors),
        cmocka_unit_test(test_plan_make_refuses_unknown_kinds),
        cmocka_unit_test(test_plan_make_refuses_schemes_without_fans),
        cmocka_unit_test(test_plan_make_refuses_parameters),
        cmocka_unit_test(test_plan_make_refuses_nan),
        cmocka_unit_test(test_plan_make_refuses_scales_beyond_the_limits),
        cmocka_unit_test(test_plan_make_refuses_intervals_without_a_stored_value),
        cmocka_unit_test(test_plan_make_refuses_draws_into_other_dtypes),
        cmocka_unit_test(test_plan_make_reports_the_first_bad_argument),
    };
    return SOWT_RUN(tests, NULL);
}
