#include "quantiles.h"

#include <math.h>

#define SQRT_HALF 0.70710678118654752440084436210484903928L
#define ROOT_2_PI 2.50662827463100050241576528481104525301L

static long double density(long double z)
{
    return expl(-z * z / 2) / ROOT_2_PI;
}

long double sowt_tail(long double z)
{
    return erfcl(z * SQRT_HALF) / 2;
}

long double sowt_centre(long double z)
{
    return erfl(z * SQRT_HALF);
}

/* From a guess with 20 right bits two steps would do. */
#define STEPS 6

long double sowt_tail_quantile(long double tail, long double near)
{
    long double z = near;
    for (int i = 0; i < STEPS; i++)
        z += (sowt_tail(z) - tail) / density(z);
    return z;
}

long double sowt_centre_quantile(long double centre, long double near)
{
    long double z = near;
    for (int i = 0; i < STEPS; i++)
        z -= (sowt_centre(z) - centre) / (2 * density(z));
    return z;
}

/* The integral of exp(-start * s - s^2 / 2) from 0 to y by its Taylor series in y; the terms' recurrence is
 * that of the Hermite polynomials. For |start * y| and y below 1/2. */
static long double mass(long double start, long double y)
{
    /* with f = sum a[n] s^n: f' = -(start + s) f, so (n + 1) a[n + 1] = -start a[n] - a[n - 1] */
    long double before = 0, term = 1, sum = 0, power = y;
    for (int n = 0; n < 40; n++) {
        sum += term * power / (n + 1);
        const long double next = (-start * term - before) / (n + 1);
        before = term;
        term = next;
        power *= y;
    }
    return sum;
}

/* P(Z > start) / density(start). */
static long double mills_ratio(long double start)
{
    return sowt_tail(start) / density(start);
}

long double sowt_distance(long double start, long double share, long double rest, long double near)
{
    const long double whole = mills_ratio(start);
    long double y = near;
    for (int i = 0; i < STEPS; i++) {
        if (y < 0.5L && fabsl(start * y) < 0.5L) {
            y -= (mass(start, y) - share * whole) * expl(y * (start + y / 2));
        } else {
            const long double beyond = sowt_tail(start + y);
            y += logl(beyond / (sowt_tail(start) * rest)) * beyond / density(start + y);
        }
    }
    return y;
}
