/* Elements to find figures of. */
#ifndef SOWT_STATS_DATA_H
#define SOWT_STATS_DATA_H

#include "sowcl/base.h"

typedef enum sowt_stats_data {
    SOWT_DATA_NORMAL,  /* mean 0.01, std 0.02; integers below 8 */
    SOWT_DATA_SHIFTED, /* round 1, closely */
    SOWT_DATA_ZEROS,   /* normal, but for every third */
    SOWT_DATA_CONSTANT,
    SOWT_DATA_TINY, /* among them subnormal ones */
    SOWT_DATA_BITS, /* anything, NaNs and infinities too */
    SOWT_STATS_DATA_COUNT
} sowt_stats_data;

/* The caller frees them. */
void *sowt_stats_data_make(sow_dtype dtype, sowt_stats_data kind, uint64_t count);

#endif
