/* Probabilities of test statistics: how likely a value at least as extreme is when all is well. */
#ifndef SOWT_STATISTICS_H
#define SOWT_STATISTICS_H

#include <stdint.h>

/* P(Z <= z) of the standard normal distribution. */
double sowt_normal_cdf(double z);

/* Both tails beyond |z| of the standard normal distribution. */
double sowt_normal_p(double z);

/* Kolmogorov and Smirnov: the largest distance between the CDFs, of `count` samples. Too large only. */
double sowt_ks_p(double distance, double count);

/* Pearson's chi-square, both tails; by Wilson and Hilferty 1931, good for 30 degrees of freedom or more. */
double sowt_chi_square_p(double statistic, double degrees);

/* The exact tails of a Poisson count, doubled, at most 1. */
double sowt_poisson_p(uint64_t seen, double expected);

#endif
