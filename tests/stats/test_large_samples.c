/* Uniform and normal draws in every floating dtype against their laws, with a fixed seed: moments to the
 * sixth, Kolmogorov-Smirnov, Anderson-Darling, chi-square, extremes, and a normal's tails.
 *
 *     test_large_samples [slow]      2^24 draws each; slow: 2^28 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "draws.h"
#include "run_tests.h"

static uint64_t count = UINT64_C(1) << 24;
static const sow_dtype dtypes[] = {SOW_F32, SOW_F16, SOW_BF16, SOW_F64, SOW_F8_E4M3, SOW_F8_E5M2};
enum { DTYPE_COUNT = sizeof dtypes / sizeof dtypes[0] };

static sowt_cells cells;
static sowt_draws draws;

/* Draws under the claim of a law, which they may follow or not; the smallest probability of the checks.
 * Each plan has its own stream, so that no two cases see the same words. */
static double check(sow_dtype dtype, const sowt_exact_law *law, double low, double high,
                    sow_initializer drawn)
{
    static uint64_t stream;
    const sow_tensor tensor = {.dtype = dtype, .rank = 1, .shape = {count}};
    sow_plan plan;
    assert_int_equal(SOW_OK,
                     sow_plan_make(&plan, &tensor, &drawn, (sow_key){20261125, stream++}, NULL));
    sowt_cells_make(&cells, dtype, law, low, high);
    sowt_draws_take(&draws, &plan, &cells, law);
    char name[64];
    snprintf(name, sizeof name, "%s(%g, %g)", sow_kind_name(drawn.kind), drawn.param[0],
             drawn.param[1]);
    const sowt_checks which = {
        .name = name, .moments = 6, .tails = drawn.kind == SOW_NORMAL && !law->uniform};
    return sowt_draws_check(&draws, &cells, law, &which);
}

static double check_normal(sow_dtype dtype, double mean, double std, sow_initializer drawn)
{
    const double infinite = (double)INFINITY;
    const sowt_exact_law law = sowt_exact_normal(mean, std, -infinite, infinite);
    return check(dtype, &law, -infinite, infinite, drawn);
}

static double check_uniform(sow_dtype dtype, double low, double high, sow_initializer drawn)
{
    const sowt_exact_law law = sowt_exact_uniform(low, high);
    return check(dtype, &law, low, high, drawn);
}

static void test_normal_follows_its_law(void **state)
{
    (void)state;
    for (size_t d = 0; d < DTYPE_COUNT; d++) {
        assert_true(check_normal(dtypes[d], 0, 1, sow_normal(0, 1)) > SOWT_CHECK_FAILS);
        assert_true(check_normal(dtypes[d], 0.1, 0.02, sow_normal(0.1, 0.02)) > SOWT_CHECK_FAILS);
    }
}

/* Bounds that are no whole numbers of steps: cells of a narrow dtype would else hold ties. */
static void test_uniform_follows_its_law(void **state)
{
    (void)state;
    for (size_t d = 0; d < DTYPE_COUNT; d++) {
        const double bound = 0.0442;
        assert_true(check_uniform(dtypes[d], -bound, bound, sow_uniform(-bound, bound)) >
                    SOWT_CHECK_FAILS);
        assert_true(check_uniform(dtypes[d], 0.3, 1.7, sow_uniform(0.3, 1.7)) > SOWT_CHECK_FAILS);
    }
}

/* Half a percent off, and another law of the same std. */
static void test_control_wrong_draws_fail(void **state)
{
    (void)state;
    const double bound = sqrt(3.0);
    count = UINT64_C(1) << 22;
    for (size_t d = 0; d < DTYPE_COUNT; d++) {
        const sow_dtype dtype = dtypes[d];
        assert_true(check_normal(dtype, 0, 1, sow_normal(0, 1.005)) < SOWT_CHECK_FAILS);
        assert_true(check_normal(dtype, 0, 1, sow_normal(0.005, 1)) < SOWT_CHECK_FAILS);
        assert_true(check_normal(dtype, 0, 1, sow_uniform(-bound, bound)) < SOWT_CHECK_FAILS);
        assert_true(check_uniform(dtype, -1.1, 1.1, sow_uniform(-1.1055, 1.1055)) <
                    SOWT_CHECK_FAILS);
        assert_true(check_uniform(dtype, -1.1, 1.1, sow_uniform(-1.0945, 1.0945)) <
                    SOWT_CHECK_FAILS);
    }
}

static int print_checks(void **state)
{
    (void)state;
    sowt_checks_print();
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "slow") == 0)
        count = UINT64_C(1) << 28;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal_follows_its_law),
        cmocka_unit_test_teardown(test_uniform_follows_its_law, print_checks),
        cmocka_unit_test(test_control_wrong_draws_fail),
    };
    return SOWT_RUN(tests, NULL);
}
