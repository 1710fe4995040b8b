/* Truncated normals: large samples of many intervals in every floating dtype, with a fixed seed. All values
 * lie in the interval as stored, follow the exact law, and pile up nowhere. The controls at the end show
 * that wrong draws fail. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "draws.h"
#include "reference_dtype.h"
#include "run_tests.h"

static const uint64_t COUNT = UINT64_C(1) << 24;
static const sow_dtype dtypes[] = {SOW_F32, SOW_F16, SOW_BF16, SOW_F64, SOW_F8_E4M3, SOW_F8_E5M2};
enum { DTYPE_COUNT = sizeof dtypes / sizeof dtypes[0] };

static sowt_cells cells;
static sowt_draws draws;

typedef struct cut {
    double mean, std, a, b;
} cut;

static const cut intervals[] = {
    {0, 1, -2, 2},
    {0, 1, 3, 4},
    {0, 1, 10, (double)INFINITY},
    {0, 1, 40, 41},
    {0, 1, -(double)INFINITY, -8},
    {0, 0.02, -2, 2},
    {0, 1, 0, (double)INFINITY},
    {0, 1, -1, (double)INFINITY},
    {0, 1, -3, 3},
    {0, 1, 4.1, (double)INFINITY},
    {0, 1, 4.2, (double)INFINITY},
    {0, 1, 4.2, 4.3},
    {0, 1, 1, 1.1},
    {-1000, 1, 1000, (double)INFINITY},
    {0.5, 0.3, 0.1, 0.7},
    {-0.1, 0.02, -(double)INFINITY, -0.13},
    {0, 0.02, -0.04, 0.04},
};

/* Where one way of drawing ends and another begins: src/plan/trunc_normal.c. */
static const cut borders[] = {
    {0, 1, -2.5, 2.5},
    {0, 1, -2.5, 2.501},
    {0, 1, -2.501, 2.5},
    {0, 1, 0, 0.499},
    {0, 1, 0, 0.501},
    {0, 1, -0.251, 0.25},
    {0, 1, -0.249, 0.25},
    {0, 1, 2, 2.249},
    {0, 1, 2, 2.251},
    {0, 1, -2.251, -2},
    {0, 1, 4.199, (double)INFINITY},
    {0, 1, -(double)INFINITY, -4.199},
    {0, 1, 5.499, (double)INFINITY},
    {0, 1, 5.5, (double)INFINITY},
    {0, 1, -6.66, 6.66},
    {0, 1, -6.68, 6.68},
    {0, 1, -8.59, 8.59},
    {0, 1, -8.61, 8.61},
    {0, 1, -8.61, 2},
};

/* Each plan has its own stream, so that no two cases see the same words. */
static sow_status make_plan(sow_plan *plan, sow_dtype dtype, const cut *of, uint64_t count)
{
    static uint64_t stream;
    const sow_tensor tensor = {.dtype = dtype, .rank = 1, .shape = {count}};
    const sow_initializer initializer = sow_trunc_normal(of->mean, of->std, of->a, of->b);
    return sow_plan_make(plan, &tensor, &initializer, (sow_key){20261124, stream++}, NULL);
}

static const char *name_of(const cut *of)
{
    static char name[64];
    snprintf(name, sizeof name, "(%g, %g) in [%g, %g]", of->mean, of->std, of->a, of->b);
    return name;
}

static double check(const cut *of, const sowt_exact_law *law)
{
    const sowt_checks which = {.name = name_of(of), .moments = 4};
    return sowt_draws_check(&draws, &cells, law, &which);
}

/* sow_plan_moments against the exact ones, and the sample's within 5 standard errors; that of the std
 * follows from the fourth moment, so it is right for skewed laws, too. */
