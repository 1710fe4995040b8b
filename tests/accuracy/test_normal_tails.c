/* How far the normals' tails go, and how probable they are: exactly, over all words. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kernel_draws.h"
#include "run_tests.h"

#define PI 3.14159265358979323846

/* P(|z| > t) of the f32 normal, with its rounded u: over the radii that reach t, the share of the angles,
 * which are many enough to count as a continuum. */
static double tail(double t, uint64_t *radii)
{
    double sum = 0;
    *radii = 0;
    for (uint32_t k = 0;; k++, ++*radii) {
        const double r = sqrt(-2 * log((double)sowt_normal_u(k << 1)));
        if (r <= t)
            return sum * 0x1p-31;
        sum += 2 / PI * acos(t / r);
    }
}

/* Box and Muller's tail is right up to where single radii count: from there it thins out. */
static void test_normal_tails_of_f32(void **state)
{
    (void)state;
    const struct {
        double t, least, most;
    } rows[] = {
        {3, -1e-7, 1e-7},  {4, -1e-6, 1e-6},    {5, -2e-5, 2e-5},   {5.5, -2e-4, 2e-4},
        {6, -2e-3, -1e-3}, {6.2, -6e-3, -5e-3}, {6.4, -2e-2, 2e-2}, {6.6, -3e-2, -2.5e-2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t radii;
        const double t = rows[i].t, law = erfc(t / sqrt(2.0)), error = tail(t, &radii) / law - 1;
        printf("P(|z| > %.1f): %.4g, in f32 %+.2e of it, from %llu radii\n", t, law, error,
               (unsigned long long)radii);
        assert_true(error >= rows[i].least && error <= rows[i].most);
    }
}

/* The radius against that of the real number which the word stands for: u near 1 is 2^-24 apart. */
static void test_normal_radii_of_f32_words(void **state)
{
    (void)state;
    const uint32_t words = UINT32_C(1) << 31;
    uint64_t count = 0, far = 0;
    double worst = 0;
    for (uint32_t k = 0; k < words; k += k < words - 0x10000 ? 997 : 1) {
        const double u = (double)sowt_normal_u(k << 1), ideal = (k + 0.5) * 0x1p-31;
        const double error = fabs(sqrt(-2 * log(u)) - sqrt(-2 * log(ideal)));
        worst = fmax(worst, error);
        count += k < words - 0x10000;
        far += k < words - 0x10000 && error > 1e-6;
    }
    printf("f32: radii off by %.3g at most, by more than 1e-6 in 2^%.1f\n", worst,
           log2((double)far / (double)count));
    assert_true(worst < 4e-4);
    assert_true((double)far < 0x1p-8 * (double)count);
}

/* The largest draw: at word 0 of the radius, and the angle next to a quarter turn. */
static void test_normal_ends_of_f32(void **state)
{
    (void)state;
    const uint64_t param[2] = {0x3f800000, 0};
    uint32_t w[4][SOWT_KERNEL_STEP] = {{0}, {0}, {0, 1}, {0}};
    uint32_t *const words[4] = {w[0], w[1], w[2], w[3]};
    w[1][0] = 0x7fffffff;
    sowt_kernel_draw(SOW_DIST_NORMAL, param, words, SOWT_KERNEL_STEP);
    float largest, other;
    memcpy(&largest, &w[1][0], sizeof largest);
    memcpy(&other, &w[0][1], sizeof other);
    printf("f32: at most %.9g, and %.9g by the cosine\n", (double)largest, (double)other);
    assert_true(largest > 6.66f && largest < 6.661f);
    assert_true(other > 6.66f && other < 6.661f);
}

static void test_normal_ends_of_f64(void **state)
{
    (void)state;
    const uint64_t param[2] = {(uint64_t)0x3ff << 52, 0};
    uint64_t a[SOWT_KERNEL_STEP] = {0}, b[SOWT_KERNEL_STEP] = {UINT64_MAX};
    sowt_kernel_draw_f64(SOW_DIST_NORMAL, param, a, b, SOWT_KERNEL_STEP);
    double largest;
    memcpy(&largest, &b[0], sizeof largest);
    printf("f64: at most %.17g\n", largest);
    assert_true(largest > 8.57 && largest < 8.58);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal_tails_of_f32),
        cmocka_unit_test(test_normal_radii_of_f32_words),
        cmocka_unit_test(test_normal_ends_of_f32),
        cmocka_unit_test(test_normal_ends_of_f64),
    };
    return SOWT_RUN(tests, NULL);
}
