/* The functions of plan arithmetic against the C library's long double ones. */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "quantiles.h"
#include "random_numbers.h"
#include "run_tests.h"
#include "special.h"
#include "worst.h"

#define COUNT 100000

/* At random points of [low, high]. */
static void sweep(sowt_worst *worst, double (*function)(double), long double (*exact)(long double),
                  double low, double high)
{
    uint64_t state = 3;
    for (int i = 0; i < COUNT; i++) {
        const double share = (double)(sowt_random(&state) >> 11) * 0x1p-53;
        const double x = low + (high - low) * share;
        sowt_worst_add_f64(worst, exact(x), function(x), (uint64_t)i, 0);
    }
}

static void check(const char *what, double (*function)(double), long double (*exact)(long double),
                  double low, double high, double most_ulps)
{
    sowt_worst worst = {0};
    sweep(&worst, function, exact, low, high);
    char text[96];
    snprintf(text, sizeof text, "%s on [%g, %g]", what, low, high);
    sowt_worst_print(&worst, text);
    assert_true(worst.ulps <= most_ulps);
}

static long double density(long double z)
{
    return expl(-z * z / 2) * 0.39894228040143267793994605993438187L;
}

static long double half_centre(long double z)
{
    return sowt_centre(z) / 2;
}

static long double mills_ratio(long double z)
{
    return sowt_tail(z) / density(z);
}

static double log_of_power(double exponent)
{
    return sowi_log(exp2(exponent));
}
static long double exact_log_of_power(long double exponent)
{
    return logl(exp2((double)exponent));
}
static double log1p_of_power(double exponent)
{
    return sowi_log1p(exp2(exponent));
}
static long double exact_log1p_of_power(long double exponent)
{
    return log1pl(exp2((double)exponent));
}

static void test_special_exponential_and_logarithm(void **state)
{
    (void)state;
    check("exp", sowi_exp, expl, -1, 1, 2);
    check("exp", sowi_exp, expl, -660, 709, 2);
    check("log", sowi_log, logl, 0.5, 2, 2);
    check("log of 2^x", log_of_power, exact_log_of_power, -1020, 1020, 2);
    check("log1p", sowi_log1p, log1pl, -0.9, 3, 6);
    check("log1p of 2^x", log1p_of_power, exact_log1p_of_power, -100, 10, 6);
}

static void test_special_normal_functions(void **state)
{
    (void)state;
    check("density", sowi_normal_density, density, -36, 36, 6);
    check("centre", sowi_normal_centre, half_centre, -6, 6, 16);
    check("tail", sowi_normal_tail, sowt_tail, -6, 36, 48);
    check("Mills' ratio", sowi_mills_ratio, mills_ratio, 0, 40, 48);
}

int main(void)
{
    if (LDBL_MANT_DIG < 64) {
        printf("skipped: long double is no wider than double\n0 passed, 0 failed, 2 skipped\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_special_exponential_and_logarithm),
        cmocka_unit_test(test_special_normal_functions),
    };
    return SOWT_RUN(tests, NULL);
}
