#include "fit.h"

/* cos(pi * x) for x in [0, 1], by Taylor; the next term is below 2^-60. */
static double cos_pi(double x)
{
    if (x > 0.5)
        return -cos_pi(1 - x);
    const double square = 0x1.3bd3cc9be45dep+3 * x * x; /* pi^2 */
    double sum = 1;
    for (int n = 24; n > 0; n -= 2)
        sum = 1 - sum * square / (n * (n - 1));
    return sum;
}

/* Adds scale * T_k to the polynomial, for k = 0, 1, ..., degree in turn: T_(k+1) = 2 x T_k - T_(k-1). */
static void add_chebyshev(double *sum, const double *scales, unsigned degree)
{
    double before[SOWI_FIT_DEGREE_MAX + 2] = {0}, current[SOWI_FIT_DEGREE_MAX + 2] = {1};
    for (unsigned k = 0; k <= degree; k++) {
        for (unsigned i = 0; i <= k; i++)
            sum[i] += scales[k] * current[i];
        double next[SOWI_FIT_DEGREE_MAX + 2] = {0};
        for (unsigned i = 0; i <= k; i++) {
            next[i + 1] += (k == 0 ? 1 : 2) * current[i];
            next[i] -= before[i];
        }
        for (unsigned i = 0; i <= k + 1; i++) {
            before[i] = current[i];
            current[i] = next[i];
        }
    }
}

void sowi_fit(double *coefficients, unsigned degree, double range,
              double (*f)(double g, const void *with), const void *with)
{
    const unsigned count = degree + 1;
    double values[SOWI_FIT_DEGREE_MAX + 1], scales[SOWI_FIT_DEGREE_MAX + 1];
    for (unsigned j = 0; j < count; j++) {
        const double x = cos_pi((j + 0.5) / count);
        values[j] = f((x + 1) * range / 2, with);
    }
    for (unsigned k = 0; k < count; k++) {
        double sum = 0;
        for (unsigned j = 0; j < count; j++) {
            /* T_k at point j is cos(pi * k (2j + 1) / (2 count)); the angle, reduced to [0, 1] */
            const unsigned turn = k * (2 * j + 1) % (4 * count);
            const unsigned half = turn <= 2 * count ? turn : 4 * count - turn;
            sum += values[j] * cos_pi((double)half / (2 * count));
        }
        scales[k] = (k == 0 ? 1 : 2) * sum / count;
        coefficients[k] = 0;
    }
    add_chebyshev(coefficients, scales, degree);
}
