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

#ifdef __cplusplus
}
#endif
#endif
