#include "statistics.h"

#include <math.h>

double sowt_normal_cdf(double z)
{
    return erfc(-z / sqrt(2.0)) / 2;
}

double sowt_normal_p(double z)
{
    return erfc(fabs(z) / sqrt(2.0));
}

double sowt_ks_p(double distance, double count)
{
    /* Kolmogorov's series with Stephens' correction for finite counts; 1 for the smallest distances,
     * where the series converges slowly. */
    const double root = sqrt(count);
    const double t = distance * (root + 0.12 + 0.11 / root);
    if (t < 0.2)
        return 1;
    double sum = 0;
    for (int k = 1; k <= 100; k++)
        sum += (k % 2 == 1 ? 2 : -2) * exp(-2.0 * k * k * t * t);
    return fmin(1, fmax(0, sum));
}

double sowt_chi_square_p(double statistic, double degrees)
{
    const double spread = 2 / (9 * degrees);
    return sowt_normal_p((cbrt(statistic / degrees) - (1 - spread)) / sqrt(spread));
}

static double poisson_mass(double k, double expected)
{
    return exp(k * log(expected) - expected - lgamma(k + 1));
}

double sowt_poisson_p(uint64_t seen, double expected)
{
    /* The tail that seen lies in, summed away from the mean until its terms no longer count. */
    const double k = (double)seen;
    double tail = 0;
    if (k < expected) {
        for (double i = k; i >= 0 && k - i < 20 * sqrt(expected) + 20; i--)
            tail += poisson_mass(i, expected);
    } else {
        for (double i = k; i - k < 20 * sqrt(expected) + 20; i++)
            tail += poisson_mass(i, expected);
    }
    return fmin(1, 2 * tail);
}
