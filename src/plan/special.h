/* Functions of plan arithmetic, in double, of + - * / fma and integer operations only: a plan's bits must
 * not depend on a C library's last digit. Errors are a few units of the last place, near z = 1
 * up to 31 in the tail and Mills' ratio. */
#ifndef SOWI_SPECIAL_H
#define SOWI_SPECIAL_H

/* e^x; 0 below -745, infinite above 709.78. */
double sowi_exp(double x);
/* ln x for finite x > 0. */
double sowi_log(double x);
/* ln(1 + x) for x > -1, exact to the last places near 0 too. */
double sowi_log1p(double x);

/* The density of N(0, 1). */
double sowi_normal_density(double z);
/* P(Z > z) of N(0, 1), relatively exact for every z. */
double sowi_normal_tail(double z);
/* P(0 < Z < z), odd in z. */
double sowi_normal_centre(double z);
/* Mills' ratio P(Z > z) / density(z), for z >= 0. */
double sowi_mills_ratio(double z);
/* The same by so many levels of Laplace's continued fraction, Abramowitz and Stegun 26.2.14, for z > 0. */
double sowi_mills_fraction(double z, int levels);

#endif
