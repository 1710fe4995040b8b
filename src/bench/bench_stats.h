/* Inside a sow_stats_bench. */
#ifndef SOWI_BENCH_STATS_H
#define SOWI_BENCH_STATS_H

#include "place.h"

struct sow_stats_bench {
    sow_bench_setting setting;
    sowi_place place;
    sow_stats_bench_row *rows;
    size_t count;
};

/* What the elements in a place's buffer come to. */
typedef struct sowi_stats_known {
    sow_dtype dtype;
    uint64_t count, size_bytes;
    sow_stats stats;
    uint32_t folded; /* sowi_fold */
} sowi_stats_known;

/* Draws known->count elements of known->dtype on the host, by so many threads, into the place's buffer, and tells the rest;
 * bench_stats_data.c. SOW_ERR_NO_MEMORY, the place's. */
sow_status sowi_stats_known_draw(sowi_place *place, uint32_t threads, sowi_stats_known *known);

/* Measures in bench->place, which is open, and releases it. Statuses of sow_stats_bench_run. */
sow_status sowi_stats_bench_measure(sow_stats_bench *bench, const sow_bench_options *options,
                                    sow_error *error);

#endif
