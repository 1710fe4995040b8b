/* Host memory, filled by the host path. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fold.h"
#include "host/baseline_host.h"
#include "host/host.h"
#include "host/threads.h"
#include "job.h"
#include "place.h"

static sow_status allocate(sowi_place *place, uint64_t buffer_bytes, uint64_t memset_bytes)
{
    const uint64_t bytes = buffer_bytes > memset_bytes ? buffer_bytes : memset_bytes;
    if (bytes > SIZE_MAX || bytes > place->bytes_most)
        return SOW_ERR_NO_MEMORY;
    place->memory = malloc((size_t)bytes);
    if (place->memory == NULL)
        return SOW_ERR_NO_MEMORY;
    memset(place->memory, SOWI_POISON,
           (size_t)bytes); /* else the first run would pay for the pages */
    return SOW_OK;
}

static void release(sowi_place *place)
{
    free(place->memory);
    place->memory = NULL;
}

/* As many threads as a fill of the same size has. */
static uint32_t threads_of(const sowi_work *work)
{
    const uint64_t useful = work->size_bytes / SOWI_BYTES_PER_THREAD + 1;
    return work->threads < useful ? work->threads : (uint32_t)useful;
}

static void memset_part(void *work, uint64_t first, uint64_t end)
{
    memset((unsigned char *)work + first, SOWI_POISON, (size_t)(end - first));
}

void sowi_place_memset(sowi_place *place, const sowi_work *work)
{
    sowi_threads_run(memset_part, place->memory, work->size_bytes, threads_of(work));
}

typedef struct philox_work {
    sowi_philox_items *draw;
    sowk_job job;
    uint32_t *dst;
} philox_work;

static void philox_part(void *work, uint64_t first, uint64_t end)
{
    const philox_work *mine = work;
    mine->draw(&mine->job, first, end, mine->dst);
}

static void run_philox(sowi_place *place, const sowi_work *work)
{
    uint32_t lanes;
    philox_work whole = {.draw = sowi_philox_items_best(&lanes), .dst = (void *)place->memory};
    sowi_job_make(&whole.job, &work->plan, lanes, 0);
    sowi_threads_run(philox_part, &whole, whole.job.items, threads_of(work));
}

static sow_status run(sowi_place *place, const sowi_work *work)
{
    const sow_host_options options = {.threads = work->threads};
    switch (work->what) {
    case SOW_BENCH_PHILOX:
        run_philox(place, work);
        return SOW_OK;
    case SOW_BENCH_MEMSET:
    case SOW_BENCH_MEMSET_ALL:
        sowi_place_memset(place, work);
        return SOW_OK;
    default:
        return sow_fill_host_plan(place->memory, &work->plan, &options);
    }
}

static double event_ns(sowi_place *place)
{
    (void)place;
    return (double)NAN;
}

static sow_status poison(sowi_place *place, uint64_t offset_bytes, uint64_t size_bytes)
{
    memset(place->memory + offset_bytes, SOWI_POISON, (size_t)size_bytes);
    return SOW_OK;
}

static sow_status read_back(sowi_place *place, uint64_t offset_bytes, uint64_t size_bytes,
                            void *dst)
{
    memcpy(dst, place->memory + offset_bytes, (size_t)size_bytes);
    return SOW_OK;
}

static sow_status write_to(sowi_place *place, uint64_t offset_bytes, uint64_t size_bytes,
                           const void *src)
{
    memcpy(place->memory + offset_bytes, src, (size_t)size_bytes);
    return SOW_OK;
}

static sow_status find_stats(sowi_place *place, sow_dtype dtype, uint64_t count, uint32_t threads,
                             sow_stats *out)
{
    const sow_stats_options options = {.host = {.threads = threads}};
    return sow_stats_host(place->memory, dtype, count, &options, out);
}

/* A cache line, so that no two threads share one. */
#define LINE_BYTES ((uint64_t)64)

typedef struct fold_work {
    const unsigned char *data;
    uint64_t size_bytes;
    uint32_t threads;
    uint32_t folded[SOWI_THREADS_MAX]; /* a thread's each */
} fold_work;

/* Where the part of a thread begins. */
static uint64_t fold_begin(const fold_work *mine, uint64_t thread)
{
    return thread == mine->threads
               ? mine->size_bytes
               : mine->size_bytes / LINE_BYTES * thread / mine->threads * LINE_BYTES;
}

static void fold_part(void *work, uint64_t first, uint64_t end)
{
    fold_work *const mine = work;
    for (uint64_t i = first; i < end; i++) {
        const uint64_t begin = fold_begin(mine, i);
        mine->folded[i] = sowi_fold(mine->data + begin, (size_t)(fold_begin(mine, i + 1) - begin));
    }
}

static sow_status fold(sowi_place *place, uint64_t size_bytes, uint32_t threads, uint32_t *folded)
{
    fold_work work = {.data = place->memory, .size_bytes = size_bytes};
    work.threads = sowi_threads_for(size_bytes, threads);
    sowi_threads_run(fold_part, &work, work.threads, work.threads);
    *folded = 0;
    for (uint32_t i = 0; i < work.threads; i++)
        *folded ^= work.folded[i];
    return SOW_OK;
}

static sow_status fill(sowi_place *place, const sow_plan *plan, uint64_t offset_elems)
{
    const sow_host_options one_thread = {.threads = 1};
    return sow_fill_host_plan(place->memory + offset_elems * sow_dtype_size(plan->dtype), plan,
                              &one_thread);
}

static sow_status finish(sowi_place *place)
{
    (void)place;
    return SOW_OK;
}

void sowi_place_host(sowi_place *place)
{
    static const sowi_place_ops ops = {.allocate = allocate,
                                       .release = release,
                                       .run = run,
                                       .event_ns = event_ns,
                                       .poison = poison,
                                       .read = read_back,
                                       .write = write_to,
                                       .stats = find_stats,
                                       .fold = fold,
                                       .fill = fill,
                                       .finish = finish};
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long page_bytes = sysconf(_SC_PAGESIZE);
    *place = (sowi_place){.ops = &ops, .name = "host", .on_host = true};
    place->bytes_total =
        pages > 0 && page_bytes > 0 ? (uint64_t)pages * (uint64_t)page_bytes : UINT64_MAX;
    place->bytes_most = place->bytes_total;
}
