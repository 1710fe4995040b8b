/* Filling host memory: constants, the choice of an instruction set, and threads. */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fail.h"
#include "host.h"
#include "job.h"

#define MAX_THREADS 256

typedef struct instruction_set {
    sowi_fill_items *fill_items;
    uint32_t lanes;
} instruction_set;

static bool has_avx2(void)
{
#if defined(SOWI_HAVE_AVX2)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}

/* false: the machine does not have the set asked for. */
static bool choose(sow_simd simd, instruction_set *set)
{
    *set = (instruction_set){sowi_fill_items_plain, SOWI_LANES_PLAIN};
    if (simd == SOW_SIMD_PLAIN)
        return true;
    if (simd != SOW_SIMD_BEST && simd != SOW_SIMD_AVX2)
        return false;
#if defined(SOWI_HAVE_AVX2)
    if (has_avx2())
        *set = (instruction_set){sowi_fill_items_avx2, SOWI_LANES_AVX2};
#endif
    return simd == SOW_SIMD_BEST || has_avx2();
}

/* One thread's part of a fill: bytes of a constant, or items of a job. */
typedef struct share {
    const sow_plan *plan;
    const sowk_job *job;
    sowi_fill_items *fill_items;
    void *dst;
    uint64_t first, end; /* items, or elements of a constant */
} share;

/* Doubles the written front until the whole is covered. */
static void fill_pattern(uint8_t *dst, const sow_plan *plan, uint64_t count)
{
    const size_t size = sow_dtype_size(plan->dtype);
    const size_t total = (size_t)count * size;
    uint8_t pattern[8];
    for (size_t i = 0; i < size; i++)
        pattern[i] = (uint8_t)(plan->pattern >> (8 * i));
    memcpy(dst, pattern, size);
    for (size_t done = size; done < total;) {
        const size_t step = done < total - done ? done : total - done;
        memcpy(dst + done, dst, step);
        done += step;
    }
}

static void *run_share(void *argument)
{
    const share *mine = argument;
    if (mine->first == mine->end)
        return NULL;
    if (mine->plan->distribution == SOW_DIST_CONSTANT) {
        const size_t size = sow_dtype_size(mine->plan->dtype);
        fill_pattern((uint8_t *)mine->dst + mine->first * size, mine->plan,
                     mine->end - mine->first);
    } else {
        mine->fill_items(mine->plan, mine->job, mine->first, mine->end, mine->dst);
    }
    return NULL;
}

/* The processors online, which are asked for only when it matters: that costs more than a small fill. */
static uint32_t thread_count(const sow_plan *plan, uint32_t wanted)
{
    const uint64_t useful = plan->count * sow_dtype_size(plan->dtype) / SOWI_BYTES_PER_THREAD + 1;
    uint64_t threads = wanted;
    if (wanted == 0 && useful > 1) {
        const long online = sysconf(_SC_NPROCESSORS_ONLN);
        threads = online > 0 ? (uint64_t)online : 1;
    }
    if (threads == 0 || threads > useful)
        threads = useful;
    return threads > MAX_THREADS ? MAX_THREADS : (uint32_t)threads;
}

/* Runs the whole in `threads` equal shares; a thread that cannot be started has its share done here. */
static void run_shares(const share *whole, uint32_t threads)
{
    share shares[MAX_THREADS];
    pthread_t handles[MAX_THREADS];
    bool started[MAX_THREADS] = {false};
    const uint64_t part = whole->end / threads, rest = whole->end % threads;
    uint64_t first = 0;
    for (uint32_t t = 0; t < threads; t++) {
        shares[t] = *whole;
        shares[t].first = first;
        first += part + (t < rest ? 1 : 0);
        shares[t].end = first;
        if (t > 0)
            started[t] = pthread_create(&handles[t], NULL, run_share, &shares[t]) == 0;
    }
    run_share(&shares[0]);
    for (uint32_t t = 1; t < threads; t++) {
        if (started[t])
            (void)pthread_join(handles[t], NULL); /* fails only for handles that are not threads */
        else
            run_share(&shares[t]);
    }
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
    sowk_job job;
    share whole = {.plan = plan, .job = &job, .fill_items = set.fill_items, .dst = dst};
    if (plan->distribution == SOW_DIST_CONSTANT) {
        whole.end = plan->count;
    } else {
        sowi_job_make(&job, plan, set.lanes, 0);
        whole.end = job.items;
    }
    run_shares(&whole, thread_count(plan, options->threads));
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
