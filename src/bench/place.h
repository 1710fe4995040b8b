/* Where a bench runs: in a device's buffer or in host memory. */
#ifndef SOWI_PLACE_H
#define SOWI_PLACE_H

#include <stdbool.h>

#include "sowcl/bench.h"
#include "sowcl/stats.h"

/* What is timed. */
typedef struct sowi_work {
    sow_bench_what what;
    uint32_t threads; /* of the host; 0: the device */
    /* of a fill; of a baseline that of bits for as many words, parameter 0 being what it stores */
    sow_plan plan;
    uint64_t size_bytes;
} sowi_work;

typedef struct sowi_place sowi_place;

typedef struct sowi_place_ops {
    /* A buffer of buffer_bytes, which are there and not merely promised, and host memory for memset. On a
     * device with memset_bytes 0 the context's own queue, and no event times.
     * Statuses of sowi_baseline_create. */
    sow_status (*allocate)(sowi_place *place, uint64_t buffer_bytes, uint64_t memset_bytes);
    void (*release)(sowi_place *place);
    sow_status (*run)(sowi_place *place, const sowi_work *work); /* returns when it is done */
    double (*event_ns)(sowi_place *place);                       /* of the last run; NaN */
    /* Of the buffer; they return when it is done. */
    sow_status (*poison)(sowi_place *place, uint64_t offset_bytes, uint64_t size_bytes);
    sow_status (*read)(sowi_place *place, uint64_t offset_bytes, uint64_t size_bytes, void *dst);
    sow_status (*write)(sowi_place *place, uint64_t offset_bytes, uint64_t size_bytes,
                        const void *src);
    /* For figures; both wait for what they find in the buffer's start. threads: of the host, at most.
     * stats: sow_stats_*. fold: the bytes read once by code that does no more, as sowi_fold. */
    sow_status (*stats)(sowi_place *place, sow_dtype dtype, uint64_t count, uint32_t threads,
                        sow_stats *out);
    sow_status (*fold)(sowi_place *place, uint64_t size_bytes, uint32_t threads, uint32_t *folded);
    /* For latency. fill and launch return once the work is enqueued. aim: launches get the arguments and
     * the geometry of a fill by the plan. On the host aim and launch are NULL. */
    sow_status (*fill)(sowi_place *place, const sow_plan *plan, uint64_t offset_elems);
    void (*aim)(sowi_place *place, const sow_plan *plan);
    sow_status (*launch)(sowi_place *place); /* does nothing */
    sow_status (*finish)(sowi_place *place);
} sowi_place_ops;

struct sowi_place {
    const sowi_place_ops *ops;
    char name[128];
    bool is_device;
    bool on_host;         /* the host's processors do the work */
    uint64_t bytes_most;  /* in one buffer */
    uint64_t bytes_total; /* of memory */
    struct sow_context *context;
    struct sowi_baseline *baseline; /* of a device; NULL until allocated */
    unsigned char *memory; /* the host's buffer; on a device for memset; NULL until allocated */
};

/* What poisoned bytes hold. */
#define SOWI_POISON 0xa5

/* A device's place, or with NULL the host's. SOW_ERR_NO_OPENCL, statuses of sowi_place_device. */
sow_status sowi_place_open(sowi_place *place, struct sow_context *context);
void sowi_place_host(sowi_place *place);
/* Statuses of sowi_baseline_describe. */
sow_status sowi_place_device(sowi_place *place, struct sow_context *context);

/* What is measured on: elements of so many bytes at the most, and whether memory for memset as well. */
typedef struct sowi_place_need {
    size_t element_bytes;
    bool memset;
} sowi_place_need;

/* Allocates for the count that is asked for, or, when that is 0, for the default one, halved until there is memory
 * for it; *count is what came of it. SOW_ERR_NO_MEMORY, statuses of allocate. */
sow_status sowi_place_allocate(sowi_place *place, const sowi_place_need *need, uint64_t asked,
                               uint64_t *count, sow_error *error);

/* A count of elements, rounded up to 32: eight of Philox' blocks. */
static inline uint64_t sowi_whole_blocks(uint64_t count)
{
    return (count + 31) / 32 * 32;
}

/* The work of memset, in the place's host memory. */
void sowi_place_memset(sowi_place *place, const sowi_work *work);

#endif
