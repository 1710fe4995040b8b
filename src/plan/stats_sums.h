/* The figures of a tensor from those of its chunks, which kernels/stats_job.clh tells of. */
#ifndef SOWI_STATS_SUMS_H
#define SOWI_STATS_SUMS_H

#include "double_pair.h"
#include "sowcl/stats.h"

#include "stats_job.clh"

typedef struct sowi_stats_sums {
    sow_dtype dtype;
    sow_stats stats;  /* counts and extremes so far */
    int frame;        /* the sums are of elements times 2^-frame */
    sowi_pair origin; /* and of their distance from here, a value near the first chunk's mean */
    sowi_pair sum, squares;
} sowi_stats_sums;

/* The size of an element of the dtype's chunks; bools are u8. */
sow_dtype sowi_stats_dtype(sow_dtype dtype);

void sowi_stats_begin(sowi_stats_sums *sums, sow_dtype dtype);
/* Adds the next chunks, in order; elements: of all of them. All but the last of a tensor are whole. */
void sowi_stats_add(sowi_stats_sums *sums, const sowk_stats_part *parts, uint64_t elements);
void sowi_stats_end(const sowi_stats_sums *sums, sow_stats *out);

/* element * scale + offset: its place in a histogram's bins, from the lower end of the first. */
typedef struct sowi_bins_place {
    double scale, offset;
} sowi_bins_place;
/* A row of counts: below, bins, above. */
enum { SOWI_BINS_ROW = SOW_HISTOGRAM_BINS + 2 };

/* SOW_ERR_PARAMETER; empties the histogram otherwise. */
sow_status sowi_bins_begin(sow_histogram *histogram, sowi_bins_place *place);
void sowi_bins_end(sow_histogram *histogram, const uint64_t *row);

#endif
