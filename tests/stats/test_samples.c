/* Samples: exact probabilities, right draws that pass, wrong ones that do not. Seeds are fixed; a check of right draws fails
 * by chance once in a million choices of a seed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "exact_law.h"
#include "run_tests.h"
#include "sowcl/compare.h"
#include "statistics.h"
#include "stored_cells.h"

static const double infinity = (double)INFINITY;
enum { COUNT = 1 << 20 };

typedef struct law_case {
    const char *name;
    sow_initializer initializer;
    sowt_exact_law law;
    double low, high; /* bounds of what is stored */
} law_case;

enum { LAWS = 7 };

static void list_laws(law_case laws[LAWS])
{
    laws[0] = (law_case){"normal(0, 1)", sow_normal(0, 1),
                         sowt_exact_normal(0, 1, -infinity, infinity), -infinity, infinity};
    laws[1] = (law_case){"normal(0.5, 0.02)", sow_normal(0.5, 0.02),
                         sowt_exact_normal(0.5, 0.02, -infinity, infinity), -infinity, infinity};
    laws[2] = (law_case){"uniform(-0.1, 0.3)", sow_uniform(-0.1, 0.3),
                         sowt_exact_uniform(-0.1, 0.3), -0.1, 0.3};
    laws[3] = (law_case){"trunc_normal(0, 1, -2, 2)", sow_trunc_normal(0, 1, -2, 2),
                         sowt_exact_normal(0, 1, -2, 2), -2, 2};
    laws[4] = (law_case){"trunc_normal(0, 1, 3, inf)", sow_trunc_normal(0, 1, 3, infinity),
                         sowt_exact_normal(0, 1, 3, infinity), 3, infinity};
    laws[5] = (law_case){"trunc_normal(0, 1, -inf, -9)", sow_trunc_normal(0, 1, -infinity, -9),
                         sowt_exact_normal(0, 1, -infinity, -9), -infinity, -9};
    laws[6] = (law_case){"trunc_normal(0, 1, -1, 3)", sow_trunc_normal(0, 1, -1, 3),
                         sowt_exact_normal(0, 1, -1, 3), -1, 3};
}

static const sow_dtype dtypes[] = {SOW_F32, SOW_F16, SOW_BF16, SOW_F64, SOW_F8_E4M3, SOW_F8_E5M2};
enum { DTYPES = sizeof dtypes / sizeof dtypes[0] };

static sow_plan plan_of(const sow_initializer *initializer, sow_dtype dtype, uint64_t count,
                        uint64_t seed)
{
    sow_plan plan;
    const sow_tensor tensor = {.dtype = dtype, .rank = 1, .shape = {count}};
    const sow_key key = {seed, 0x452821e638d01377u}; /* digits of pi */
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, initializer, key, NULL));
    return plan;
}

static void *draws_of(const sow_plan *plan)
{
    void *data = malloc((size_t)plan->count * sow_dtype_size(plan->dtype));
    assert_non_null(data);
    assert_int_equal(SOW_OK, sow_fill_host_plan(data, plan, NULL));
    return data;
}

static sow_sample *sample_of(const sow_plan *plan, const void *data, size_t count)
{
    sow_sample *sample = NULL;
    assert_int_equal(SOW_OK, sow_sample_create(&sample, plan));
    sow_sample_add(sample, data, count);
    return sample;
}

/* ---- Probabilities ---- */

static sow_sample_cell cells[SOW_SAMPLE_CELLS];
static sowt_cells stored;

/* The mass of the values in [low, high), by the reference. */
static long double reference_mass(const law_case *of, const sow_plan *plan, double low, double high)
{
    if (!sowt_is_narrow(plan->dtype)) { /* what lies beyond the ends is held at them */
        const double least = isinf(of->low) ? of->low : plan->stored_low;
        const double most = isinf(of->high) ? of->high : plan->stored_high;
        const long double from = low < least ? -(long double)INFINITY : (long double)low;
        const long double to = high > most ? (long double)INFINITY : (long double)high;
        return high < least || low > most ? 0 : sowt_exact_mass(&of->law, from, to);
    }
    long double sum = 0;
    for (uint32_t i = 0; i < stored.count; i++)
        if (stored.value[i] > low && stored.value[i] < high)
            sum += (long double)stored.probability[i];
    return sum;
}

