/* Polynomials fitted when a plan is made. */
#ifndef SOWI_FIT_H
#define SOWI_FIT_H

#define SOWI_FIT_DEGREE_MAX 28

/* The polynomial, lowest power first, that agrees with f at the Chebyshev points of [0, range], in the
 * variable 2 * g / range - 1. coefficients: degree + 1 of them. */
void sowi_fit(double *coefficients, unsigned degree, double range,
              double (*f)(double g, const void *with), const void *with);

#endif