static void assert_moments(const sow_plan *plan)
{
    double mean, std;
    assert_int_equal(SOW_OK, sow_plan_moments(plan, &mean, &std));
    const double slack = 1e-9 * fmax(cells.std, fabs(cells.mean) * 0x1p-23);
    if (!(fabs(mean - cells.mean) <= slack && fabs(std - cells.std) <= slack))
        fail_msg("sow_plan_moments gives %.12g and %.12g, expected %.12g and %.12g", mean, std,
                 cells.mean, cells.std);
    if (cells.std == 0)
        return;
    const double n = (double)draws.count, m1 = draws.power[1] / n, m2 = draws.power[2] / n;
    assert_true(fabs(cells.mean + m1 * cells.std - mean) < 5 * std / sqrt(n));
    const double std_error = std * sqrt((cells.moment[4] - 1) / (4 * n));
    assert_true(fabs(cells.std * sqrt(m2 - m1 * m1) - std) < 5 * std_error);
}

/* P(stored is an end): the ends of a narrow dtype hold what is rounded to them, and what would be rounded
 * to their neighbour outside; no more than 5 standard errors above. */
static void assert_no_pile_up(void)
{
    if (!sowt_is_narrow(cells.dtype))
        return;
    const double n = (double)draws.count;
    const uint32_t ends[] = {0, cells.count - 1};
    for (int e = 0; e < 2; e++) {
        const double expected = n * cells.probability[ends[e]];
        assert_true((double)draws.cells[ends[e]] <= expected + 5 * sqrt(expected) + 5);
    }
}

static void assert_follows_its_law(sow_dtype dtype, const cut *of, uint64_t count)
{
    const sowt_exact_law law = sowt_exact_normal(of->mean, of->std, of->a, of->b);
    sowt_cells_make(&cells, dtype, &law, of->a, of->b);
    sow_plan plan;
    const sow_status status = make_plan(&plan, dtype, of, count);
    if (cells.count == 0) {
        printf("  %-34s %-7s refused: holds no value\n", name_of(of), sow_dtype_name(dtype));
        assert_int_equal(SOW_ERR_RANGE, status);
        return;
    }
    assert_int_equal(SOW_OK, status);
    assert_true(plan.stored_low == cells.low && plan.stored_high == cells.high);
    sowt_draws_take(&draws, &plan, &cells, &law);
    assert_true(check(of, &law) > SOWT_CHECK_FAILS);
    assert_moments(&plan);
    assert_no_pile_up();
}

static void test_trunc_normal_follows_its_law(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof intervals / sizeof intervals[0]; i++)
        for (size_t d = 0; d < DTYPE_COUNT; d++)
            assert_follows_its_law(dtypes[d], &intervals[i], COUNT);
}

static void test_trunc_normal_follows_its_law_at_the_kernels_borders(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof borders / sizeof borders[0]; i++) {
        assert_follows_its_law(SOW_F32, &borders[i], COUNT);
        assert_follows_its_law(SOW_F64, &borders[i], COUNT / 4);
    }
}

/* The cut-offs lie beyond what a normal draws, but within the rounding of the dtype. */
static void test_trunc_normal_is_held_where_only_rounding_reaches(void **state)
{
    (void)state;
    const cut cuts[] = {
        {1, 0x1p-10, 0, 1.0070},
        {1, 0x1p-10, 0.9931, (double)INFINITY},
        {1000, 0x1p-17, 0, 1000 + 0x1p-17 * 7.5},
        {1, 0.02, 0, 1.1335},
        {-60, 0x1p-6, -(double)INFINITY, -59.88},
    };
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++)
        for (size_t d = 0; d < DTYPE_COUNT; d++)
            assert_follows_its_law(dtypes[d], &cuts[i], COUNT / 4);
}

/* ---- Controls ---- */

