/* Measuring on a device: a buffer, a queue, and the kernels that fills are compared with. This header
 * needs no OpenCL. Objects are used by one thread at a time. */
#ifndef SOWI_BASELINE_H
#define SOWI_BASELINE_H

#include <stdbool.h>

#include "sowcl/base.h"
#include "sowcl/stats.h"

typedef struct sow_context sow_context;
typedef struct sowi_baseline sowi_baseline;

/* The entry points of kernels/baseline.cl. */
typedef enum sowi_baseline_kernel {
    SOWI_BASELINE_PHILOX = 0,
    SOWI_BASELINE_STORE = 1,
    SOWI_BASELINE_EMPTY = 2
} sowi_baseline_kernel;
#define SOWI_BASELINE_KERNELS 3

typedef struct sowi_baseline_device {
    char name[128];
    bool on_host; /* computes on the host's processors: a CPU runtime, llvmpipe, a simulator */
    uint64_t global_bytes, max_alloc_bytes;
} sowi_baseline_device;

/* SOW_ERR_NO_DEVICE when the list of devices has it no longer, SOW_ERR_NO_MEMORY, OpenCL's. */
sow_status sowi_baseline_describe(sow_context *context, sowi_baseline_device *device);

/* A buffer of size_bytes on the context's device. timed: a queue of its own, with event times where the
 * device gives them; else the context's queue, if it has one. SOW_ERR_BUILD, SOW_ERR_NO_MEMORY, OpenCL's;
 * *out is then NULL. */
sow_status sowi_baseline_create(sowi_baseline **out, sow_context *context, uint64_t size_bytes,
                                bool timed);
void sowi_baseline_release(sowi_baseline *baseline); /* NULL is allowed */

/* The following enqueue and return, but for stats, fold, read, write and finish. */

/* sow_fill_plan into the buffer. */
sow_status sowi_baseline_fill(sowi_baseline *baseline, const sow_plan *plan, uint64_t offset_elems);
/* The same by the device's own functions, or its native ones, of a plan that has a control: src/plan/law.h. */
sow_status sowi_baseline_fill_by_library(sowi_baseline *baseline, bool native,
                                         const sow_plan *plan);
/* Gives the launches to come the arguments and the geometry of a fill by the plan, which is no constant's,
 * from the buffer's start. */
void sowi_baseline_aim(sowi_baseline *baseline, const sow_plan *plan);
/* Sets both arguments anew and enqueues. */
sow_status sowi_baseline_launch(sowi_baseline *baseline, sowi_baseline_kernel kernel);
/* clEnqueueFillBuffer with a pattern of pattern_bytes: 1 or 4. */
sow_status sowi_baseline_pattern(sowi_baseline *baseline, uint32_t pattern, size_t pattern_bytes,
                                 uint64_t offset_bytes, uint64_t size_bytes);
/* sow_stats_buffer of count elements from the buffer's start. */
sow_status sowi_baseline_stats(sowi_baseline *baseline, sow_dtype dtype, uint64_t count,
                               sow_stats *out);
/* Has a kernel read the buffer's first size_bytes, at least 1, which come to *folded: src/bench/fold.h. */
sow_status sowi_baseline_fold(sowi_baseline *baseline, uint64_t size_bytes, uint32_t *folded);
sow_status sowi_baseline_finish(sowi_baseline *baseline);
sow_status sowi_baseline_read(sowi_baseline *baseline, uint64_t offset_bytes, uint64_t size_bytes,
                              void *dst);
sow_status sowi_baseline_write(sowi_baseline *baseline, uint64_t offset_bytes, uint64_t size_bytes,
                               const void *src);

/* How long the last finished command took on the device, by its event; NaN where that is not known. */
double sowi_baseline_event_ns(sowi_baseline *baseline);

#endif
