/* The figures of chunks on the host. */
#ifndef SOWI_STATS_HOST_H
#define SOWI_STATS_HOST_H

#include "stats_sums.h"

/* Finds the figures of chunks [first, end) of count elements; chunk 0's go to parts[0]. One function for each instruction
 * set and real; all give the same bits. */
typedef void sowi_stats_chunks(sow_dtype dtype, const void *data, uint64_t count, uint64_t first,
                               uint64_t end, sowk_stats_part *parts);

sowi_stats_chunks sowi_stats_chunks_plain_f32;
sowi_stats_chunks sowi_stats_chunks_plain_f64;
sowi_stats_chunks sowi_stats_chunks_avx2_f32;
sowi_stats_chunks sowi_stats_chunks_avx2_f64;
sowi_stats_chunks sowi_stats_chunks_int;

/* Adds to a row of counts, kernels/stats_bins.clh: element * scale + offset is a place in bins. */
typedef void sowi_bins(sow_dtype dtype, const void *data, uint64_t count, double scale,
                       double offset, uint64_t *row);

sowi_bins sowi_bins_plain_f32;
sowi_bins sowi_bins_plain_f64;
sowi_bins sowi_bins_int;

/* Adds the figures of count elements; all but a tensor's last are whole chunks. SOW_ERR_ARGUMENT (an instruction set that
 * the machine does not have), SOW_ERR_NO_MEMORY. */
sow_status sowi_stats_add_host(sowi_stats_sums *sums, const void *data, uint64_t count,
                               const sow_host_options *options);

/* Adds the counts of count elements to the row of a histogram, whose place is sowi_bins_of. */
void sowi_bins_add_host(sow_dtype dtype, const void *data, uint64_t count, sowi_bins_place place,
                        uint64_t *row);

#endif
