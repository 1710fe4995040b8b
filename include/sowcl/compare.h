/* sowcl/compare.h: how two sets of numbers differ, element by element and as samples of a distribution. Needs no
 * OpenCL headers. Thread-safe for distinct objects. */
#ifndef SOWCL_COMPARE_H
#define SOWCL_COMPARE_H

#include "sowcl/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sow_context sow_context;

/* ---- Differences ---------------------------------------------------------------------------- */

/* What is let pass. All 0: bit for bit. Otherwise two elements agree if their bits are equal, or they are at most ulp
 * representable values apart, or |a - b| <= atol + rtol * |b|, or both are NaN. */
typedef struct sow_tolerance {
    uint64_t ulp;
    double atol, rtol;
} sow_tolerance;

/* Bin 0: equal bits; bin k: a distance of [2^(k-1), 2^k) representable values; the last: one side is NaN, or both are with
 * other bits. */
#define SOW_ULP_BINS 66

/* Of two arrays of one dtype. */
typedef struct sow_difference {
    uint64_t elements;
    uint64_t differing; /* in any bit */
    uint64_t beyond;    /* of them, those that the tolerance does not let pass */
    /* Of the first one beyond; of the first one that differs if none is; nothing if none differs. */
    uint64_t first_index, first_a_bits, first_b_bits;
    double first_a, first_b;
    uint64_t max_ulp, max_ulp_index; /* of pairs without NaN */
    uint64_t ulps[SOW_ULP_BINS];
    uint64_t nan_pairs;  /* both NaN, other bits */
    uint64_t nan_alone;  /* one side NaN */
    uint64_t zero_signs; /* +0 against -0 */
    /* Over all elements where both sides are finite; the relative ones are of |a - b| / max(|a|, |b|). */
    double max_absolute, mean_absolute, max_relative, mean_relative;
} sow_difference;

/* ---- Samples -------------------------------------------------------------------------------- */

/* What many draws from one law look like: moments, a histogram of fine cells whose exact probabilities are known,
 * and the outermost values one by one. The law is the plan's, rounded to its dtype: a cell's edges lie between two
 * values that the dtype has, so that neither bf16's steps nor fp8's show as errors. Numbers of one sample are the same
 * on every machine, and however the data is divided among calls. One thread at a time. */
typedef struct sow_sample sow_sample;

/* How many of the smallest and of the largest values are kept. */
#define SOW_SAMPLE_EXTREMES 32
/* Most cells: those within 8 standard deviations of the mean, and one each below and above. */
#define SOW_SAMPLE_CELLS 4098
/* Most points of sow_sample_quantiles. */
#define SOW_SAMPLE_QUANTILES (2 * SOW_SAMPLE_EXTREMES + 129)

/* An empty sample of what the plan draws, some 40 kB. The plan is read during the call only.
 * SOW_ERR_ARGUMENT; SOW_ERR_INITIALIZER if its elements are not independent draws from a uniform, a normal or a cut
 * normal law; SOW_ERR_NO_MEMORY. *out is then NULL. */
SOW_API sow_status sow_sample_create(sow_sample **out, const sow_plan *plan);
/* NULL is allowed. */
SOW_API void sow_sample_release(sow_sample *sample);

/* Adds count elements of the plan's dtype, which need not be aligned. */
SOW_API void sow_sample_add(sow_sample *sample, const void *data, size_t count);

typedef struct sow_sample_summary {
    uint64_t count; /* without NaNs and infinities; all that follows is of these */
    uint64_t nans, infinities;
    double mean, std, skewness,
        excess_kurtosis; /* std of the population; 0 where nothing was added */
    double min, max;
    double expected_mean, expected_std; /* of the law, rounded to the dtype */
    /* Kolmogorov and Smirnov: the largest distance, at cells' edges, between the shares of the sample and of the law that
     * lie below; the probability of so large a one or a larger, if all is well. */
    double ks, ks_p;
} sow_sample_summary;

SOW_API void sow_sample_summarize(sow_sample *sample, sow_sample_summary *summary);

/* Values in [low, high): the bounds lie halfway between two values of the dtype. */
typedef struct sow_sample_cell {
    double low, high; /* the first low and the last high are infinite */
    uint64_t count;
    double probability; /* the law's */
} sow_sample_cell;

/* Writes the cells, by rising value, to cells, which has room for SOW_SAMPLE_CELLS; returns how many there are: cells that no value
 * of the dtype lies in are left out. */
SOW_API size_t sow_sample_cells(sow_sample *sample, sow_sample_cell *cells);

/* A point of a Q-Q plot. */
typedef struct sow_sample_quantile {
    double probability; /* share of the sample below */
    double expected, observed;
    double low, high; /* 99 of 100 samples of this size have the quantile between them */
} sow_sample_quantile;

/* Writes points by rising probability to points, which has room for SOW_SAMPLE_QUANTILES; returns how many: the sample's outermost
 * values one by one, and some 128 cells' edges, closer together in the tails. */
SOW_API size_t sow_sample_quantiles(sow_sample *sample, sow_sample_quantile *points);

/* Two samples against each other, as if they were independent: draws from the same words are closer than that. */
typedef struct sow_sample_difference {
    double mean, std; /* of a minus b, in standard errors */
    double ks, ks_p;  /* of two samples */
} sow_sample_difference;

/* SOW_ERR_ARGUMENT unless both are of plans with the same law and dtype. */
SOW_API sow_status sow_sample_compare(sow_sample *a, sow_sample *b,
                                      sow_sample_difference *difference);

#ifdef __cplusplus
}
#endif
#endif
