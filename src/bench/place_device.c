/* A buffer on an OpenCL device. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "device/baseline.h"
#include "fail.h"
#include "place.h"

static sow_status finish(sowi_place *place, sow_status enqueued)
{
    return enqueued != SOW_OK ? enqueued : sowi_baseline_finish(place->baseline);
}

static sow_status poison(sowi_place *place, uint64_t offset_bytes, uint64_t size_bytes)
{
    return finish(place,
                  sowi_baseline_pattern(place->baseline, SOWI_POISON, 1, offset_bytes, size_bytes));
}

static sow_status allocate(sowi_place *place, uint64_t buffer_bytes, uint64_t memset_bytes)
{
    sow_status status = SOW_OK;
    if (memset_bytes > 0) {
        place->memory = memset_bytes > SIZE_MAX ? NULL : malloc((size_t)memset_bytes);
        if (place->memory == NULL)
            return SOW_ERR_NO_MEMORY;
        memset(place->memory, SOWI_POISON, (size_t)memset_bytes);
    }
    SOWI_TRY(status, sowi_baseline_create(&place->baseline, place->context, buffer_bytes,
                                          memset_bytes > 0));
    status = poison(place, 0, buffer_bytes);
done:
    return status;
}

static void release(sowi_place *place)
{
    sowi_baseline_release(place->baseline);
    place->baseline = NULL;
    free(place->memory);
    place->memory = NULL;
}

static sow_status launch(sowi_place *place, const sowi_work *work, sowi_baseline_kernel kernel)
{
    sowi_baseline_aim(place->baseline, &work->plan);
    return sowi_baseline_launch(place->baseline, kernel);
}

static sow_status run(sowi_place *place, const sowi_work *work)
{
    switch (work->what) {
    case SOW_BENCH_PHILOX:
        return finish(place, launch(place, work, SOWI_BASELINE_PHILOX));
    case SOW_BENCH_STORE:
        return finish(place, launch(place, work, SOWI_BASELINE_STORE));
    case SOW_BENCH_FILL_BUFFER:
        return finish(place, sowi_baseline_pattern(place->baseline, (uint32_t)work->plan.param[0],
                                                   4, 0, work->size_bytes));
    case SOW_BENCH_MEMSET:
    case SOW_BENCH_MEMSET_ALL:
        sowi_place_memset(place, work);
        return SOW_OK;
    default:
        return finish(place, sowi_baseline_fill(place->baseline, &work->plan, 0));
    }
}

static double event_ns(sowi_place *place)
{
    return sowi_baseline_event_ns(place->baseline);
}

static sow_status read_back(sowi_place *place, uint64_t offset_bytes, uint64_t size_bytes,
                            void *dst)
{
    return sowi_baseline_read(place->baseline, offset_bytes, size_bytes, dst);
}

static sow_status write_to(sowi_place *place, uint64_t offset_bytes, uint64_t size_bytes,
                           const void *src)
{
    return sowi_baseline_write(place->baseline, offset_bytes, size_bytes, src);
}

static sow_status find_stats(sowi_place *place, sow_dtype dtype, uint64_t count, uint32_t threads,
                             sow_stats *out)
{
    (void)threads;
    return sowi_baseline_stats(place->baseline, dtype, count, out);
}

static sow_status fold(sowi_place *place, uint64_t size_bytes, uint32_t threads, uint32_t *folded)
{
    (void)threads;
    return sowi_baseline_fold(place->baseline, size_bytes, folded);
}

static sow_status fill(sowi_place *place, const sow_plan *plan, uint64_t offset_elems)
{
    return sowi_baseline_fill(place->baseline, plan, offset_elems);
}

static void aim(sowi_place *place, const sow_plan *plan)
{
    sowi_baseline_aim(place->baseline, plan);
}

static sow_status launch_empty(sowi_place *place)
{
    return sowi_baseline_launch(place->baseline, SOWI_BASELINE_EMPTY);
}

static sow_status finish_queue(sowi_place *place)
{
    return sowi_baseline_finish(place->baseline);
}

/* A device may not tell how much memory it has. */
static uint64_t known(uint64_t bytes)
{
    return bytes != 0 ? bytes : UINT64_MAX;
}

sow_status sowi_place_device(sowi_place *place, struct sow_context *context)
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
                                       .aim = aim,
                                       .launch = launch_empty,
                                       .finish = finish_queue};
    sowi_baseline_device device;
    const sow_status status = sowi_baseline_describe(context, &device);
    if (status != SOW_OK)
        return status;
    *place = (sowi_place){
        .ops = &ops,
        .is_device = true,
        .on_host = device.on_host,
        .bytes_most = known(device.max_alloc_bytes),
        .bytes_total = known(device.global_bytes),
        .context = context,
    };
    memcpy(place->name, device.name, sizeof place->name);
    return SOW_OK;
}
