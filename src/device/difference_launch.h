/* Launching kernels/difference.cl. */
#ifndef SOWI_DIFFERENCE_LAUNCH_H
#define SOWI_DIFFERENCE_LAUNCH_H

#include "context.h"

/* An array in a buffer, counted in its elements. */
typedef struct sowi_array {
    cl_mem buffer;
    uint64_t offset_elems;
} sowi_array;

/* How it is launched. */
typedef struct sowi_difference_launch {
    const sow_context *context;
    cl_command_queue queue;
    cl_kernel kernel;
    cl_mem notes; /* a byte for each item of the blocks */
} sowi_difference_launch;

/* How many work-items share a block. */
size_t sowi_difference_items(const sow_context *context);

/* Has the items note which of `count` elements differ, and reads their notes. Waits. OpenCL's statuses. */
sow_status sowi_difference_note(const sowi_difference_launch *on, const sowi_array *a,
                                const sowi_array *b, uint64_t count, unsigned char *notes);

#endif
