#include "goodness.h"

#include <math.h>
#include <stdbool.h>

#include "statistics.h"

double sowt_histogram_ks_p(const sowt_histogram *of)
{
    double distance = 0, difference = 0;
    for (uint32_t c = 0; c < of->cells; c++) {
        difference += (double)of->seen[c] / of->count - of->probability[c];
        distance = fmax(distance, fabs(difference));
    }
    return sowt_ks_p(distance, of->count);
}

/* The tail of sum Z_j^2 / (j (j + 1)) by its largest term, which the others raise by the product of
 * (1 - 2 / (j (j + 1)))^(-1/2) = sqrt 3 (Zolotarev 1961): exact for large values, and 0.044 for the 0.05
 * of the tables. */
static double ad_p(double statistic)
{
    return fmin(1, sqrt(3.0) * erfc(sqrt(statistic)));
}

double sowt_histogram_ad_p(const sowt_histogram *of)
{
    /* Gauss-Legendre with 3 points: exact where the weight is 1 / F or 1 / (1 - F) at the ends. */
    const double points[3] = {0.11270166537925831, 0.5, 0.88729833462074169};
    const double weights[3] = {5.0 / 18, 8.0 / 18, 5.0 / 18};
    double below = 0, above = 1, difference = 0, sum = 0;
    for (uint32_t c = 0; c < of->cells; c++) {
        const double p = of->probability[c];
        const double step = (double)of->seen[c] / of->count - p;
        for (int i = 0; i < 3 && p > 0; i++) {
            const double at = difference + points[i] * step;
            const double under = below + points[i] * p, over = above - points[i] * p;
            sum += weights[i] * p * at * at /
                   (under * fmax(over, points[0] * p)); /* above may have lost a last place */
        }
        difference += step;
        below += p;
        above -= p;
    }
    return ad_p(of->count * sum);
}

/* Both tails of chi-square with a few degrees of freedom: Q(d + 2) = Q(d) + (x / 2)^(d / 2) e^(-x / 2) /
 * Gamma(d / 2 + 1), Abramowitz and Stegun 26.4.8. */
static double few_degrees_p(double statistic, unsigned degrees)
{
    const double x = statistic / 2;
    double above = degrees % 2 == 1 ? erfc(sqrt(x)) : exp(-x);
    for (unsigned d = degrees % 2 == 1 ? 1 : 2; d < degrees && x > 0; d += 2)
        above += exp(d / 2.0 * log(x) - x - lgamma(d / 2.0 + 1));
    return fmin(1, 2 * fmin(above, 1 - above));
}

double sowt_histogram_chi_square_p(const sowt_histogram *of, double least)
{
    const double enough = fmax(64, of->count * least);
    double expected = 0, seen = 0, left = of->count, sum = 0;
    unsigned merged = 0;
    for (uint32_t c = 0; c < of->cells; c++) {
        expected += of->count * of->probability[c];
        seen += (double)of->seen[c];
        left -= of->count * of->probability[c];
        const bool last = c + 1 == of->cells;
        if (last ? expected > 0 : expected >= enough && left >= enough) {
            sum += (seen - expected) * (seen - expected) / expected;
            merged++;
            expected = seen = 0;
        }
    }
    if (merged < 2)
        return 1;
    const unsigned degrees = merged - 1;
    return degrees < 30 ? few_degrees_p(sum, degrees) : sowt_chi_square_p(sum, degrees);
}