static double erf_inverse(double y)
{
    double low = -6, high = 6;
    for (int i = 0; i < 100; i++) {
        const double middle = (low + high) / 2;
        if (erf(middle) < y)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static double bf16(double value)
{
    return sowt_dtype_value(SOW_BF16, sowt_dtype_nearest(SOW_BF16, value));
}

/* PyTorch's trunc_normal_ up to 2.11 in bf16: uniform from 8 bits between 2 Phi(a) - 1 and 2 Phi(b) - 1,
 * both 1 in size here, erfinv, times std * sqrt 2, clamped. Every operation rounds to bf16. */
static void count_pytorch(uint64_t times[SOWT_CELLS_MOST], double std, double a, double b)
{
    for (unsigned word = 0; word < 256; word++) {
        const double x = bf16(bf16(word / 256.0 * 2) - 1);
        const double z = x <= -1 ? -(double)INFINITY : bf16(erf_inverse(x));
        const double value = bf16(fmin(b, fmax(a, z * bf16(std * sqrt(2.0)))));
        times[sowt_dtype_nearest(SOW_BF16, value + 0.0)] += COUNT / 256;
    }
}

static void test_control_pytorchs_old_algorithm_fails(void **state)
{
    (void)state;
    const cut of = {0, 0.02, -2, 2};
    const sowt_exact_law law = sowt_exact_normal(of.mean, of.std, of.a, of.b);
    sowt_cells_make(&cells, SOW_BF16, &law, of.a, of.b);
    uint64_t *times = calloc(SOWT_CELLS_MOST, sizeof *times);
    assert_non_null(times);
    count_pytorch(times, of.std, of.a, of.b);
    sowt_draws_count(&draws, times, &cells, &law);
    free(times);
    assert_int_equal(0, draws.outside);
    assert_true(check(&of, &law) < SOWT_CHECK_FAILS);
    assert_int_equal(COUNT / 256, draws.cells[0]); /* 0.4 % are at the cut-off, 100 std away */
}

/* Draws of one interval under the claim of another: a cut-off moved by one percent. */
static void assert_caught(sow_dtype dtype, const cut *claimed, const cut *drawn)
{
    const sowt_exact_law law =
        sowt_exact_normal(claimed->mean, claimed->std, claimed->a, claimed->b);
    sowt_cells_make(&cells, dtype, &law, claimed->a, claimed->b);
    sow_plan plan;
    assert_int_equal(SOW_OK, make_plan(&plan, dtype, drawn, COUNT / 4));
    sowt_draws_take(&draws, &plan, &cells, &law);
    assert_true(check(drawn, &law) < SOWT_CHECK_FAILS);
}

static void test_control_a_cut_off_one_percent_off_fails(void **state)
{
    (void)state;
    const cut pairs[][2] = {
        {{0, 1, -2, 2}, {0, 1, -1.98, 2}},
        {{0, 1, -2, 2}, {0, 1, -2.02, 2}},
        {{0, 1, -3, 3}, {0, 1, -3, 2.97}},
        {{0, 1, 3, 4}, {0, 1, 3.03, 4}},
        {{0, 1, 10, (double)INFINITY}, {0, 1, 10.1, (double)INFINITY}},
        {{0, 1, 40, 41}, {0, 1, 40.4, 41}},
        {{0, 1, 0.99, 1.1}, {0, 1, 1, 1.1}},
    };
    const sow_dtype some[] = {SOW_F32, SOW_F16, SOW_F64};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        for (size_t d = 0; d < 3; d++)
            assert_caught(some[d], &pairs[i][0], &pairs[i][1]);
}

static int print_checks(void **state)
{
    (void)state;
    sowt_checks_print();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trunc_normal_follows_its_law),
        cmocka_unit_test(test_trunc_normal_follows_its_law_at_the_kernels_borders),
        cmocka_unit_test_teardown(test_trunc_normal_is_held_where_only_rounding_reaches,
                                  print_checks),
        cmocka_unit_test(test_control_pytorchs_old_algorithm_fails),
        cmocka_unit_test(test_control_a_cut_off_one_percent_off_fails),
    };
    return SOWT_RUN(tests, NULL);
}
