/* What the bits of a floating dtype mean, and rounding by looking the neighbours up: slow, and written
 * apart from the library's arithmetic. */
#ifndef SOWT_REFERENCE_DTYPE_H
#define SOWT_REFERENCE_DTYPE_H

#include "sowcl/base.h"

/* The value of the bits of f32, f16, bf16, f8_e4m3 or f8_e5m2; infinities and NaN too. */
double sowt_dtype_value(sow_dtype dtype, uint32_t bits);

/* The sign among the bits. */
uint32_t sowt_dtype_sign_bit(sow_dtype dtype);

/* Bits of the nearest value, ties to even; one more than the largest value's beyond it. */
uint32_t sowt_dtype_nearest(sow_dtype dtype, double value);

/* The bits of the largest finite value. */
uint32_t sowt_dtype_largest_bits(sow_dtype dtype);

/* The i-th element of an array of the dtype, as bits. */
uint32_t sowt_dtype_load(sow_dtype dtype, const void *array, uint64_t i);

/* The smallest value at or above bound and the largest below it. */
double sowt_dtype_at_or_above(sow_dtype dtype, double bound);
double sowt_dtype_below(sow_dtype dtype, double bound);

#endif
