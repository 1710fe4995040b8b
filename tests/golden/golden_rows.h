/* Golden digests of fills: rows of a text file. */
#ifndef SOWT_GOLDEN_ROWS_H
#define SOWT_GOLDEN_ROWS_H

#include <stddef.h>

#include "sowcl/base.h"

/* "expression dtype layout shape slice seed stream digest", separated by spaces. shape: dimensions joined
 * by commas, "-" for a scalar; slice: start:stop of each dimension, "-" for the whole; digest: XXH3-128 of
 * the elements, or "?" in a row that is being added. */
typedef struct sowt_golden_row {
    char text[256]; /* all but the digest */
    sow_tensor tensor;
    sow_initializer initializer;
    sow_key key;
    char digest[33];
} sowt_golden_row;

/* Reads tests/golden/fills.txt, less its comments; fails the running test when a row cannot be read. The
 * caller frees the array. */
sowt_golden_row *sowt_golden_rows_read(size_t *count);

/* The row's plan; fails the running test when it has none. */
sow_plan sowt_golden_plan(const sowt_golden_row *row);

/* The digest of a plan's elements in memory. */
void sowt_golden_digest(const sow_plan *plan, const void *elements, char digest[33]);

#endif
