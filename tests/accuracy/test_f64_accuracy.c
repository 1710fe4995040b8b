/* The draws in f64 against long double, of random words and of words near the ends.
 *
 *     test_f64_accuracy all: a hundred times as many; minutes */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kernel_draws.h"
#include "quantiles.h"
#include "random_numbers.h"
#include "run_tests.h"
#include "worst.h"

#define CHUNK   4096
#define HALF_PI 1.57079632679489661923132169163975144L

static uint64_t normal_chunks = 200, cut_chunks = 12;

static double as_double(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* A random word; or one near the ends or the middle of the range, at any distance from them. */
static uint64_t next_word(uint64_t *state)
{
    const uint64_t word = sowt_random(state), near = word >> (sowt_random(state) % 52);
    switch (sowt_random(state) % 8) {
    case 0:
        return near;
    case 1:
        return ~near;
    case 2:
        return ((uint64_t)1 << 63) + near;
    case 3:
        return ((uint64_t)1 << 63) - near;
    default:
        return word;
    }
}

static void add_normal(sowt_worst *worst, const uint64_t words[2], const uint64_t drawn[2])
{
    const long double u = ((long double)(words[0] >> 12) + 0.5L) * 0x1p-52L;
    const long double x = ((long double)(words[1] >> 12) + 0.5L) * 0x1p-51L - 1;
    const long double r = sqrtl(-2 * logl(u));
    const long double magnitude = fabsl(x);
    const long double cosine =
        magnitude > 0.5L ? sinl(HALF_PI * (1 - magnitude)) : cosl(HALF_PI * magnitude);
    sowt_worst_add_f64(worst, words[0] & 1 ? -r * cosine : r * cosine, as_double(drawn[0]),
                       words[0], words[1]);
    sowt_worst_add_f64(worst, r * sinl(HALF_PI * x), as_double(drawn[1]), words[0], words[1]);
}

static void test_f64_normal_accuracy(void **state)
{
    (void)state;
    static uint64_t a[CHUNK], b[CHUNK], words[CHUNK][2];
    const uint64_t param[2] = {(uint64_t)0x3ff << 52, 0}; /* std 1, mean 0 */
    sowt_worst worst = {0};
    uint64_t random = 1;
    for (uint64_t chunk = 0; chunk < normal_chunks; chunk++) {
        for (size_t i = 0; i < CHUNK; i++) {
            a[i] = words[i][0] = next_word(&random);
            b[i] = words[i][1] = next_word(&random);
        }
        sowt_kernel_draw_f64(SOW_DIST_NORMAL, param, a, b, CHUNK);
        for (size_t i = 0; i < CHUNK; i++)
            add_normal(&worst, words[i], (const uint64_t[2]){a[i], b[i]});
    }
    sowt_worst_print(&worst, "f64 normal");
    assert_true(worst.ulps <= 5);
    assert_true(worst.absolute <= 6e-15);
}

/* A plan of f64, and the interval in units of std, long double. */
typedef struct cut {
    sow_plan plan;
    long double low, high;
} cut;

/* Of the word, and of the probability as the kernel rounds it. */
typedef struct exact {
    long double of_rounded, of_word;
} exact;
typedef exact exact_draws(const cut *of, uint64_t word, long double drawn);

static exact exact_central(const cut *of, uint64_t word, long double drawn)
{
    const double k = (double)(word >> 11) - 0x1p52;
    const double x = fma(k, as_double(of->plan.param[0]), as_double(of->plan.param[1]));
    const long double low = sowt_centre(of->low), high = sowt_centre(of->high);
    const long double ideal = (low + high) / 2 + (k + 0.5L) * 0x1p-53L * (high - low);
    return (exact){sowt_centre_quantile(x, drawn), sowt_centre_quantile(ideal, drawn)};
}

static exact exact_wide(const cut *of, uint64_t word, long double drawn)
{
    const uint64_t m = word >> 11;
    const int lower = m < of->plan.param[3];
    const double k = (double)(lower ? m : ~word >> 11);
    const long double sign = lower ? -1 : 1;
    const double first = as_double(of->plan.param[lower ? 1 : 2]);
    const double t = fma(k, as_double(of->plan.param[0]), first);
    const long double below = sowt_tail(-of->low), above = sowt_tail(of->high);
    const long double mass = of->low > 0 ? sowt_tail(of->low) - above : 1 - below - above;
    const long double ideal = (lower ? below : above) + (k + 0.5L) * 0x1p-53L * mass;
    return (exact){sign * sowt_tail_quantile(t, sign * drawn),
                   sign * sowt_tail_quantile(ideal, sign * drawn)};
}

/* The edge is at 0, the mean below it, std 1; u is exact. The fit of a far edge, in double, leaves an error of
 * 2^-53 of z, and so a larger one of a small distance. */
static exact exact_edge(const cut *of, uint64_t word, long double drawn)
{
    const long double u = ((long double)(word >> 11) + 0.5L) * 0x1p-53L;
    const long double beyond = sowt_tail(of->high) / sowt_tail(of->low);
    const long double distance = sowt_distance(of->low, u - beyond * u, 1 - u + beyond * u, drawn);
    return (exact){distance, distance};
}

static void check(sow_distribution expected, double mean, double a, double b, exact_draws *exact_of,
                  double most_ulps, double most_absolute)
{
    static uint64_t drawn[CHUNK], words[CHUNK];
    cut of = {.low = (long double)a - mean, .high = (long double)b - mean};
    const sow_tensor tensor = {.dtype = SOW_F64, .rank = 1, .shape = {4}};
    const sow_initializer initializer = sow_trunc_normal(mean, 1, a, b);
    assert_int_equal(SOW_OK, sow_plan_make(&of.plan, &tensor, &initializer, (sow_key){0, 0}, NULL));
    assert_int_equal(expected, of.plan.distribution);
    sowt_worst rounded = {0}, whole = {0};
    uint64_t random = 2;
    for (uint64_t chunk = 0; chunk < cut_chunks; chunk++) {
        for (size_t i = 0; i < CHUNK; i++)
            words[i] = next_word(&random);
        memcpy(drawn, words, sizeof drawn);
        sowt_kernel_draw_f64(expected, of.plan.param, drawn, drawn + CHUNK / 2, CHUNK / 2);
        for (size_t i = 0; i < CHUNK; i++) {
            const double actual = as_double(drawn[i]);
            const exact draws = exact_of(&of, words[i], actual);
            sowt_worst_add_f64(&rounded, draws.of_rounded, actual, words[i], 0);
            sowt_worst_add_f64(&whole, draws.of_word, actual, words[i], 0);
        }
    }
    char what[128];
    snprintf(what, sizeof what, "f64 cut to [%g, %g], of the rounded probability", a - mean,
             b - mean);
    sowt_worst_print(&rounded, what);
    snprintf(what, sizeof what, "f64 cut to [%g, %g], of the word", a - mean, b - mean);
    sowt_worst_print(&whole, what);
    assert_true(rounded.ulps <= most_ulps);
    assert_true(whole.absolute <= most_absolute);
}

static void test_f64_central_accuracy(void **state)
{
    (void)state;
    check(SOW_DIST_TRUNC_CENTRAL, 0, -2, 2, exact_central, 8, 4e-15);
    check(SOW_DIST_TRUNC_CENTRAL, 0, -2.5, 2.5, exact_central, 8, 8e-15);
    check(SOW_DIST_TRUNC_CENTRAL, 0, -0.3, 1.7, exact_central, 8, 4e-15);
}

static void test_f64_wide_accuracy(void **state)
{
    (void)state;
    const double infinity = (double)INFINITY;
    check(SOW_DIST_TRUNC_WIDE, 0, -3, 3, exact_wide, 8, 8e-15);
    check(SOW_DIST_TRUNC_WIDE, 0, -1, infinity, exact_wide, 8, 8e-15);
    check(SOW_DIST_TRUNC_WIDE, 0, 2, 5, exact_wide, 8, 8e-15);
    check(SOW_DIST_TRUNC_WIDE, 0, -8, 8, exact_wide, 8, 8e-15);
    check(SOW_DIST_TRUNC_WIDE, 0, 5.4, infinity, exact_wide, 8, 8e-15);
}

static void test_f64_edge_accuracy(void **state)
{
    (void)state;
    const double infinity = (double)INFINITY;
    check(SOW_DIST_TRUNC_EDGE, 0.1, 0, 0.3, exact_edge, 40, 1e-15);
    check(SOW_DIST_TRUNC_EDGE, -3, 0, 0.16, exact_edge, 40, 1e-15);
    check(SOW_DIST_TRUNC_EDGE, -5.5, 0, infinity, exact_edge, 4096, 4e-15);
    check(SOW_DIST_TRUNC_EDGE, -5.5, 0, 0.1, exact_edge, 4096, 1e-15);
    check(SOW_DIST_TRUNC_EDGE, -6, 0, 0.5, exact_edge, 4096, 1e-15);
    check(SOW_DIST_TRUNC_EDGE, -10, 0, infinity, exact_edge, 4096, 4e-15);
    check(SOW_DIST_TRUNC_EDGE, -40, 0, 1, exact_edge, 4096, 4e-15);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "all") == 0) {
        normal_chunks *= 100;
        cut_chunks *= 100;
    }
    if (LDBL_MANT_DIG < 64) {
        printf("skipped: long double is no wider than double\n0 passed, 0 failed, 4 skipped\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_f64_normal_accuracy),
        cmocka_unit_test(test_f64_central_accuracy),
        cmocka_unit_test(test_f64_wide_accuracy),
        cmocka_unit_test(test_f64_edge_accuracy),
    };
    return SOWT_RUN(tests, NULL);
}
