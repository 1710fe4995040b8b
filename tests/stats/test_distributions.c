/* Large samples of every distribution in every dtype against their laws, with a fixed seed. The controls
 * at the end show that wrong draws of the same size fail. */
#include <stdio.h>

#include "run_tests.h"
#include "sample.h"

static const uint64_t COUNT = UINT64_C(1) << 24;
static const sow_dtype dtypes[] = {SOW_F32, SOW_F16, SOW_BF16};
/* f64 has words of its own; the others share all but the rounding with f16. */
static const sow_dtype more_dtypes[] = {SOW_F64, SOW_F8_E4M3, SOW_F8_E5M2};

static sowt_claim claim;
static sowt_sample sample;

/* Each plan has its own stream, so that no two cases see the same words. */
static sow_plan plan_of(sow_dtype dtype, sow_initializer initializer, uint64_t count)
{
    static uint64_t stream;
    const sow_tensor tensor = {.dtype = dtype, .rank = 1, .shape = {count}};
    sow_plan plan;
    assert_int_equal(
        SOW_OK, sow_plan_make(&plan, &tensor, &initializer, (sow_key){20261123, stream++}, NULL));
    return plan;
}

static void print_case(sow_dtype dtype, sow_initializer initializer, uint64_t count)
{
    printf("  %s(%g, %g) %s, %llu elements\n", sow_kind_name(initializer.kind),
           initializer.param[0], initializer.param[1], sow_dtype_name(dtype),
           (unsigned long long)count);
}

static void assert_follows_its_law(sow_dtype dtype, sow_initializer initializer, uint64_t count)
{
    print_case(dtype, initializer, count);
    const sow_plan plan = plan_of(dtype, initializer, count);
    sowt_claim_make(&claim, &plan);
    sowt_sample_draw(&sample, &plan, &claim);
    assert_true(sowt_check_moments(&sample, &claim) > SOWT_FALSE_ALARM);
    assert_true(sowt_check_shape(&sample, &claim) > SOWT_FALSE_ALARM);
    if (plan.distribution == SOW_DIST_NORMAL)
        assert_true(sowt_check_tails(&sample, &claim) > SOWT_FALSE_ALARM);
    assert_true(sowt_check_neighbours(&sample, &claim) > SOWT_FALSE_ALARM);
}

static void test_normal_follows_its_law(void **state)
{
    (void)state;
    for (size_t d = 0; d < 3; d++) {
        assert_follows_its_law(dtypes[d], sow_normal(0, 1), 2 * COUNT);
        assert_follows_its_law(dtypes[d], sow_normal(0.1, 0.02), COUNT);
    }
    for (size_t d = 0; d < 3; d++)
        assert_follows_its_law(more_dtypes[d], sow_normal(0, 1), COUNT);
}

/* Bounds that are no whole numbers of steps: cells of a narrow dtype would else hold ties. */
static void test_uniform_follows_its_law(void **state)
{
    (void)state;
    for (size_t d = 0; d < 3; d++) {
        assert_follows_its_law(dtypes[d], sow_uniform(-0.0442, 0.0442), 2 * COUNT);
        assert_follows_its_law(dtypes[d], sow_uniform(0.3, 1.7), COUNT);
    }
    for (size_t d = 0; d < 3; d++)
        assert_follows_its_law(more_dtypes[d], sow_uniform(-1.1, 1.1), COUNT);
}

/* Draws of one plan under the claim of another. */
static void take(sow_dtype dtype, sow_initializer claimed, sow_initializer drawn)
{
    print_case(dtype, drawn, COUNT);
    const sow_plan claimed_plan = plan_of(dtype, claimed, COUNT);
    const sow_plan drawn_plan = plan_of(dtype, drawn, COUNT);
    sowt_claim_make(&claim, &claimed_plan);
    sowt_sample_draw(&sample, &drawn_plan, &claim);
}

static void test_control_a_std_half_a_percent_off_fails(void **state)
{
    (void)state;
    for (size_t d = 0; d < 3; d++) {
        take(dtypes[d], sow_normal(0, 1), sow_normal(0, 1.005));
        assert_true(sowt_check_moments(&sample, &claim) < SOWT_FALSE_ALARM);
        assert_true(sowt_check_shape(&sample, &claim) < SOWT_FALSE_ALARM);
        assert_true(sowt_check_tails(&sample, &claim) < SOWT_FALSE_ALARM);
        take(dtypes[d], sow_uniform(-0.0442, 0.0442), sow_uniform(-0.0442 * 1.005, 0.0442 * 1.005));
        assert_true(sowt_check_moments(&sample, &claim) < SOWT_FALSE_ALARM);
        assert_true(sowt_check_shape(&sample, &claim) < SOWT_FALSE_ALARM);
    }
}

/* A step of f16 is 2^-15 there, of bf16 2^-12. An f32 step is for test_draws, which compares exactly. */
static void test_control_a_uniform_one_step_off_fails(void **state)
{
    (void)state;
    const double steps[] = {0x1p-15, 0x1p-12};
    for (size_t d = 1; d < 3; d++) {
        const double step = steps[d - 1];
        take(dtypes[d], sow_uniform(-0.0442, 0.0442), sow_uniform(-0.0442 + step, 0.0442 + step));
        assert_true(sowt_check_moments(&sample, &claim) < SOWT_FALSE_ALARM);
        assert_true(sowt_check_shape(&sample, &claim) < SOWT_FALSE_ALARM);
    }
}

static void test_control_another_distribution_of_the_same_std_fails(void **state)
{
    (void)state;
    const double bound = 1.7320508075688772;
    for (size_t d = 0; d < 3; d++) {
        take(dtypes[d], sow_normal(0, 1), sow_uniform(-bound, bound));
        assert_true(sowt_check_moments(&sample, &claim) < SOWT_FALSE_ALARM);
        assert_true(sowt_check_shape(&sample, &claim) < SOWT_FALSE_ALARM);
        assert_true(sowt_check_tails(&sample, &claim) < SOWT_FALSE_ALARM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal_follows_its_law),
        cmocka_unit_test(test_uniform_follows_its_law),
        cmocka_unit_test(test_control_a_std_half_a_percent_off_fails),
        cmocka_unit_test(test_control_a_uniform_one_step_off_fails),
        cmocka_unit_test(test_control_another_distribution_of_the_same_std_fails),
    };
    return SOWT_RUN(tests, NULL);
}
