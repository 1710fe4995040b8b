#include "special.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

#include "number_bits.h"

_Static_assert(FLT_EVAL_METHOD == 0,
               "float and double are computed as such, without excess precision");

/* ln 2 in two parts; the first has 32 significant bits, so that k * LN2_HIGH is exact. */
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW  0x1.a39ef35793c76p-33

double sowi_exp(double x)
{
    if (x > 709.8)
        return (double)INFINITY;
    if (x < -745.2)
        return 0;
    /* x = k ln 2 + r with |r| <= ln(2) / 2; then Taylor, whose next term is below 2^-57. */
    const double k = (x * 0x1.71547652b82fep+0 + 0x1.8p52) - 0x1.8p52;
    const double r = fma(-k, LN2_LOW, fma(-k, LN2_HIGH, x));
    double sum = 1;
    for (int n = 14; n > 0; n--)
        sum = fma(sum, r / n, 1);
    const int half = (int)k / 2; /* in two steps: the first may leave the range of normals */
    return sum * sowi_power_of_two(half) * sowi_power_of_two((int)k - half);
}

/* ln((1 + f) / (1 - f)) = 2 artanh f, for |f| <= 0.172. */
static double two_artanh(double f)
{
    const double f2 = f * f;
    double sum = 1.0 / 25;
    for (int n = 23; n > 1; n -= 2)
        sum = fma(sum, f2, 1.0 / n);
    return 2 * fma(f * f2, sum, f);
}

double sowi_log(double x)
{
    int k = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        k = -54;
    }
    /* x = 2^k m with m in [sqrt(1/2), sqrt 2) */
    const uint64_t bits = sowi_bits_of_double(x);
    const uint64_t exponent = (bits - 0x3fe6a09e667f3bcdu) & 0xfff0000000000000u;
    const double m = sowi_double_of_bits(bits - exponent);
    k += (int)((int64_t)exponent >> 52);
    const double s = two_artanh((m - 1) / (m + 1));
    return fma(k, LN2_HIGH, fma(k, LN2_LOW, s));
}

double sowi_log1p(double x)
{
    if (x > -0.25 && x < 0.25)
        return two_artanh(x / (2 + x));
    return sowi_log(1 + x);
}

double sowi_normal_density(double z)
{
    /* exp(-z^2 / 2) with the rounding error of the square put back */
    const double square = z * z;
    const double error = fma(z, z, -square);
    return 0x1.9884533d43651p-2 * sowi_exp(-square / 2) * (1 - error / 2); /* 1 / sqrt(2 pi) */
}

/* density * (z + z^3 / 3 + z^5 / (3 * 5) + ...), Abramowitz and Stegun 26.2.11: all terms of one sign. */
double sowi_normal_centre(double z)
{
    if (z > 2.5)
        return 0.5 - sowi_normal_tail(z);
    if (z < -2.5)
        return sowi_normal_tail(-z) - 0.5;
    double term = z, sum = z;
    for (int n = 3; n < 121; n += 2) {
        term *= z * z / n;
        sum += term;
    }
    return sum * sowi_normal_density(z);
}

double sowi_mills_fraction(double z, int levels)
{
    double level = z;
    for (int n = levels; n > 0; n--)
        level = z + n / level;
    return 1 / level;
}

/* 300 levels are enough from z = 1 on. */
double sowi_mills_ratio(double z)
{
    if (z < 1)
        return (0.5 - sowi_normal_centre(z)) / sowi_normal_density(z);
    return sowi_mills_fraction(z, 300);
}

double sowi_normal_tail(double z)
{
    if (z < 1)
        return 0.5 - sowi_normal_centre(z);
    if (z > 39)
        return 0; /* below the smallest double */
    return sowi_mills_ratio(z) * sowi_normal_density(z);
}
