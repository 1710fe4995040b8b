#include "exact_law.h"

#include <math.h>

/* Gauss-Legendre with 5 points on [-1, 1]; Abramowitz and Stegun, table 25.4. */
static const long double points[5] = {-0.90617984593866399280L, -0.53846931010568309104L, 0,
                                      0.53846931010568309104L, 0.90617984593866399280L};
static const long double weights[5] = {0.23692688505618908751L, 0.47862867049936646804L,
                                       0.56888888888888888889L, 0.47862867049936646804L,
                                       0.23692688505618908751L};

/* The peak's distance from the location, in units of scale. */
static long double peak_distance(const sowt_exact_law *law)
{
    return (law->peak - law->location) / law->scale;
}

/* density(x) / density(peak). */
static long double density(const sowt_exact_law *law, long double x)
{
    if (law->uniform)
        return 1;
    const long double y = (x - law->peak) / law->scale;
    return expl(-y * (peak_distance(law) + y / 2));
}

/* How many panels an interval takes: an eighth of the distance in which the density falls by e. */
static unsigned panels_of(const sowt_exact_law *law, long double width)
{
    if (law->uniform)
        return 1;
    const long double steps = width / law->scale * 8 * (1 + fabsl(peak_distance(law)));
    return steps < 1 ? 1 : (unsigned)ceill(steps);
}

/* Adds the integral of density(x) / density(peak) * ((x - centre) / unit)^k, for k < powers. */
static void add_integrals(const sowt_exact_law *law, long double lower, long double upper,
                          long double centre, long double unit, unsigned powers, long double *sum)
{
    const long double from = fmaxl(lower, law->low), to = fminl(upper, law->high);
    if (!(from < to))
        return;
    const unsigned panels = panels_of(law, to - from);
    const long double half = (to - from) / panels / 2;
    for (unsigned p = 0; p < panels; p++) {
        const long double middle = from + (2 * p + 1) * half;
        for (unsigned i = 0; i < 5; i++) {
            const long double x = middle + points[i] * half;
            const long double z = (x - centre) / unit;
            long double term = weights[i] * half / law->scale * density(law, x);
            for (unsigned k = 0; k < powers; k++, term *= z)
                sum[k] += term;
        }
    }
}

sowt_exact_law sowt_exact_uniform(double low, double high)
{
    const long double width = (long double)high - (long double)low;
    return (sowt_exact_law){
        .uniform = true, .low = low, .high = high, .scale = width, .peak = low, .total = 1};
}

sowt_exact_law sowt_exact_normal(double mean, double std, double a, double b)
{
    sowt_exact_law law = {.location = mean, .scale = std};
    law.peak = fminl(fmaxl(law.location, a), b);
    const long double p = fabsl(peak_distance(&law));
    const long double reach = law.scale * 140 / (p + sqrtl(p * p + 140)); /* e^-70 of the peak */
    law.low = fmaxl(a, law.peak - reach);
    law.high = fminl(b, law.peak + reach);
    add_integrals(&law, law.low, law.high, 0, 1, 1, &law.total);
    return law;
}

long double sowt_exact_mass(const sowt_exact_law *law, long double lower, long double upper)
{
    long double mass = 0;
    add_integrals(law, lower, upper, 0, 1, 1, &mass);
    return mass / law->total;
}

void sowt_exact_add_powers(const sowt_exact_law *law, long double lower, long double upper,
                           long double centre, long double unit, long double sum[SOWT_POWERS])
{
    long double integrals[SOWT_POWERS] = {0};
    add_integrals(law, lower, upper, centre, unit, SOWT_POWERS, integrals);
    for (unsigned k = 0; k < SOWT_POWERS; k++)
        sum[k] += integrals[k] / law->total;
}
