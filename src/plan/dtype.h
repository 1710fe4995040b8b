/* The stored types: one row each. */
#ifndef SOWI_DTYPE_H
#define SOWI_DTYPE_H

#include <stdbool.h>
#include <stddef.h>

#include "sowcl/base.h"

typedef enum sowi_dtype_class {
    SOWI_CLASS_FLOAT,
    SOWI_CLASS_SIGNED,
    SOWI_CLASS_UNSIGNED,
    SOWI_CLASS_BOOL
} sowi_dtype_class;

typedef struct sowi_dtype_row {
    sow_dtype dtype;
    const char *name;
    size_t size; /* bytes */
    sowi_dtype_class class;
    bool random; /* takes draws of the floating distributions */
    /* of a floating dtype: bits of the significand without the leading one, exponent of the smallest
     * normal value, and the largest finite value */
    int fraction_bits, min_exponent;
    double largest;
} sowi_dtype_row;

#define SOWI_DTYPE_COUNT 12

/* NULL for an unknown dtype. */
const sowi_dtype_row *sowi_dtype_row_of(sow_dtype dtype);

/* The distance between a floating dtype's values around a finite value, on the side away from 0. */
double sowi_dtype_spacing(const sowi_dtype_row *row, double value);

/* Rounds value to the nearest value of a floating dtype, ties to even; beyond the largest finite value
 * the result is infinite. */
double sowi_dtype_round(const sowi_dtype_row *row, double value);

/* The next value of a floating dtype above value, which must be one of its finite values. */
double sowi_dtype_next_up(const sowi_dtype_row *row, double value);

/* The smallest value of a floating dtype at or above a bound, the largest at or below, and the largest
 * below it; finite, and never -0. Above the largest value there is none: then the result is infinite. */
double sowi_dtype_at_or_above(const sowi_dtype_row *row, double bound);
double sowi_dtype_at_or_below(const sowi_dtype_row *row, double bound);
double sowi_dtype_below(const sowi_dtype_row *row, double bound);

/* The stored bits of a value that the dtype holds exactly. */
uint64_t sowi_dtype_bits(const sowi_dtype_row *row, double value);

#endif
