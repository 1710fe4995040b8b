/* What a context finds figures with: kernels for each dtype, and memory for what they find. One call at a time uses it. */
#ifndef SOWI_STATS_MAKER_H
#define SOWI_STATS_MAKER_H

#include "context.h"

typedef struct sowi_stats_kernels {
    cl_program program; /* NULL until built */
    cl_kernel stats, bins;
    bool tested; /* they have passed the self-test, or need not */
} sowi_stats_kernels;

struct sowi_stats_maker {
    sow_context *context;
    sowi_stats_kernels kernels[SOWI_DTYPE_COUNT];
    cl_mem memory; /* SOWI_STATS_MEMORY bytes */
    void *copy;    /* of it */
};

/* Of the figures of 8192 chunks, or 512 rows of a histogram. */
#define SOWI_STATS_MEMORY ((size_t)1 << 20)

/* Takes the context's maker for sole use, until it is given back, with its memory. SOW_ERR_NO_MEMORY, OpenCL's; *maker is
 * then NULL. */
sow_status sowi_stats_maker_take(sow_context *context, sowi_stats_maker **maker);
void sowi_stats_maker_return(sow_context *context);
void sowi_stats_maker_release(sowi_stats_maker *maker);

/* Builds what there is not yet of a dtype, no bool. SOW_ERR_BUILD, SOW_ERR_NO_F64, OpenCL's. */
sow_status sowi_stats_kernels_make(sowi_stats_maker *maker, sow_dtype dtype,
                                   sowi_stats_kernels **kernels);

#endif
