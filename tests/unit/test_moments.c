/* sow_plan_moments against sums over every value of the dtype; and what is remembered of it. */
#include <math.h>
#include <stdlib.h>

#include "model/moments_memory.h"
#include "reference_dtype.h"
#include "reference_law.h"
#include "run_tests.h"

static sow_plan plan_of(sow_dtype dtype, sow_initializer initializer)
{
    const sow_tensor tensor = {.dtype = dtype, .rank = 1, .shape = {5}};
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &initializer, (sow_key){0, 0}, NULL));
    return plan;
}

static void assert_moments(sow_dtype dtype, sow_initializer initializer, sowt_law law)
{
    double *probability = malloc(SOWT_CELLS * sizeof *probability);
    assert_non_null(probability);
    sowt_law_cells(&law, dtype, probability);
    double mean = 0, variance = 0, total = 0;
    for (uint32_t bits = 0; bits < SOWT_CELLS; bits++)
        if (probability[bits] > 0) {
            total += probability[bits];
            mean += probability[bits] * sowt_dtype_value(dtype, bits);
        }
    for (uint32_t bits = 0; bits < SOWT_CELLS; bits++)
        if (probability[bits] > 0)
            variance += probability[bits] * pow(sowt_dtype_value(dtype, bits) - mean, 2);
    free(probability);
    assert_true(fabs(total - 1) < 1e-12);
    const sow_plan plan = plan_of(dtype, initializer);
    double actual_mean, actual_std;
    assert_int_equal(SOW_OK, sow_plan_moments(&plan, &actual_mean, &actual_std));
    const double scale = fmax(plan.std, sqrt(variance));
    if (fabs(actual_mean - mean) > 1e-9 * scale || fabs(actual_std - sqrt(variance)) > 1e-9 * scale)
        fail_msg("%s %s(%g, %g): mean %.15g std %.15g, expected %.15g %.15g", sow_dtype_name(dtype),
                 sow_kind_name(initializer.kind), initializer.param[0], initializer.param[1],
                 actual_mean, actual_std, mean, sqrt(variance));
}

static const sow_dtype narrow[] = {SOW_F16, SOW_BF16, SOW_F8_E4M3, SOW_F8_E5M2};

/* Sums over both sides of 0 left some 1e-17. */
static void test_the_mean_of_a_normal_around_0_is_0(void **state)
{
    (void)state;
    double mean, std;
    for (size_t d = 0; d < 4; d++) {
        const sow_plan plan = plan_of(narrow[d], sow_normal(0, 1));
        assert_int_equal(SOW_OK, sow_plan_moments(&plan, &mean, &std));
        assert_true(mean == 0);
    }
}

