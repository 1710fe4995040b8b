/* The self-test of kernels/stats.cl: what it finds in known elements. */
#ifndef SOWI_STATS_SELF_TEST_H
#define SOWI_STATS_SELF_TEST_H

#include <stdbool.h>

#include "sowcl/base.h"

#include "stats_job.clh"

/* A chunk of elements of like size, one of sizes that differ widely, and 77 of any bits. */
enum { SOWI_STATS_TEST_COUNT = 2 * SOWK_STATS_CHUNK + 77, SOWI_STATS_TEST_PARTS = 3 };

/* Writes the elements of a dtype, no bool: SOWI_STATS_TEST_COUNT of them. */
void sowi_stats_self_test_make(sow_dtype dtype, void *data);

/* The digest of parts, and of those of these elements. */
typedef struct sowi_stats_digests {
    uint64_t found, expected;
} sowi_stats_digests;
sowi_stats_digests sowi_stats_self_test_digests(sow_dtype dtype, const sowk_stats_part *parts);

/* Whether the parts are those of these elements. */
bool sowi_stats_self_test_holds(sow_dtype dtype, const sowk_stats_part *parts);

#endif