static void check_probabilities(const law_case *of, sow_dtype dtype)
{
    const sow_plan plan = plan_of(&of->initializer, dtype, 1, 0);
    sow_sample *sample = sample_of(&plan, NULL, 0);
    const size_t count = sow_sample_cells(sample, cells);
    if (sowt_is_narrow(dtype))
        sowt_cells_make(&stored, dtype, &of->law, of->low, of->high);
    long double sum = 0;
    assert_true(count > 1 && count <= SOW_SAMPLE_CELLS);
    for (size_t i = 0; i < count; i++) {
        const long double expected = reference_mass(of, &plan, cells[i].low, cells[i].high);
        sum += (long double)cells[i].probability;
        if (!(fabsl((long double)cells[i].probability - expected) < 2e-8L * expected + 1e-13L))
            fail_msg("%s in %s: cell %zu, [%.17g, %.17g), has %.17g, expected %.17Lg", of->name,
                     sow_dtype_name(dtype), i, cells[i].low, cells[i].high, cells[i].probability,
                     expected);
        assert_true(i == 0 || cells[i].low == cells[i - 1].high);
    }
    assert_true(isinf(cells[0].low) && isinf(cells[count - 1].high));
    assert_true(fabsl(sum - 1) < 1e-14L);
    sow_sample_release(sample);
}

static void test_sample_cells_have_exact_probabilities(void **state)
{
    (void)state;
    law_case laws[LAWS];
    list_laws(laws);
    for (size_t i = 0; i < LAWS; i++)
        for (size_t d = 0; d < DTYPES; d++)
            check_probabilities(&laws[i], dtypes[d]);
}

/* ---- Right draws ---- */

static void check_moments(const sow_sample_summary *found, const sow_plan *plan, const void *data)
{
    const size_t size = sow_dtype_size(plan->dtype);
    long double sum = 0, square = 0, cube = 0, fourth = 0, least = INFINITY, most = -INFINITY;
    for (uint64_t i = 0; i < plan->count; i++) {
        const double value = sow_dtype_value(plan->dtype, (const char *)data + i * size);
        sum += value;
        least = fminl(least, value);
        most = fmaxl(most, value);
    }
    const long double n = plan->count, mean = sum / n;
    for (uint64_t i = 0; i < plan->count; i++) {
        const long double far = sow_dtype_value(plan->dtype, (const char *)data + i * size) - mean;
        square += far * far;
        cube += far * far * far;
        fourth += far * far * far * far;
    }
    const long double std = sqrtl(square / n);
    assert_true(found->count == plan->count && found->nans == 0 && found->infinities == 0);
    assert_true(fabsl(found->mean - mean) < 1e-11L * plan->std);
    assert_true(fabsl(found->std - std) < 1e-9L * plan->std);
    assert_true(found->min == (double)least && found->max == (double)most);
    if (least == most)
        return;
    assert_true(fabsl(found->skewness - cube / n / (std * std * std)) < 1e-8L);
    assert_true(fabsl(found->excess_kurtosis - (fourth / n / (std * std * std * std) - 3)) < 1e-8L);
}

static void test_sample_of_right_draws(void **state)
{
    (void)state;
    law_case laws[LAWS];
    list_laws(laws);
    for (size_t i = 0; i < LAWS; i++) {
        for (size_t d = 0; d < DTYPES; d++) {
            const sow_plan plan = plan_of(&laws[i].initializer, dtypes[d], COUNT / 8, i);
            void *data = draws_of(&plan);
            sow_sample *sample = sample_of(&plan, data, plan.count);
            sow_sample_summary found;
            sow_sample_summarize(sample, &found);
            print_message("%-28s %-8s ks %.2e, p %.3f\n", laws[i].name, sow_dtype_name(dtypes[d]),
                          found.ks, found.ks_p);
            assert_true(found.ks_p > 1e-6);
            assert_true(fabs(found.ks_p - sowt_ks_p(found.ks, (double)found.count)) < 1e-4);
            const double error = found.expected_std / sqrt((double)found.count);
            assert_true(fabs(found.mean - found.expected_mean) < 5 * error);
            check_moments(&found, &plan, data);
            sow_sample_release(sample);
            free(data);
        }
    }
}

