/* A large sample of draws, and the tests of whether it follows the law that is claimed of it. */
#ifndef SOWT_SAMPLE_H
#define SOWT_SAMPLE_H

#include "reference_law.h"

/* A check fails below this probability; with some 200 checks a suite of right draws fails by chance once in
 * 5000 choices of a seed. */
#define SOWT_FALSE_ALARM 1e-6

/* What a sample should be. */
typedef struct sowt_claim {
    sow_dtype dtype;
    sowt_law law;             /* before rounding */
    double mean, std;         /* of what is stored */
    double moment[13];        /* of (stored - mean) / std, by power */
    double cells[SOWT_CELLS]; /* probabilities, by rising value */
    uint32_t cell_count;
} sowt_claim;

/* Sums over a sample; z is (stored - mean) / std of the claim. */
typedef struct sowt_sample {
    uint64_t count;
    double power[7];                /* of z, by power */
    double pair, square_pair, lag4; /* products within pairs (2i, 2i+1), and four apart */
    uint64_t beyond[4];             /* |z| > 3, 4, 5, 5.5 */
    uint64_t cells[SOWT_CELLS];     /* as the claim's */
} sowt_sample;

/* The claim that the plan's elements are what the plan says. */
void sowt_claim_make(sowt_claim *claim, const sow_plan *plan);

/* Draws the whole plan, a multiple of 2^16 elements, and sums it up in the claim's terms. */
void sowt_sample_draw(sowt_sample *sample, const sow_plan *plan, const sowt_claim *claim);

/* Each prints its statistics, and returns the smallest probability. */
double sowt_check_moments(const sowt_sample *sample, const sowt_claim *claim);
double sowt_check_shape(const sowt_sample *sample, const sowt_claim *claim); /* KS and chi-square */
double sowt_check_tails(const sowt_sample *sample, const sowt_claim *claim); /* of a normal */
double sowt_check_neighbours(const sowt_sample *sample, const sowt_claim *claim);

#endif
