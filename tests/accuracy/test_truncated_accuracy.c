/* The truncated normals in f32 against the inverse of the distribution function in long double: of the
 * probability as the kernel rounds it, which shows the polynomials, and of the word's own, which shows the
 * whole.
 *
 *     test_truncated_accuracy all: one word in a thousand, not in a hundred thousand; minutes */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kernel_draws.h"
#include "quantiles.h"
#include "run_tests.h"
#include "worst.h"

#define CHUNK 4096

static uint64_t stride = 100003;

/* A plan of f32, and the interval in units of std, long double. */
typedef struct cut {
    sow_plan plan;
    long double low, high;
    const char *what;
} cut;

static cut cut_make(sow_distribution expected, double mean, double std, double a, double b,
                    const char *what)
{
    cut of = {
        .low = ((long double)a - mean) / std, .high = ((long double)b - mean) / std, .what = what};
    const sow_tensor tensor = {.dtype = SOW_F32, .rank = 1, .shape = {4}};
    const sow_initializer initializer = sow_trunc_normal(mean, std, a, b);
    assert_int_equal(SOW_OK, sow_plan_make(&of.plan, &tensor, &initializer, (sow_key){0, 0}, NULL));
    assert_int_equal(expected, of.plan.distribution);
    return of;
}

static float as_float(uint64_t bits)
{
    const uint32_t low = (uint32_t)bits;
    float value;
    memcpy(&value, &low, sizeof value);
    return value;
}

/* The exact draws of a word that the kernel turned into `drawn`. */
typedef struct exact {
    long double of_rounded, of_word;
} exact;
typedef exact exact_draws(const cut *of, uint32_t word, long double drawn);

static exact exact_central(const cut *of, uint32_t word, long double drawn)
{
    const float x =
        fmaf((float)(int32_t)word, as_float(of->plan.param[0]), as_float(of->plan.param[1]));
    const long double low = sowt_centre(of->low), high = sowt_centre(of->high);
    const long double share = ((long double)(int32_t)word + 0.5L) * 0x1p-32L;
    const long double ideal = (low + high) / 2 + share * (high - low);
    return (exact){sowt_centre_quantile(x, drawn), sowt_centre_quantile(ideal, drawn)};
}

static exact exact_wide(const cut *of, uint32_t word, long double drawn)
{
    const uint32_t pair = word >> 1, mirrored = ~word >> 1;
    const int lower = pair < (uint32_t)of->plan.param[3];
    const long double sign = lower ? -1 : 1;
    const float first = as_float(of->plan.param[lower ? 1 : 2]);
    const float t = fmaf((float)(lower ? pair : mirrored), as_float(of->plan.param[0]), first);
    const long double below = sowt_tail(-of->low), above = sowt_tail(of->high);
    const long double step = (1 - below - above) * 0x1p-31L;
    const long double ideal =
        lower ? below + (pair + 0.5L) * step : above + (mirrored + 0.5L) * step;
    return (exact){sign * sowt_tail_quantile(t, sign * drawn),
                   sign * sowt_tail_quantile(ideal, sign * drawn)};
}

static long double distance(long double start, long double u, long double beyond, long double near)
{
    return sowt_distance(start, u - beyond * u, 1 - u + beyond * u, near);
}

/* The edge is at 0 and the mean below it: the draw is the distance. */
static exact exact_edge(const cut *of, uint32_t word, long double drawn)
{
    const int upper = word >> 31 != 0;
    const float h = fmaf((float)(upper ? ~word : word), 0x1p-32f, 0x1p-33f);
    const long double rounded = upper ? 1 - (long double)h : h, ideal = (word + 0.5L) * 0x1p-32L;
    const long double beyond = sowt_tail(of->high) / sowt_tail(of->low), unit = of->plan.scale;
    return (exact){unit * distance(of->low, rounded, beyond, drawn / unit),
                   unit * distance(of->low, ideal, beyond, drawn / unit)};
}

static uint64_t next(uint64_t word)
{
    const uint64_t words = (uint64_t)1 << 32;
    return word < 2048 || word >= words - 2048 ? word + 1
           : word + stride < words - 2048      ? word + stride
                                               : words - 2048;
}

