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
 * representable values apart, or both are finite and |a - b| <= atol + rtol * |b|, or both are NaN. */
typedef struct sow_tolerance {
    uint64_t ulp;
    double atol, rtol; /* at least 0 */
} sow_tolerance;

/* Bin 0: no distance, which is equal bits, and +0 against -0; bin k: a distance of [2^(k-1), 2^k) representable values; the
 * last: one side is NaN, or both are with other bits. Together they are all elements. */
#define SOW_ULP_BINS 66

/* Of two arrays. docs/compare.md has the rules in full. */
typedef struct sow_difference {
    uint64_t elements;
    uint64_t differing; /* in any bit; of two dtypes, in value */
    uint64_t beyond;    /* of them, those that the tolerance does not let pass */
    /* Of the first one beyond; of the first one that differs if none is; nothing if none differs. */
    uint64_t first_index, first_a_bits, first_b_bits;
    double first_a, first_b;
    uint64_t max_ulp, max_ulp_index; /* of pairs without NaN */
    uint64_t ulps[SOW_ULP_BINS];
    uint64_t nan_pairs;  /* both NaN, other bits */
    uint64_t nan_alone;  /* one side NaN */
    uint64_t zero_signs; /* +0 against -0 */
    /* Over `measured` elements: all but pairs that differ and have a NaN or an infinity. The relative ones are of
     * |a - b| / max(|a|, |b|). Sums in order of the index, in doubles. */
    double max_absolute, mean_absolute, max_relative, mean_relative;
    uint64_t measured;
} sow_difference;

/* A comparison of arrays that come piece by piece: begin, add the pieces in order, end. A plain value, whose members are the
 * library's. */
typedef struct sow_difference_sum {
    sow_dtype dtype_a, dtype_b;
    sow_tolerance tolerance;
    sow_difference found;
    double absolute, relative; /* sums */
    int is_unsigned;           /* 1: dtype_a gives a size only; 2: dtype_b; 3: both */
} sow_difference_sum;

/* Arrays of one dtype are compared by their bits. Those of two are compared by value, which is exact: NaNs are
 * equal to each other, and a distance is counted in the spacing of the coarser dtype there, rounded up; an infinity's is 2^64 - 1.
 * tolerance: NULL is all 0. SOW_ERR_ARGUMENT (a tolerance is negative or NaN, too), SOW_ERR_DTYPE. */
SOW_API sow_status sow_difference_begin(sow_difference_sum *sum, sow_dtype dtype_a,
                                        sow_dtype dtype_b, const sow_tolerance *tolerance);
/* The same of unsigned integers, of 1, 2, 4 or 8 bytes each: sow_dtype has names for those of 1 only. SOW_ERR_DTYPE for other
 * sizes. */
SOW_API sow_status sow_difference_begin_unsigned(sow_difference_sum *sum, size_t size_a,
                                                 size_t size_b, const sow_tolerance *tolerance);
/* The same, of dtypes of which one may be an unsigned integer's: if unsigned_a (unsigned_b) is not 0, a's (b's) elements are unsigned
 * integers of the size of dtype_a's (dtype_b's), so that SOW_I64 stands for U64. Statuses of sow_difference_begin. */
SOW_API sow_status sow_difference_begin_mixed(sow_difference_sum *sum, sow_dtype dtype_a,
                                              sow_dtype dtype_b, int unsigned_a, int unsigned_b,
                                              const sow_tolerance *tolerance);
/* count elements of both, which need not be aligned. */
SOW_API void sow_difference_add(sow_difference_sum *sum, const void *a, const void *b,
                                uint64_t count);
SOW_API void sow_difference_end(const sow_difference_sum *sum, sow_difference *out);

/* All at once, of one dtype. Statuses of sow_difference_begin; SOW_ERR_ARGUMENT for NULL, unless count is 0. */
SOW_API sow_status sow_compare_arrays(const void *a, const void *b, sow_dtype dtype, uint64_t count,
                                      const sow_tolerance *tolerance, sow_difference *out);

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
    double probability;        /* share of the sample below */
    double expected, observed; /* of the outermost values both as they are stored */
    double low, high;          /* 99 of 100 samples of this size have the quantile between them */
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

/* ---- Plans on two sides --------------------------------------------------------------------- */

/* By whose functions normal draws are made: ours, which give the same bits everywhere; or, as a control, the
 * device's own (the host's C library), or its native_* ones, which a host has not. */
typedef enum sow_math { SOW_MATH_OURS = 0, SOW_MATH_LIBRARY = 1, SOW_MATH_NATIVE = 2 } sow_math;

/* Where plans are drawn. */
typedef struct sow_compare_side {
    sow_context *context; /* NULL: the host */
    sow_math math;
} sow_compare_side;

/* A plan to be drawn on both sides, and what came of it. */
typedef struct sow_compare_item {
    const sow_plan *plan;
    /* Of the plan; each side's elements are added. NULL: none, and a comparison on one device reads nothing that is equal. */
    sow_sample *sample_a, *sample_b;
    /* SOW_OK, or why nothing was compared: SOW_ERR_NO_F64, a side has no double precision; SOW_ERR_INITIALIZER, a side's math is
     * not ours and does not draw this: it draws plain normals, not in f64 */
    sow_status status;
    sow_difference difference; /* its indices count in the plan */
} sow_compare_item;

/* Zero means default. */
typedef struct sow_compare_options {
    sow_tolerance tolerance;
    uint32_t threads; /* of the host; 0: all processors */
    /* Called by the calling thread when a block of some MiB is compared, with bytes of one side done and in all; a nonzero
     * return cancels. May be NULL. */
    int (*progress)(void *user, uint64_t done_bytes, uint64_t total_bytes);
    void *user;
} sow_compare_options;

/* Draws each plan on both sides, block by block, and compares: on the device if that is both sides', else on the host. Beyond
 * what sow_fill needs takes some 48 MiB, for orthogonal matrices that of the whole tensor on both sides. Returns when all are
 * compared. options: NULL is all defaults. The sides' contexts may be in use by other threads.
 * SOW_ERR_ARGUMENT (native math of the host, too), SOW_ERR_CANCELLED,
 * SOW_ERR_NO_OPENCL, SOW_ERR_NO_MEMORY, SOW_ERR_DEVICE as of sow_compare_buffers, statuses of sow_fill_plan but SOW_ERR_NO_F64; error names the side; the items then hold
 * anything. */
SOW_API sow_status sow_compare_plans(const sow_compare_side *a, const sow_compare_side *b,
                                     sow_compare_item *items, size_t count,
                                     const sow_compare_options *options, sow_error *error);

#ifdef __cplusplus
}
#endif
#endif
