/* The self-test of kernels/difference.cl: which of known elements differ. */
#ifndef SOWI_DIFFERENCE_SELF_TEST_H
#define SOWI_DIFFERENCE_SELF_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "difference.clh"

/* A block of equal elements, and then pairs that differ, far apart: in their lowest bit, their highest, as NaNs do. */
enum {
    SOWI_DIFFERENCE_TEST_PAIRS = 5,
    SOWI_DIFFERENCE_TEST_SPACE = 256,
    SOWI_DIFFERENCE_TEST_FIRST = SOWK_DIFFERENCE_BLOCK + SOWI_DIFFERENCE_TEST_SPACE,
    SOWI_DIFFERENCE_TEST_COUNT =
        SOWI_DIFFERENCE_TEST_FIRST + SOWI_DIFFERENCE_TEST_PAIRS * SOWI_DIFFERENCE_TEST_SPACE
};

/* Writes both arrays, of SOWI_DIFFERENCE_TEST_COUNT elements of 1, 2, 4 or 8 bytes. */
void sowi_difference_self_test_make(size_t element_bytes, void *a, void *b);

/* Elements to compare, of which at most one differs. */
typedef struct sowi_difference_window {
    uint64_t begin, count;
    uint64_t differing; /* counted from begin; count: none does */
} sowi_difference_window;

/* The n-th: pairs that are first, last, in the middle, just before and just after it, and about the edges of a block.
 * False: there are no more. */
bool sowi_difference_self_test_window(size_t n, sowi_difference_window *window);

/* The first of a window's notes that is not as it should be, where `items` share a block; the number of notes if all are. */
size_t sowi_difference_self_test_check(const sowi_difference_window *window, size_t items,
                                       const unsigned char *notes);

#endif
