/* What every device must compute before its results are trusted. */
#ifndef SOWI_SELF_TEST_H
#define SOWI_SELF_TEST_H

#include <stdbool.h>

#include "sowcl/base.h"

#define SOWI_SELF_TEST_COUNT 4096

typedef struct sowi_self_test {
    sow_plan plan;      /* of SOWI_SELF_TEST_COUNT elements */
    uint64_t digest;    /* XXH3-64 of the elements */
    sow_status failure; /* the status of a device that computes others */
} sowi_self_test;

/* The self-test of the program that fills this dtype with this distribution; false where there is none,
 * since the dtype does not take it. */
bool sowi_self_test_make(sowi_self_test *test, sow_distribution distribution, sow_dtype dtype);

/* The self-test of the program that writes a structure, placed or sparse, over elements of the dtype's size whose bits are all
 * set. */
bool sowi_self_test_make_structure(sowi_self_test *test, bool placed, sow_dtype dtype);

#endif
