/* The largest errors seen. */
#ifndef SOWT_WORST_H
#define SOWT_WORST_H

#include <math.h>
#include <stdint.h>
#include <string.h>

typedef struct sowt_worst {
    double absolute, relative;
    double ulps;             /* units of the last place of the exact value */
    uint64_t ulps_a, ulps_b; /* the words of the most ulps */
    double largest;          /* magnitude of what was computed */
    uint64_t count;
} sowt_worst;

/* 2^(exponent of value - fraction_bits), for the value's unit of the last place; of values below
 * 2^least_exponent as of that. */
static inline double sowt_ulp(double value, int fraction_bits, int least_exponent)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits &= (uint64_t)0x7ff << 52;
    const uint64_t least = (uint64_t)(1023 + least_exponent) << 52;
    bits = (bits < least ? least : bits) - ((uint64_t)fraction_bits << 52);
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline void sowt_worst_add_error(sowt_worst *worst, double error, double exact,
                                        double actual, double ulp, uint64_t a, uint64_t b)
{
    if (!(error == error)) /* no number: as wrong as can be */
        error = (double)INFINITY;
    if (error > worst->absolute)
        worst->absolute = error;
    if (error > worst->relative * fabs(exact))
        worst->relative = error / fabs(exact);
    if (fabs(actual) > worst->largest)
        worst->largest = fabs(actual);
    if (error > worst->ulps * ulp) {
        worst->ulps = error / ulp;
        worst->ulps_a = a;
        worst->ulps_b = b;
    }
    worst->count++;
}

/* What was computed in f32 against a double, from the words a and b. */
static inline void sowt_worst_add(sowt_worst *worst, double exact, double actual, uint64_t a,
                                  uint64_t b)
{
    /* Most are quickly seen to add nothing: a unit of the last place is more than 2^-24 of its value. */
    const double error = fabs(actual - exact), magnitude = fabs(exact);
    if (error <= worst->absolute && error <= worst->relative * magnitude &&
        error <= worst->ulps * 0x1p-24 * magnitude && fabs(actual) <= worst->largest)
        worst->count++;
    else
        sowt_worst_add_error(worst, error, exact, actual, sowt_ulp(exact, 23, -126), a, b);
}

/* What was computed in f64, and is above 2^-960. */
static inline void sowt_worst_add_f64(sowt_worst *worst, long double exact, double actual,
                                      uint64_t a, uint64_t b)
{
    const double error = (double)fabsl((long double)actual - exact);
    sowt_worst_add_error(worst, error, (double)exact, actual, sowt_ulp((double)exact, 52, -960), a,
                         b);
}

/* Prints them on a line. */
void sowt_worst_print(const sowt_worst *worst, const char *what);

#endif
