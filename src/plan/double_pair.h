/* Numbers of twice a double's precision: the unevaluated sum of two (Dekker 1971), with a relative error below 2^-100. */
#ifndef SOWI_DOUBLE_PAIR_H
#define SOWI_DOUBLE_PAIR_H

#include <math.h>

typedef struct sowi_pair {
    double high, low;
} sowi_pair;

/* a + b, exactly (Knuth, TAOCP 2, 4.2.2, theorem B). */
static inline sowi_pair sowi_pair_sum(double a, double b)
{
    const double sum = a + b, part = sum - a;
    return (sowi_pair){sum, (a - (sum - part)) + (b - part)};
}

/* a + b for |a| >= |b|. */
static inline sowi_pair sowi_pair_settle(double a, double b)
{
    const double sum = a + b;
    return (sowi_pair){sum, b - (sum - a)};
}

static inline sowi_pair sowi_pair_add(sowi_pair a, sowi_pair b)
{
    const sowi_pair high = sowi_pair_sum(a.high, b.high), low = sowi_pair_sum(a.low, b.low);
    const sowi_pair sum = sowi_pair_settle(high.high, high.low + low.high);
    return sowi_pair_settle(sum.high, sum.low + low.low);
}

static inline sowi_pair sowi_pair_negate(sowi_pair a)
{
    return (sowi_pair){-a.high, -a.low};
}

static inline sowi_pair sowi_pair_multiply(sowi_pair a, sowi_pair b)
{
    const double product = a.high * b.high;
    const double lost = fma(a.high, b.high, -product);
    return sowi_pair_settle(product, lost + (a.high * b.low + a.low * b.high));
}

/* a / b for b not 0. */
static inline sowi_pair sowi_pair_divide(sowi_pair a, double b)
{
    const double quotient = a.high / b;
    const double rest = fma(-quotient, b, a.high) + a.low;
    return sowi_pair_settle(quotient, rest / b);
}

/* Times a power of two. */
static inline sowi_pair sowi_pair_scale(sowi_pair a, int exponent)
{
    return (sowi_pair){ldexp(a.high, exponent), ldexp(a.low, exponent)};
}

#endif
