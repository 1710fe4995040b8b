/* The parameters that a plan hands to the kernels are the doubles, rounded once to f32. GCC 12 can forget the
 * rounding of doubles that are cast to float and back, side by side; here it is looked up, not cast. */
#include <math.h>
#include <stdio.h>

#include "random_numbers.h"
#include "reference_dtype.h"
#include "run_tests.h"
#include "sowcl/base.h"

#define COUNT 20000

/* A number of any of the middle exponents. */
static double random_number(uint64_t *state)
{
    const double fraction = 1 + (double)(sowt_random(state) >> 12) * 0x1p-52;
    const int exponent = (int)sowt_random_below(state, 120) - 60;
    return ldexp(sowt_random(state) & 1 ? fraction : -fraction, exponent);
}

static sow_plan plan_of(sow_initializer initializer, sow_dtype dtype)
{
    const sow_tensor tensor = {.dtype = dtype, .rank = 1, .shape = {4}};
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &initializer, (sow_key){0, 0}, NULL));
    return plan;
}

static void assert_rounded(double exact, const sow_plan *plan, unsigned index)
{
    const uint32_t expected = sowt_dtype_nearest(SOW_F32, exact);
    if (plan->param[index] != expected)
        fail_msg("distribution %d, parameter %u: expected %08x of %a, actual %08llx",
                 (int)plan->distribution, index, (unsigned)expected, exact,
                 (unsigned long long)plan->param[index]);
}

static void test_plan_parameters_of_normals(void **state)
{
    (void)state;
    uint64_t random = 5;
    for (int i = 0; i < COUNT; i++) {
        const double mean = random_number(&random), std = fabs(random_number(&random));
        const sow_plan plan = plan_of(sow_normal(mean, std), SOW_F32);
        assert_rounded(std, &plan, 0);
        assert_rounded(mean, &plan, 1);
    }
}

static void test_plan_parameters_of_uniforms(void **state)
{
    (void)state;
    uint64_t random = 6;
    for (int i = 0; i < COUNT; i++) {
        const double low = random_number(&random),
                     high = low + fabs(random_number(&random)) + fabs(low);
        const sow_plan plan = plan_of(sow_uniform(low, high), SOW_BF16);
        assert_rounded((high - low) * 0x1p-24, &plan, 0);
        assert_rounded(low, &plan, 1);
        assert_rounded(plan.stored_low, &plan, 2);
        assert_rounded(plan.stored_high, &plan, 3);
    }
}

static void test_plan_parameters_of_truncated_normals(void **state)
{
    (void)state;
    uint64_t random = 7;
    for (int i = 0; i < COUNT / 10; i++) {
        const double mean = random_number(&random), std = fabs(mean) + fabs(random_number(&random));
        const sow_plan central =
            plan_of(sow_trunc_normal(mean, std, mean - std, mean + 2 * std), SOW_F32);
        assert_int_equal(SOW_DIST_TRUNC_CENTRAL, central.distribution);
        assert_rounded(std, &central, 2);
        assert_rounded(mean, &central, 3);
        assert_rounded(central.stored_low, &central, 4);
        assert_rounded(central.stored_high, &central, 5);
        const sow_plan wide =
            plan_of(sow_trunc_normal(mean, std, mean - 3 * std, mean + 4 * std), SOW_F32);
        assert_int_equal(SOW_DIST_TRUNC_WIDE, wide.distribution);
        assert_rounded(std, &wide, 4);
        assert_rounded(mean, &wide, 5);
        const sow_plan edge = plan_of(sow_trunc_normal(0, std, 5 * std, 8 * std), SOW_F32);
        assert_int_equal(SOW_DIST_TRUNC_EDGE, edge.distribution);
        assert_rounded(5 * std, &edge, 4);
        assert_rounded(edge.stored_low, &edge, 5);
        assert_rounded(edge.stored_high, &edge, 6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan_parameters_of_normals),
        cmocka_unit_test(test_plan_parameters_of_uniforms),
        cmocka_unit_test(test_plan_parameters_of_truncated_normals),
    };
    return SOWT_RUN(tests, NULL);
}
