/* The laws that the draws are held against, against numbers that mpmath 1.3.0 computed with 400 bits. */
#include "exact_law.h"

#include <math.h>

#include "run_tests.h"

static const struct {
    double normal[4]; /* mean, std, a, b */
    double lower, upper;
    long double mass;
} rows[] = {
    {{0, 1, -2, 2}, -2, -1.5, 0.0461572357269830085176L},
    {{0, 1, -2, 2}, 0.25, 0.5, 0.097177748806645791912L},
    {{0, 1, 3, 4}, 3, 3.25, 0.586297437756033430628L},
    {{0, 1, 3, 4}, 3.875, 4, 0.0164168321304632700218L},
    {{0, 1, 10, INFINITY}, 10, 10.125, 0.719168641844587338056L},
    {{0, 1, 10, INFINITY}, 11, INFINITY, 0.0000250747562773255951891L},
    {{0, 1, 40, 41}, 40, 40.03125, 0.713858333630717326976L},
    {{0, 1, 40, 41}, 40.5, 41, 1.79653283617266756991e-9L},
    {{0, 1, -INFINITY, -8}, -8.25, -8, 0.872692870818112393076L},
    {{0, 0.02, -2, 2}, 0.0625, 2, 0.000889025299108432255938L},
    {{0, 1, 0, INFINITY}, 0, 0.125, 0.0994764496602257859586L},
    {{0, 1, 0, INFINITY}, 5.5, INFINITY, 3.79791249317754387677e-8L},
    {{0, 1, -1, INFINITY}, -1, -0.5, 0.178146099437719892784L},
    {{0, 1, -3, 3}, 2.75, 3, 0.00163427741916700432776L},
    {{0, 1, 4.1, INFINITY}, 4.1, 4.2, 0.353951613212313290476L},
    {{0, 1, 4.2, 4.3}, 4.25, 4.3, 0.44708494645362568949L},
    {{0, 1, 1, 1.1}, 1, 1.05, 0.513119254043399051477L},
    {{-1000, 1, 1000, INFINITY}, 1000, 1000.0005, 0.632120696774565574555L},
    {{-1000, 1, 1000, INFINITY}, 1000.002, INFINITY, 0.0183155839436506764637L},
    {{0.5, 0.25, -INFINITY, INFINITY}, 1.75, INFINITY, 2.86651571879193911674e-7L},
    {{0.5, 0.25, -INFINITY, INFINITY}, 0.25, 0.5, 0.341344746068542948585L},
};

static void test_exact_mass_equals_mpmath(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const double *n = rows[i].normal;
        const sowt_exact_law law = sowt_exact_normal(n[0], n[1], n[2], n[3]);
        const long double mass = sowt_exact_mass(&law, rows[i].lower, rows[i].upper);
        if (!(fabsl(mass / rows[i].mass - 1) < 1e-10L))
            fail_msg("row %zu: %.20Lg, expected %.20Lg", i, mass, rows[i].mass);
    }
}

static void test_exact_powers_are_the_moments(void **state)
{
    (void)state;
    const long double normal[SOWT_POWERS] = {1, 0, 1, 0, 3, 0, 15, 0, 105, 0, 945, 0, 10395};
    const sowt_exact_law bell = sowt_exact_normal(0.5, 0.25, -INFINITY, INFINITY);
    long double sum[SOWT_POWERS] = {0};
    sowt_exact_add_powers(&bell, bell.low, bell.high, 0.5L, 0.25L, sum);
    for (int k = 0; k < SOWT_POWERS; k++)
        assert_true(fabsl(sum[k] - normal[k]) < 1e-9L * (1 + normal[k]));
    const sowt_exact_law box = sowt_exact_uniform(-1, 3);
    long double square[SOWT_POWERS] = {0};
    sowt_exact_add_powers(&box, -1, 3, 1, 2, square);
    for (int k = 0; k < 10; k++) /* 5 points are exact up to the ninth power */
        assert_true(fabsl(square[k] - (k % 2 == 0 ? 1.0L / (k + 1) : 0)) < 1e-15L);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact_mass_equals_mpmath),
        cmocka_unit_test(test_exact_powers_are_the_moments),
    };
    return SOWT_RUN(tests, NULL);
}
