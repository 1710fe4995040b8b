/* A large sample of draws, and how likely it is when the draws follow a law. */
#ifndef SOWT_DRAWS_H
#define SOWT_DRAWS_H

#include "stored_cells.h"

/* A check fails below this probability, so right draws fail a check once in a million choices of a seed. */
#define SOWT_CHECK_FAILS 1e-6

typedef struct sowt_draws {
    uint64_t count;
    uint64_t outside; /* below the smallest value that may be stored, above the largest, or NaN */
    double least, greatest;
    double power[7];    /* sums of ((stored - mean) / std)^k, with the cells' mean and std */
    uint64_t beyond[4]; /* farther than 3, 4, 5, 5.5 scales from the law's location */
    uint64_t cells[SOWT_CELLS_MOST];
} sowt_draws;

/* Draws the whole plan, a multiple of 2^13 elements, and sums it up. */
void sowt_draws_take(sowt_draws *draws, const sow_plan *plan, const sowt_cells *cells,
                     const sowt_exact_law *law);

/* The same of draws that are given, as bits of a narrow dtype: how often each. */
void sowt_draws_count(sowt_draws *draws, const uint64_t *times, const sowt_cells *cells,
                      const sowt_exact_law *law);

/* Which checks a law can take. */
typedef struct sowt_checks {
    const char *name; /* of the case, to print */
    unsigned moments; /* up to which power */
    bool tails;       /* of a plain normal */
} sowt_checks;

/* Prints a line; returns the smallest probability of all checks, and 0 if a draw is outside:
 *
 *   - the moments, in standard errors that follow from the law's own moments;
 *   - Kolmogorov and Smirnov's distance and Anderson and Darling's at the cells' bounds. Between two
 *     bounds the difference of the CDFs is taken for linear, so that p can only come out too large;
 *   - Pearson's chi-square;
 *   - how much of the law lies below the least draw and above the greatest;
 *   - the counts beyond 3 to 5.5 standard deviations as Poisson counts. */
double sowt_draws_check(const sowt_draws *draws, const sowt_cells *cells, const sowt_exact_law *law,
                        const sowt_checks *which);

/* Prints how many checks there were, and how likely a false alarm was. */
void sowt_checks_print(void);

#endif
