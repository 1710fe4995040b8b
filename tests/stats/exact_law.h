/* The distributions that are drawn, before they are rounded: masses and moments in long double, by
 * quadrature of the density alone, so that they share nothing with the library's arithmetic. */
#ifndef SOWT_EXACT_LAW_H
#define SOWT_EXACT_LAW_H

#include <stdbool.h>

#define SOWT_POWERS 13 /* 0 to 12 */

/* Uniform on [low, high), or normal cut to [low, high]. An end that is infinite, or so far off that less
 * than e^-70 of the mass lies beyond, is moved in. */
typedef struct sowt_exact_law {
    bool uniform;
    long double low, high;
    long double location, scale; /* of the normal before it was cut */
    long double peak;            /* the interval's point of highest density */
    long double total;           /* the integral of density(x) / density(peak), in units of scale */
} sowt_exact_law;

sowt_exact_law sowt_exact_uniform(double low, double high);
/* a and b may be infinite: then it is a plain normal. */
sowt_exact_law sowt_exact_normal(double mean, double std, double a, double b);

/* P(lower < X < upper); its relative error is below 1e-10 whatever its size. */
long double sowt_exact_mass(const sowt_exact_law *law, long double lower, long double upper);

/* Adds the integral of ((x - centre) / unit)^k over (lower, upper) to sum[k], for all k. */
void sowt_exact_add_powers(const sowt_exact_law *law, long double lower, long double upper,
                           long double centre, long double unit, long double sum[SOWT_POWERS]);

#endif
