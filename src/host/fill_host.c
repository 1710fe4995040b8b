/* Filling host memory: constants, the choice of an instruction set, and threads. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "host.h"
#include "job.h"
#include "orthogonal_host.h"
#include "simd.h"
#include "structure.h"
#include "structure_host.h"
#include "threads.h"

typedef struct instruction_set {
    sowi_fill_items *fill_items;
    uint32_t lanes;
    sowi_clear_columns *clear_columns;
} instruction_set;

/* false: the machine does not have the set asked for. */
static bool choose(sow_simd simd, instruction_set *set)
{
    *set = (instruction_set){sowi_fill_items_plain, SOWI_LANES_PLAIN, sowi_clear_columns_plain};
    if (simd == SOW_SIMD_PLAIN)
        return true;
    if (simd != SOW_SIMD_BEST && simd != SOW_SIMD_AVX2)
        return false;
#if defined(SOWI_HAVE_AVX2)
    if (sowi_has_avx2())
        *set = (instruction_set){sowi_fill_items_avx2, SOWI_LANES_AVX2, sowi_clear_columns_avx2};
#endif
    return simd == SOW_SIMD_BEST || sowi_has_avx2();
}

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

static uint32_t thread_count(const sow_plan *plan, uint32_t wanted)
{
    return sowi_threads_for(plan->count * sow_dtype_size(plan->dtype), wanted);
}

/* What comes over the distribution's elements. */
static void write_over(void *dst, const sow_plan *plan, const instruction_set *set,
                       uint32_t threads)
{
    sow_plan overlay;
    if (plan->structure != SOW_STRUCTURE_NONE)
        sowi_structure_fill_host(dst, plan, set->clear_columns, thread_count(plan, threads));
    if (sowi_plan_overlay(plan, &overlay))
        fill_pattern((uint8_t *)dst + (overlay.begin - plan->begin) * sow_dtype_size(plan->dtype),
                     &overlay, overlay.count);
}

sow_status sow_fill_host_plan(void *dst, const sow_plan *plan, const sow_host_options *options)
{
    if (plan == NULL || (dst == NULL && plan->count != 0))
        return SOW_ERR_ARGUMENT;
    const sow_host_options defaults = {0};
    if (options == NULL)
        options = &defaults;
    instruction_set set;
    if (!choose(options->simd, &set))
        return SOW_ERR_ARGUMENT;
    if (plan->count == 0)
        return SOW_OK;
    if (plan->count > SIZE_MAX / sow_dtype_size(plan->dtype))
        return SOW_ERR_NO_MEMORY;
    if (plan->distribution == SOW_DIST_ORTHOGONAL) {
        const sow_status status = sowi_orthogonal_fill_host(dst, plan, options);
        if (status == SOW_OK)
            write_over(dst, plan, &set, options->threads);
        return status;
    }
    sowk_job job;
    whole_fill whole = {.plan = plan, .job = &job, .fill_items = set.fill_items, .dst = dst};
    uint64_t parts = plan->count;
    if (plan->distribution != SOW_DIST_CONSTANT) {
        sowi_job_make(&job, plan, set.lanes, 0);
        parts = job.items;
    }
    sowi_threads_run(fill_part, &whole, parts, thread_count(plan, options->threads));
    write_over(dst, plan, &set, options->threads);
    return SOW_OK;
}

sow_status sow_fill_host(void *dst, const sow_tensor *tensor, const sow_initializer *initializer,
                         sow_key key)
{
    sow_plan plan;
    const sow_status status = sow_plan_make(&plan, tensor, initializer, key, NULL);
    if (status != SOW_OK)
        return status;
    const sow_host_options one_thread = {.threads = 1};
    return sow_fill_host_plan(dst, &plan, &one_thread);
}
