/* Figures of host memory, found on a device. Needs no OpenCL. */
#ifndef SOWI_STATS_FEED_H
#define SOWI_STATS_FEED_H

#include "stats_sums.h"

/* Copies count elements to the device and adds their figures, and their counts to the row of a histogram (NULL: none); all but
 * a tensor's last are whole chunks. For contexts with a queue of their own. Statuses of sow_stats_buffer. */
sow_status sowi_stats_feed(sow_context *context, const void *data, uint64_t count,
                           sowi_stats_sums *sums, const sowi_bins_place *bins, uint64_t *row);

#endif
