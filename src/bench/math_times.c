/* What our functions cost beside a library's. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "clocks.h"
#include "fail.h"
#include "host/library_host.h"
#include "spread.h"

#ifdef SOWI_OPENCL
#include "device/baseline.h"
#endif

enum { MATHS = 3, ROUNDS = 5 };
#define COUNT_LEAST UINT64_C(0x4000)
#define COUNT_MOST  UINT64_C(0x400000)
#define LONG_NS     1e8

/* Where draws are timed. */
typedef struct timing {
    bool on_host;
    sow_plan plan;
    void *memory; /* of the host */
#ifdef SOWI_OPENCL
    sowi_baseline *device;
#endif
} timing;

static sow_status open_timing(timing *of, sow_context *context)
{
    const uint64_t bytes = COUNT_MOST * sizeof(float);
    of->on_host = context == NULL;
    if (of->on_host) {
        of->memory = malloc((size_t)bytes);
        return of->memory != NULL ? SOW_OK : SOW_ERR_NO_MEMORY;
    }
#ifdef SOWI_OPENCL
    return sowi_baseline_create(&of->device, context, bytes, false);
#else
    return SOW_ERR_NO_OPENCL;
#endif
}

static void close_timing(timing *of)
{
    free(of->memory);
#ifdef SOWI_OPENCL
    sowi_baseline_release(of->device);
#endif
}

static sow_status draw(timing *of, int math)
{
    if (of->on_host)
        return math == 0 ? sow_fill_host_plan(of->memory, &of->plan, NULL)
                         : sowi_library_fill_host(of->memory, &of->plan, 0);
#ifdef SOWI_OPENCL
    const sow_status status = math == 0
                                  ? sowi_baseline_fill(of->device, &of->plan, 0)
                                  : sowi_baseline_fill_by_library(of->device, math == 2, &of->plan);
    return status != SOW_OK ? status : sowi_baseline_finish(of->device);
#else
    return SOW_ERR_NO_OPENCL;
#endif
}

static sow_status aim(timing *of, uint64_t count)
{
    const sow_tensor tensor = {.dtype = SOW_F32, .rank = 1, .shape = {count}};
    const sow_initializer normal = sow_normal(0, 1);
    return sow_plan_make(&of->plan, &tensor, &normal, (sow_key){0, 0}, NULL);
}

/* As many elements as take long enough to be timed; each math has then been drawn by once. */
static sow_status warm_up(timing *of, int maths)
{
    sow_status status = SOW_OK;
    for (uint64_t count = COUNT_LEAST; count <= COUNT_MOST && status == SOW_OK; count *= 4) {
        double longest = 0;
        status = aim(of, count);
        for (int math = 0; math < maths && status == SOW_OK; math++) {
            status = draw(of, math); /* builds, and touches the memory */
            const sowi_moment start = sowi_moment_now();
            if (status == SOW_OK)
                status = draw(of, math);
            longest = fmax(longest, sowi_moment_since(start).wall_ns);
        }
        if (longest > LONG_NS)
            break;
    }
    return status;
}

static sow_status measure(timing *of, int maths, sow_math_times *times)
{
    double cpu[MATHS][ROUNDS], wall[MATHS][ROUNDS];
    sow_status status = SOW_OK;
    for (size_t round = 0; round < ROUNDS; round++) {
        for (int math = 0; math < maths && status == SOW_OK; math++) {
            const sowi_moment start = sowi_moment_now();
            status = draw(of, math);
            const sowi_moment taken = sowi_moment_since(start);
            cpu[math][round] = taken.cpu_ns / (double)of->plan.count;
            wall[math][round] = taken.wall_ns / (double)of->plan.count;
        }
    }
    for (int math = 0; math < MATHS && status == SOW_OK; math++) {
        times->cpu_ns[math] = math < maths ? sowi_spread_of(cpu[math], ROUNDS).median : (double)NAN;
        times->wall_ns[math] =
            math < maths ? sowi_spread_of(wall[math], ROUNDS).median : (double)NAN;
    }
    return status;
}

sow_status sow_math_times_measure(sow_math_times *times, sow_context *context)
{
    if (times == NULL)
        return SOW_ERR_ARGUMENT;
    timing of = {.memory = NULL};
    const int maths = context == NULL ? MATHS - 1 : MATHS;
    sow_status status;
    SOWI_TRY(status, open_timing(&of, context));
    SOWI_TRY(status, warm_up(&of, maths));
    SOWI_TRY(status, measure(&of, maths, times));
done:
    close_timing(&of);
    return status;
}