/* Steps of a narrow dtype are no errors. */
static void test_sample_quantiles_of_a_narrow_dtype(void **state)
{
    (void)state;
    const sow_initializer normal = sow_normal(0, 1);
    const sow_plan plan = plan_of(&normal, SOW_F8_E4M3, COUNT, 7);
    void *data = draws_of(&plan);
    sow_sample *sample = sample_of(&plan, data, COUNT);
    sow_sample_quantile points[SOW_SAMPLE_QUANTILES];
    const size_t count = sow_sample_quantiles(sample, points);
    for (size_t i = 0; i < count; i++)
        assert_true(points[i].low <= points[i].observed && points[i].observed <= points[i].high);
    for (size_t i = 0; i < SOW_SAMPLE_EXTREMES; i++)
        assert_true(points[i].expected == round(points[i].expected * 2) / 2); /* beyond 4 */
    sow_sample_release(sample);
    free(data);
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void test_sample_quantiles_reach_the_extremes(void **state)
{
    (void)state;
    const sow_initializer normal = sow_normal(0, 1);
    const sow_plan plan = plan_of(&normal, SOW_F64, COUNT, 3);
    double *data = draws_of(&plan);
    sow_sample *sample = sample_of(&plan, data, COUNT);
    sow_sample_quantile points[SOW_SAMPLE_QUANTILES];
    const size_t count = sow_sample_quantiles(sample, points);
    size_t inside = 0;
    qsort(data, COUNT, sizeof *data, compare_doubles);
    assert_true(count > 2 * SOW_SAMPLE_EXTREMES + 40 && count <= SOW_SAMPLE_QUANTILES);
    for (size_t i = 0; i < SOW_SAMPLE_EXTREMES; i++) {
        assert_true(points[i].observed == data[i]);
        assert_true(points[count - 1 - i].observed == data[COUNT - 1 - i]);
    }
    for (size_t i = 0; i < count; i++) {
        assert_true(i == 0 || points[i - 1].probability < points[i].probability);
        assert_true(points[i].low < points[i].expected && points[i].expected < points[i].high);
        assert_true(fabs(sowt_normal_cdf(points[i].expected) - points[i].probability) <
                    1e-9 * fmin(points[i].probability, 1 - points[i].probability) + 1e-14);
        inside += points[i].low <= points[i].observed && points[i].observed <= points[i].high;
    }
    /* neighbours go together: one far draw takes others along */
    assert_true(inside >= count * 9 / 10);
    sow_sample_release(sample);
    free(data);
}

/* ---- Wrong draws ---- */

/* The p of Kolmogorov and Smirnov's distance of draws by one initializer from the law of another. */
static double p_of(const sow_initializer *drawn, const sow_initializer *claimed, sow_dtype dtype)
{
    const sow_plan plan = plan_of(drawn, dtype, COUNT, 4), law = plan_of(claimed, dtype, 1, 0);
    void *data = draws_of(&plan);
    sow_sample *sample = sample_of(&law, data, COUNT);
    sow_sample_summary found;
    sow_sample_summarize(sample, &found);
    sow_sample_release(sample);
    free(data);
    return found.ks_p;
}

static void test_sample_of_another_law_fails(void **state)
{
    (void)state;
    const sow_initializer normal = sow_normal(0, 1), wider = sow_normal(0, 1.02);
    const sow_initializer shifted = sow_normal(0.02, 1), flat = sow_uniform(-sqrt(3), sqrt(3));
    const sow_initializer cut = sow_trunc_normal(0, 1, -2, 2);
    const sow_initializer cut_wide = sow_trunc_normal(0, 1, -2.5, 2.5);
    const sow_dtype some[] = {SOW_F32, SOW_BF16};
    for (size_t d = 0; d < 2; d++) {
        assert_true(p_of(&wider, &normal, some[d]) < 1e-8);
        assert_true(p_of(&shifted, &normal, some[d]) < 1e-12);
        assert_true(p_of(&flat, &normal, some[d]) < 1e-12);
        assert_true(p_of(&normal, &cut, some[d]) < 1e-12);
        assert_true(p_of(&cut_wide, &cut, some[d]) < 1e-12);
    }
}

/* The difference of two samples, of which the second is moved by so many standard errors of it. */
static sow_sample_difference difference_of(double errors, double factor)
{
    const sow_initializer normal = sow_normal(0, 1);
    const sow_plan a = plan_of(&normal, SOW_F32, COUNT, 5), b = plan_of(&normal, SOW_F32, COUNT, 6);
    float *data_a = draws_of(&a), *data_b = draws_of(&b);
    for (size_t i = 0; i < COUNT; i++)
        data_b[i] = (float)(factor * (double)data_b[i] + errors * sqrt(2.0 / COUNT));
    sow_sample *sample_a = sample_of(&a, data_a, COUNT), *sample_b = sample_of(&b, data_b, COUNT);
    sow_sample_difference found;
    assert_int_equal(SOW_OK, sow_sample_compare(sample_a, sample_b, &found));
    sow_sample_release(sample_a);
    sow_sample_release(sample_b);
    free(data_a);
    free(data_b);
    return found;
}

static void test_sample_compare_finds_a_planted_shift(void **state)
{
    (void)state;
    const sow_sample_difference none = difference_of(0, 1), shift = difference_of(5, 1);
    const sow_sample_difference scale = difference_of(0, 1 + 5 / sqrt(COUNT));
    assert_true(fabs(none.mean) < 5 && fabs(none.std) < 5 && none.ks_p > 1e-6);
    assert_true(fabs(none.mean - 5 - shift.mean) < 0.01); /* b is the larger by 5 */
    assert_true(fabs(shift.std - none.std) < 0.01);
    assert_true(shift.ks > none.ks);
    assert_true(fabs(none.std - 5 - scale.std) < 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sample_cells_have_exact_probabilities),
        cmocka_unit_test(test_sample_of_right_draws),
        cmocka_unit_test(test_sample_quantiles_reach_the_extremes),
        cmocka_unit_test(test_sample_quantiles_of_a_narrow_dtype),
        cmocka_unit_test(test_sample_of_another_law_fails),
        cmocka_unit_test(test_sample_compare_finds_a_planted_shift),
    };
    return SOWT_RUN(tests, NULL);
}
