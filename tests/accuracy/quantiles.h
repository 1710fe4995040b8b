/* Inverses of the normal distribution function, by Newton's iteration with the C library's long double erfl
 * and erfcl: another arithmetic than the library's. */
#ifndef SOWT_QUANTILES_H
#define SOWT_QUANTILES_H

/* P(Z > z), and z from it, of N(0, 1). near: a guess. */
long double sowt_tail(long double z);
long double sowt_tail_quantile(long double tail, long double near);

/* P(|Z| < z), odd in z, and z from it. near: a guess. */
long double sowt_centre(long double z);
long double sowt_centre_quantile(long double centre, long double near);

/* y, where Z lies in [start, start + y] with that share of P(Z > start), and beyond it with the rest, 1 -
 * share, which is passed on its own, as it may be far below 1. start above -1; near: a guess. */
long double sowt_distance(long double start, long double share, long double rest, long double near);

#endif
