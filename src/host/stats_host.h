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

/* Adds the figures of count elements; all but a tensor's last are whole chunks. SOW_ERR_ARGUMENT (an instruction set that
 * the machine does not have), SOW_ERR_NO_MEMORY. */
sow_status sowi_stats_add_host(sowi_stats_sums *sums, const void *data, uint64_t count,
                               const sow_host_options *options);

#endif