static void test_plan_moments_of_narrow_normals(void **state)
{
    (void)state;
    const double table[][2] = {
        {0, 1},       {0, 0.02},    {1, 0.02},      {-3, 0.01},      {1, 0x1p-12},
        {0, 0x1p20},  {1e5, 1e4},   {-65504, 30},   {0, 0x1p-26},    {0x1p-24, 0x1p-27},
        {0, 0x1p-60}, {1e-7, 1e-7}, {0.5, 0x1p-40}, {1000, 0x1p-10}, {1e6, 1},
        {-1e6, 1},    {0, 1e-7},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        for (size_t d = 0; d < 4; d++)
            assert_moments(narrow[d], sow_normal(table[i][0], table[i][1]),
                           (sowt_law){.distribution = SOW_DIST_NORMAL,
                                      .mean = table[i][0],
                                      .std = table[i][1]});
}

static void test_plan_moments_of_narrow_uniforms(void **state)
{
    (void)state;
    const double table[][2] = {
        {0, 1},        {-1, 1},    {-0.0442, 0.0442}, {1, 1.05},       {-1.5, 2.5},
        {-1e5, 1e5},   {0, 1e-6},  {-1e-7, 1e-7},     {0.1, 0.103},    {100, 101},
        {-0x1p-20, 1}, {0, 1e-20}, {-1, 0x1p-22},     {-1e-10, 2e-10},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        for (size_t d = 0; d < 4; d++)
            if (sowt_dtype_at_or_above(narrow[d], table[i][0]) < table[i][1])
                assert_moments(narrow[d], sow_uniform(table[i][0], table[i][1]),
                               (sowt_law){.distribution = SOW_DIST_UNIFORM,
                                          .low = table[i][0],
                                          .high = table[i][1]});
}

/* Sums over the values below and above 0 are each other's, and that of both is exact. */
static void test_the_mean_of_a_symmetric_law_is_0(void **state)
{
    (void)state;
    static const sow_dtype dtypes[] = {SOW_BF16,    SOW_F16, SOW_F8_E4M3,
                                       SOW_F8_E5M2, SOW_F32, SOW_F64};
    const sow_initializer laws[] = {
        sow_trunc_normal(0, 0.02, -2, 2), sow_trunc_normal(0, 0.3, -1, 1),
        sow_trunc_normal(0, 1, -0.7, 0.7), sow_uniform(-0.3, 0.3), sow_normal(0, 0.02)};
    for (size_t i = 0; i < sizeof dtypes / sizeof dtypes[0]; i++)
        for (size_t j = 0; j < sizeof laws / sizeof laws[0]; j++) {
            const sow_tensor tensor = {.dtype = dtypes[i], .rank = 1, .shape = {8}};
            sow_plan plan;
            double mean, std;
            assert_int_equal(SOW_OK,
                             sow_plan_make(&plan, &tensor, &laws[j], (sow_key){0, 0}, NULL));
            assert_int_equal(SOW_OK, sow_plan_moments(&plan, &mean, &std));
            if (mean != 0 || signbit(mean) != 0)
                fail_msg("%s, law %zu: %g", sow_dtype_name(dtypes[i]), j, mean);
        }
}

static void assert_exact(sow_dtype dtype, sow_initializer initializer, double mean, double std)
{
    const sow_plan plan = plan_of(dtype, initializer);
    double actual_mean, actual_std;
    assert_int_equal(SOW_OK, sow_plan_moments(&plan, &actual_mean, &actual_std));
    assert_true(actual_mean == mean);
    assert_true(fabs(actual_std - std) <= 1e-15 * std);
}

static void test_plan_moments_of_the_rest(void **state)
{
    (void)state;
    assert_exact(SOW_F32, sow_normal(0.5, 0.02), 0.5, 0.02);
    assert_exact(SOW_F32, sow_uniform(1, 3), 2, 2 / sqrt(12.0));
    assert_exact(SOW_I32, sow_bits(), -0.5, 0x1p32 / sqrt(12.0));
    assert_exact(SOW_BF16, sow_constant(0.1), 0x1.9ap-4, 0);
    assert_exact(SOW_I8, sow_constant(-7), -7, 0);
    assert_exact(SOW_F16, sow_normal(1e6, 0), 65504, 0);
}

static void test_plan_moments_refuses_null(void **state)
{
    (void)state;
    const sow_plan plan = plan_of(SOW_F32, sow_ones());
    double mean = 42, std = 42;
    assert_int_equal(SOW_ERR_ARGUMENT, sow_plan_moments(NULL, &mean, &std));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_plan_moments(&plan, NULL, &std));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_plan_moments(&plan, &mean, NULL));
    assert_true(mean == 42 && std == 42);
}

/* More distributions than are remembered, each again and again, in two dtypes. */
static void test_moments_recall_is_plan_moments(void **state)
{
    (void)state;
    enum { PLANS = 3000, DISTRIBUTIONS = 700 };
    sowi_moments_memory memory = {NULL, 0};
    for (int i = 0; i < PLANS; i++) {
        const double bound = 1 + i % DISTRIBUTIONS;
        const sow_plan plan =
            plan_of(i % 3 == 0 ? SOW_F64 : SOW_F32,
                    i % 2 == 0 ? sow_uniform(-bound, bound) : sow_normal(bound, 1 / bound));
        double mean, std, recalled_mean, recalled_std;
        assert_int_equal(SOW_OK, sow_plan_moments(&plan, &mean, &std));
        assert_int_equal(SOW_OK,
                         sowi_moments_recall(&memory, &plan, &recalled_mean, &recalled_std));
        assert_true(mean == recalled_mean && std == recalled_std);
    }
    sowi_moments_forget(&memory);
    assert_null(memory.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan_moments_of_narrow_normals),
        cmocka_unit_test(test_the_mean_of_a_normal_around_0_is_0),
        cmocka_unit_test(test_the_mean_of_a_symmetric_law_is_0),
        cmocka_unit_test(test_plan_moments_of_narrow_uniforms),
        cmocka_unit_test(test_plan_moments_of_the_rest),
        cmocka_unit_test(test_plan_moments_refuses_null),
        cmocka_unit_test(test_moments_recall_is_plan_moments),
    };
    return SOWT_RUN(tests, NULL);
}
