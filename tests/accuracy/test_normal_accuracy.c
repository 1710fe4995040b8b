/* The f32 normal against the transform of Box and Muller in double, of u and x as the kernel rounds them.
 *
 *     test_normal_accuracy all: every word, not one in a thousand; minutes */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "kernel_draws.h"
#include "run_tests.h"
#include "worst.h"

#define CHUNK   4096
#define HALF_PI 1.57079632679489661923

/* Of the pairs in the sweeps, and of any. */
#define MOST_ULPS         8.0
#define MOST_ABSOLUTE     2e-6
#define MOST_ULPS_ANY     9.0
#define MOST_ABSOLUTE_ANY 2.7e-6

static uint32_t stride = 1009;
static uint64_t unit_normal[2] = {0x3f800000, 0}; /* std 1, mean 0 */

typedef struct draws {
    uint32_t words[4][CHUNK];
} draws;

static float as_float(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void draw(draws *of)
{
    uint32_t *const words[4] = {of->words[0], of->words[1], of->words[2], of->words[3]};
    sowt_kernel_draw(SOW_DIST_NORMAL, unit_normal, words, CHUNK);
}

/* Relatively exact near their zeros, too: 1 - |x| is exact. */
static double sine_of(float x)
{
    return sin(HALF_PI * (double)x);
}
static double cosine_of(float x)
{
    const double magnitude = fabs((double)x);
    return magnitude > 0.5 ? sin(HALF_PI * (1 - magnitude)) : cos(HALF_PI * magnitude);
}
static double radius_of(float u)
{
    return sqrt(-2 * log((double)u));
}

/* The place after k in a sweep over `words` words: all of them at stride 1, else the first and last 2^16 and a
 * few between. */
static uint64_t next(uint64_t k, uint64_t words)
{
    const uint64_t last = words - 0x10000;
    if (k < 0x10000 || k >= last)
        return k + 1;
    return k + stride < last ? k + stride : last;
}

/* The word at place k; past the end the last one, again and again. */
static uint32_t word_at(uint64_t k, uint64_t words)
{
    return (uint32_t)(k < words ? k : words - 1);
}

/* Whether block i drew what the one before it drew. */
static bool repeats(const draws *of, size_t i)
{
    if (i == 0)
        return false;
    for (size_t j = 0; j < 4; j++)
        if (of->words[j][i] != of->words[j][i - 1])
            return false;
    return true;
}

/* All radius words, with two angles at once. Words of the same u come in runs of 128 at most, and get the same
 * sign. */
static void sweep_radii(sowt_worst *worst, uint32_t first_angle, uint32_t second_angle)
{
    static draws of;
    static uint32_t radii[CHUNK];
    const float x0 = sowt_normal_x(first_angle), x1 = sowt_normal_x(second_angle);
    const double sines[2] = {sine_of(x0), sine_of(x1)}, cosines[2] = {cosine_of(x0), cosine_of(x1)};
    const uint64_t words = (uint64_t)1 << 31;
    float u = 0;
    for (uint64_t k = 0; k < words;) {
        for (size_t i = 0; i < CHUNK; i++, k = next(k, words)) {
            const uint32_t upper = word_at(k, words);
            radii[i] = upper << 1 | (upper >> 7 & 1);
            of.words[0][i] = of.words[2][i] = radii[i];
            of.words[1][i] = first_angle;
            of.words[3][i] = second_angle;
        }
        draw(&of);
        for (size_t i = 0; i < CHUNK; i++) {
            const float next_u = sowt_normal_u(radii[i]);
            if (next_u == u && repeats(&of, i)) {
                worst->count += 4;
                continue;
            }
            u = next_u;
            const double r = radius_of(u), signed_r = radii[i] & 1 ? -r : r;
            sowt_worst_add(worst, signed_r * cosines[0], as_float(of.words[0][i]), radii[i],
                           first_angle);
            sowt_worst_add(worst, r * sines[0], as_float(of.words[1][i]), radii[i], first_angle);
            sowt_worst_add(worst, signed_r * cosines[1], as_float(of.words[2][i]), radii[i],
                           second_angle);
            sowt_worst_add(worst, r * sines[1], as_float(of.words[3][i]), radii[i], second_angle);
        }
    }
}

/* All angle words, with two radii at once. */
static void sweep_angles(sowt_worst *worst, uint32_t first_radius, uint32_t second_radius)
{
    static draws of;
    static uint32_t angles[CHUNK];
    const double r0 = radius_of(sowt_normal_u(first_radius)),
                 r1 = radius_of(sowt_normal_u(second_radius));
    const double signed_r0 = first_radius & 1 ? -r0 : r0, signed_r1 = second_radius & 1 ? -r1 : r1;
    const uint64_t words = (uint64_t)1 << 32;
    float x = 0;
    for (uint64_t k = 0; k < words;) {
        for (size_t i = 0; i < CHUNK; i++, k = next(k, words)) {
            angles[i] = word_at(k, words);
            of.words[1][i] = of.words[3][i] = angles[i];
            of.words[0][i] = first_radius;
            of.words[2][i] = second_radius;
        }
        draw(&of);
        for (size_t i = 0; i < CHUNK; i++) {
            const float next_x = sowt_normal_x(angles[i]);
            if (next_x == x && repeats(&of, i)) {
                worst->count += 4;
                continue;
            }
            x = next_x;
            const double sine = sine_of(x), cosine = cosine_of(x);
            sowt_worst_add(worst, signed_r0 * cosine, as_float(of.words[0][i]), first_radius,
                           angles[i]);
            sowt_worst_add(worst, r0 * sine, as_float(of.words[1][i]), first_radius, angles[i]);
            sowt_worst_add(worst, signed_r1 * cosine, as_float(of.words[2][i]), second_radius,
                           angles[i]);
            sowt_worst_add(worst, r1 * sine, as_float(of.words[3][i]), second_radius, angles[i]);
        }
    }
}

static void assert_within(const sowt_worst *worst, const char *what)
{
    sowt_worst_print(worst, what);
    assert_true(worst->count > 0);
    assert_true(worst->ulps <= MOST_ULPS);
    assert_true(worst->absolute <= MOST_ABSOLUTE);
}

/* The words next to x = 0, 1/2 and -1, and those at which the factors of the angle are least exact. */
static void test_normal_accuracy_of_radii(void **state)
{
    (void)state;
    sowt_worst worst = {0};
    sweep_radii(&worst, 0, 0x40000000);
    sweep_radii(&worst, 0x80000000, 0x67d2ef41);
    sweep_radii(&worst, 0x7a7cb7c0, 0x56e389c0);
    assert_within(&worst, "normal, over the radii");
}

/* The largest and the smallest radius, those on both sides of u = sqrt(1/2), where the logarithm's halves
 * meet, and those that are least exact. */
static void test_normal_accuracy_of_angles(void **state)
{
    (void)state;
    sowt_worst worst = {0};
    sweep_angles(&worst, 0, 0xffffffff);
    sweep_angles(&worst, 0xb504f332, 0xb504f335);
    sweep_angles(&worst, 0xe0933580, 0x9b30b580);
    sweep_angles(&worst, 0xe04cd780, 0xd5b72980);
    assert_within(&worst, "normal, over the angles");
}

/* The largest relative error of the radius over all u. */
static void radius_error(sowt_worst *worst)
{
    static float u[CHUNK], r[CHUNK];
    const uint64_t words = (uint64_t)1 << 31;
    float last = 0;
    for (uint64_t k = 0; k < words;) {
        for (size_t i = 0; i < CHUNK; k = next(k, words)) {
            u[i] = sowt_normal_u(word_at(k, words) << 1);
            if (u[i] != last || k >= words)
                last = u[i++];
        }
        sowt_normal_radius(u, r, CHUNK);
        for (size_t i = 0; i < CHUNK; i++)
            sowt_worst_add(worst, radius_of(u[i]), r[i], i, 0);
    }
}

/* And those of the angle's factors over all x. */
static void angle_error(sowt_worst *sine, sowt_worst *cosine)
{
    static float x[CHUNK], s[CHUNK], base[CHUNK], c[CHUNK];
    const sowt_normal_angles angles = {s, base, c};
    const uint64_t words = (uint64_t)1 << 32;
    float last = 0;
    for (uint64_t k = 0; k < words;) {
        for (size_t i = 0; i < CHUNK; k = next(k, words)) {
            x[i] = sowt_normal_x(word_at(k, words));
            if (x[i] != last || k >= words)
                last = x[i++];
        }
        sowt_normal_angle(x, &angles, CHUNK);
        for (size_t i = 0; i < CHUNK; i++) {
            sowt_worst_add(sine, sine_of(x[i]), (double)x[i] * (double)s[i], i, 0);
            sowt_worst_add(cosine, cosine_of(x[i]), (double)base[i] * (double)c[i], i, 0);
        }
    }
}

/* A draw is two rounded products, radius * x * sine or radius * base * cosine. So its relative error is at
 * most the sum of its factors' and 2 * 2^-24, and an ulp is at least 2^-24 of the value; and its absolute error
 * is at most the radius' and the largest radius times the rest. That bounds all pairs of words, not only those
 * of the sweeps. */
static void test_normal_accuracy_of_all_pairs(void **state)
{
    (void)state;
    sowt_worst radius = {0}, sine = {0}, cosine = {0};
    radius_error(&radius);
    angle_error(&sine, &cosine);
    sowt_worst_print(&radius, "normal's radius");
    sowt_worst_print(&sine, "normal's sine");
    sowt_worst_print(&cosine, "normal's cosine");
    const double factor = fmax(sine.relative, cosine.relative),
                 product = (1 + 0x1p-24) * (1 + 0x1p-24);
    const double relative = (1 + radius.relative) * (1 + factor) * product - 1;
    const double absolute =
        radius.absolute + radius.largest * (fmax(sine.absolute, cosine.absolute) + product - 1);
    printf("normal, all pairs of words: at most %.3f ulp, %.3g absolute\n", relative * 0x1p24,
           absolute);
    assert_true(relative * 0x1p24 <= MOST_ULPS_ANY);
    assert_true(absolute <= MOST_ABSOLUTE_ANY);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "all") == 0)
        stride = 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal_accuracy_of_radii),
        cmocka_unit_test(test_normal_accuracy_of_angles),
        cmocka_unit_test(test_normal_accuracy_of_all_pairs),
    };
    return SOWT_RUN(tests, NULL);
}
