/* Inside a sow_sample. */
#ifndef SOWI_SAMPLE_PARTS_H
#define SOWI_SAMPLE_PARTS_H

#include "dtype.h"
#include "sowcl/compare.h"

/* Of equal width; one more on either side holds what lies beyond. */
#define SOWI_SAMPLE_INNER  4096
#define SOWI_SAMPLE_BLOCK  512
#define SOWI_SAMPLE_LANES  8
#define SOWI_SAMPLE_POWERS 4

struct sow_sample {
    sow_plan plan;
    const sowi_dtype_row *dtype;
    double origin,
        per_unit;   /* a value's cell is (value - origin) * per_unit + 1, held in [0, INNER + 1] */
    double per_std; /* sums are of z = (value - the law's mean) * per_std */
    uint64_t count, nans, infinities;
    /* Element i is summed in lane i % LANES: that settles the order. [p] holds sums of z^(p + 1). */
    double sums[SOWI_SAMPLE_POWERS][SOWI_SAMPLE_LANES];
    /* the outermost values, the outermost first; `kept` of each */
    double smallest[SOW_SAMPLE_EXTREMES], largest[SOW_SAMPLE_EXTREMES];
    size_t kept;
    uint64_t cells[SOWI_SAMPLE_INNER + 2];
    double block[SOWI_SAMPLE_BLOCK]; /* not summed yet */
    size_t in_block;
};

/* Sums up what is in the block, so that all results are of all elements. */
void sowi_sample_flush(sow_sample *sample);

/* Where a value lies among the cells, before it is cut to a whole number. */
static inline double sowi_sample_place(const sow_sample *sample, double value)
{
    return (value - sample->origin) * sample->per_unit + 1;
}

/* The lower edges of cells 1 to INNER + 1. */
typedef struct sowi_sample_edges {
    double bound[SOWI_SAMPLE_INNER +
                 2]; /* halfway between the largest value below and the smallest inside */
    double share[SOWI_SAMPLE_INNER + 2]; /* P(a stored value lies below), by the law */
} sowi_sample_edges;

void sowi_sample_edges_make(sowi_sample_edges *edges, const sow_sample *sample);

#endif
