/* Counts of cells against the cells' probabilities. */
#ifndef SOWT_GOODNESS_H
#define SOWT_GOODNESS_H

#include <stdint.h>

typedef struct sowt_histogram {
    uint32_t cells;
    double count; /* of all draws */
    const uint64_t *seen;
    const double *probability; /* adds up to 1 */
} sowt_histogram;

/* Kolmogorov and Smirnov, at the cells' bounds. */
double sowt_histogram_ks_p(const sowt_histogram *of);

/* Anderson and Darling 1952: count times the integral of (F_seen - F)^2 / (F (1 - F)) over F, the
 * difference taken for linear within a cell. */
double sowt_histogram_ad_p(const sowt_histogram *of);

/* Pearson's chi-square, of cells merged until each is expected to hold 64 draws, and the share `least` of
 * all. A smaller share would show the steps of the words: a cell's mass is a whole number of those. */
double sowt_histogram_chi_square_p(const sowt_histogram *of, double least);

#endif