/* Draws strided words, and all at the ends. */
static void sweep(const cut *of, exact_draws *exact_of, sowt_worst *rounded, sowt_worst *whole)
{
    static uint32_t drawn[CHUNK], words[CHUNK];
    uint32_t *const columns[4] = {drawn, drawn + CHUNK / 4, drawn + CHUNK / 2,
                                  drawn + CHUNK / 4 * 3};
    for (uint64_t word = 0; word >> 32 == 0;) {
        size_t count = 0;
        for (; count < CHUNK && word >> 32 == 0; word = next(word))
            words[count++] = (uint32_t)word;
        for (size_t i = count; i < CHUNK; i++)
            words[i] = words[count - 1];
        memcpy(drawn, words, sizeof drawn);
        sowt_kernel_draw(of->plan.distribution, of->plan.param, columns, CHUNK / 4);
        for (size_t i = 0; i < count; i++) {
            const double actual = (double)as_float(drawn[i]);
            const exact draws = exact_of(of, words[i], actual);
            sowt_worst_add(rounded, (double)draws.of_rounded, actual, words[i], 0);
            sowt_worst_add(whole, (double)draws.of_word, actual, words[i], 0);
        }
    }
}

static void check(const cut *of, exact_draws *exact_of, double most_ulps, double most_absolute)
{
    sowt_worst rounded = {0}, whole = {0};
    sweep(of, exact_of, &rounded, &whole);
    char what[128];
    snprintf(what, sizeof what, "%s, of the rounded probability", of->what);
    sowt_worst_print(&rounded, what);
    snprintf(what, sizeof what, "%s, of the word", of->what);
    sowt_worst_print(&whole, what);
    assert_true(rounded.ulps <= most_ulps);
    assert_true(whole.absolute <= most_absolute);
}

static void test_central_accuracy(void **state)
{
    (void)state;
    const cut two = cut_make(SOW_DIST_TRUNC_CENTRAL, 0, 1, -2, 2, "central [-2, 2]");
    const cut most = cut_make(SOW_DIST_TRUNC_CENTRAL, 0, 1, -2.5, 2.5, "central [-2.5, 2.5]");
    const cut skew = cut_make(SOW_DIST_TRUNC_CENTRAL, 0, 1, -0.3, 1.7, "central [-0.3, 1.7]");
    check(&two, exact_central, 8, 1e-6);
    check(&most, exact_central, 8, 3e-6);
    check(&skew, exact_central, 8, 1e-6);
}

static void test_wide_accuracy(void **state)
{
    (void)state;
    const double infinity = (double)INFINITY;
    const cut even = cut_make(SOW_DIST_TRUNC_WIDE, 0, 1, -3, 3, "wide [-3, 3]");
    const cut skew = cut_make(SOW_DIST_TRUNC_WIDE, 0, 1, -1, infinity, "wide [-1, inf)");
    const cut tail = cut_make(SOW_DIST_TRUNC_WIDE, 0, 1, 2, 5, "wide [2, 5]");
    const cut most = cut_make(SOW_DIST_TRUNC_WIDE, 0, 1, -6.6, 6.6, "wide [-6.6, 6.6]");
    check(&even, exact_wide, 10, 2e-6);
    check(&skew, exact_wide, 10, 2e-6);
    check(&tail, exact_wide, 10, 2e-6);
    check(&most, exact_wide, 10, 2e-6);
}

static void test_edge_accuracy(void **state)
{
    (void)state;
    const double infinity = (double)INFINITY;
    const cut narrow = cut_make(SOW_DIST_TRUNC_EDGE, 0.1, 1, 0, 0.3, "edge, [-0.1, 0.2]");
    const cut slope = cut_make(SOW_DIST_TRUNC_EDGE, -3, 1, 0, 0.16, "edge, [3, 3.16]");
    const cut far = cut_make(SOW_DIST_TRUNC_EDGE, -4.2, 1, 0, infinity, "edge, [4.2, inf)");
    const cut closed = cut_make(SOW_DIST_TRUNC_EDGE, -5, 1, 0, 1, "edge, [5, 6]");
    const cut ten = cut_make(SOW_DIST_TRUNC_EDGE, -10, 1, 0, infinity, "edge, [10, inf)");
    const cut forty = cut_make(SOW_DIST_TRUNC_EDGE, -40, 1, 0, 1, "edge, [40, 41]");
    check(&narrow, exact_edge, 10, 1e-6);
    check(&slope, exact_edge, 10, 1e-6);
    check(&far, exact_edge, 10, 1e-6);
    check(&closed, exact_edge, 10, 1e-6);
    check(&ten, exact_edge, 10, 1e-6);
    check(&forty, exact_edge, 10, 1e-6);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "all") == 0)
        stride = 1009;
    if (LDBL_MANT_DIG < 64) {
        printf("skipped: long double is no wider than double\n0 passed, 0 failed, 3 skipped\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_central_accuracy),
        cmocka_unit_test(test_wide_accuracy),
        cmocka_unit_test(test_edge_accuracy),
    };
    return SOWT_RUN(tests, NULL);
}
