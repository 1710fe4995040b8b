/* Drawing into host memory: constants, the choice of an instruction set, and threads. */
#include "draw_host.h"

#include <stddef.h>
#include <string.h>

#include "host.h"
#include "job.h"
#include "simd.h"
#include "threads.h"

typedef struct whole_fill {
    const sow_plan *plan;
    const sowk_job *job; /* not of a constant */
    sowi_fill_items *fill_items;
    void *dst;
} whole_fill;

/* Of a front that is copied on and on: it stays in the first cache. */
#define FRONT_BYTES ((size_t)16 << 10)

/* Doubles the written front until it is long enough, and copies it until the whole is covered. */
static void fill_pattern(uint8_t *dst, const sow_plan *plan, uint64_t count)
{
    const size_t size = sow_dtype_size(plan->dtype);
    const size_t total = (size_t)count * size;
    uint8_t pattern[8];
    for (size_t i = 0; i < size; i++)
        pattern[i] = (uint8_t)(plan->pattern >> (8 * i));
    memcpy(dst, pattern, size);
    for (size_t done = size; done < total;) {
        const size_t front = done < FRONT_BYTES ? done : FRONT_BYTES;
        const size_t step = front < total - done ? front : total - done;
        memcpy(dst + done, dst, step);
        done += step;
    }
}

/* One thread's part of a fill: items of its job, or elements of a constant. */
static void fill_part(void *work, uint64_t first, uint64_t end)
{
    const whole_fill *const whole = work;
    if (first == end)
        return;
    if (whole->plan->distribution == SOW_DIST_CONSTANT) {
        const size_t size = sow_dtype_size(whole->plan->dtype);
        fill_pattern((uint8_t *)whole->dst + first * size, whole->plan, end - first);
    } else {
        whole->fill_items(whole->plan, whole->job, first, end, whole->dst);
    }
}

/* Makes the job for the instruction set that draws. */
static void choose(whole_fill *whole, sowk_job *job, sow_simd simd)
{
    uint32_t lanes = SOWI_LANES_PLAIN;
    whole->fill_items = sowi_fill_items_plain;
#if defined(SOWI_HAVE_AVX2)
    if (sowi_simd_is_avx2(simd)) {
        whole->fill_items = sowi_fill_items_avx2;
        lanes = SOWI_LANES_AVX2;
    }
#endif
    (void)simd;
    sowi_job_make(job, whole->plan, lanes, 0);
}

void sowi_draw_host(void *dst, const sow_plan *plan, const sow_host_options *options)
{
    sowk_job job;
    whole_fill whole = {.plan = plan, .job = &job, .dst = dst};
    uint64_t parts = plan->count;
    if (plan->distribution != SOW_DIST_CONSTANT) {
        choose(&whole, &job, options->simd);
        parts = job.items;
    }
    sowi_threads_run(fill_part, &whole, parts,
                     sowi_threads_for(plan->count * sow_dtype_size(plan->dtype), options->threads));
}
