/* Figures of a device's buffer, a piece at a time. */
#ifndef SOWI_STATS_DEVICE_H
#define SOWI_STATS_DEVICE_H

#include "sowcl/sowcl.h"
#include "stats_sums.h"

/* Where the elements are. */
typedef struct sowi_stats_place {
    cl_command_queue queue;
    cl_mem buffer;
    uint64_t offset_elems, count;
} sowi_stats_place;

/* Adds the figures of the place's elements, and their counts to the row of a histogram (NULL: none); all but a tensor's last
 * are whole chunks. Waits for them. Statuses of sow_stats_buffer. */
sow_status sowi_stats_add_device(sow_context *context, const sowi_stats_place *place,
                                 cl_uint num_wait, const cl_event *wait, sowi_stats_sums *sums,
                                 const sowi_bins_place *bins, uint64_t *row);

#endif
