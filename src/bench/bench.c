/* Measuring throughput: the first runs, which check, and the rounds. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_parts.h"
#include "clocks.h"
#include "fail.h"
#include "host/threads.h"

#define DEFAULT_COUNT  ((uint64_t)1 << 26)
#define LEAST_COUNT    ((uint64_t)1 << 12) /* that a lack of memory leads to */
#define DEFAULT_ROUNDS 9

/* How far a bench has come. */
typedef struct run_state {
    sow_bench *bench;
    const sow_bench_options *options;
    uint64_t done, total;
} run_state;

static sow_status step(run_state *state)
{
    const sow_bench_options *const options = state->options;
    const bool stop =
        options->progress != NULL && options->progress(options->user, state->done, state->total);
    state->done++;
    return stop ? SOW_ERR_CANCELLED : SOW_OK;
}

static sow_status open_place(sow_bench *bench, sow_context *context)
{
    if (context == NULL) {
        sowi_place_host(&bench->place);
        return SOW_OK;
    }
#ifdef SOWI_OPENCL
    return sowi_place_device(&bench->place, context);
#else
    return SOW_ERR_NO_OPENCL;
#endif
}

/* What memset is measured on; for whole groups of Philox words, too. */
static uint64_t memset_bytes_of(uint64_t count)
{
    return (count + 31) / 32 * 32 * 4;
}

/* Half of the memory at the most: to be short of it is to be killed, not refused. */
static bool fits(const sow_bench *bench, const sow_bench_options *options, uint64_t count)
{
    const sowi_place *const place = &bench->place;
    const uint64_t half = place->bytes_total / 2;
    const uint64_t most = place->bytes_most < half ? place->bytes_most : half;
    const uint64_t buffer = sowi_bench_buffer_bytes(options, count);
    return buffer <= most && (place->is_device || memset_bytes_of(count) <= half);
}

static sow_status allocate_for(sow_bench *bench, const sow_bench_options *options, uint64_t count)
{
    const uint64_t memset_bytes = memset_bytes_of(count);
    if (!fits(bench, options, count))
        return SOW_ERR_NO_MEMORY;
    const sow_status status = bench->place.ops->allocate(
        &bench->place, sowi_bench_buffer_bytes(options, count), memset_bytes);
    if (status != SOW_OK)
        bench->place.ops->release(&bench->place);
    return status;
}

/* The count asked for, or the default one, halved until there is memory for it. */
static sow_status allocate(sow_bench *bench, const sow_bench_options *options, sow_error *error)
{
    uint64_t count = options->count != 0 ? options->count : DEFAULT_COUNT;
    sow_status status = allocate_for(bench, options, count);
    /* What is not sowcl's own failure is the device's lack of memory. */
    while ((status == SOW_ERR_NO_MEMORY || (status < SOW_OK && status > SOW_ERR_ARGUMENT)) &&
           options->count == 0 && count > LEAST_COUNT) {
        count /= 2;
        status = allocate_for(bench, options, count);
    }
    bench->setting.count = count;
    return status == SOW_OK ? status
                            : sowi_fail(error, status, "count (%" PRIu64 "): %s", count,
                                        sow_status_text(status));
}

static sow_status allocate_samples(sow_bench *bench)
{
    const size_t rounds = bench->setting.rounds;
    bench->samples = calloc(bench->count * rounds, 3 * sizeof *bench->samples);
    if (bench->samples == NULL)
        return SOW_ERR_NO_MEMORY;
    for (size_t i = 0; i < bench->count; i++) {
        bench->cases[i].cpu = bench->samples + 3 * rounds * i;
        bench->cases[i].wall = bench->cases[i].cpu + rounds;
        bench->cases[i].event = bench->cases[i].wall + rounds;
    }
    return SOW_OK;
}

/* Runs each case once. Those that the device cannot run for lack of doubles are left out. */
static sow_status check_all(run_state *state, sow_error *error)
{
    sow_status status = SOW_OK;
    sow_bench *const bench = state->bench;
    size_t kept = 0;
    for (size_t i = 0; i < bench->count; i++) {
        sowi_case *const one = &bench->cases[i];
        SOWI_TRY(status, step(state));
        status = sowi_bench_check_whole(&bench->place, one, error);
        if (status == SOW_ERR_NO_F64) {
            bench->setting.without_f64 = 1;
            status = SOW_OK;
            continue;
        }
        if (status != SOW_OK)
            goto done;
        if (kept != i)
            bench->cases[kept] = *one;
        kept++;
    }
    bench->count = kept;
done:
    return status;
}

static sow_status time_one(sowi_place *place, sowi_case *one, uint32_t round, sow_error *error)
{
    sow_status status = SOW_OK;
    SOWI_TRY(status, sowi_bench_poison_ends(place, one));
    const sowi_moment start = sowi_moment_now();
    SOWI_TRY(status, place->ops->run(place, &one->work));
    const sowi_moment spent = sowi_moment_since(start);
    one->cpu[round] = spent.cpu_ns;
    one->wall[round] = spent.wall_ns;
    one->event[round] = one->written_bytes != 0 ? place->ops->event_ns(place) : (double)NAN;
    status = sowi_bench_check_ends(place, one, error);
done:
    return status;
}

static sow_status time_all(run_state *state, sow_error *error)
{
    sow_status status = SOW_OK;
    sow_bench *const bench = state->bench;
    for (uint32_t round = 0; round < bench->setting.rounds; round++) {
        for (size_t i = 0; i < bench->count; i++) {
            SOWI_TRY(status, step(state));
            SOWI_TRY(status, time_one(&bench->place, &bench->cases[i], round, error));
        }
    }
done:
    return status;
}

static sow_status measure(sow_bench *bench, sow_context *context, const sow_bench_options *options,
                          sow_error *error)
{
    sow_status status = SOW_OK;
    run_state state = {.bench = bench, .options = options};
    SOWI_TRY(status, open_place(bench, context));
    bench->setting.rounds = options->rounds != 0 ? options->rounds : DEFAULT_ROUNDS;
    bench->setting.threads = options->threads != 0 ? options->threads : sowi_threads_online();
    if (bench->setting.threads > SOWI_THREADS_MAX)
        bench->setting.threads = SOWI_THREADS_MAX;
    memcpy(bench->setting.device, bench->place.name, sizeof bench->setting.device);
    SOWI_TRY(status, allocate(bench, options, error));
    bench->cases = calloc(SOWI_CASES_MAX, sizeof *bench->cases);
    if (bench->cases == NULL)
        return SOW_ERR_NO_MEMORY;
    sowi_bench_list(bench, options);
    state.total = (uint64_t)bench->count * (bench->setting.rounds + 1);
    SOWI_TRY(status, check_all(&state, error));
    SOWI_TRY(status, allocate_samples(bench));
    SOWI_TRY(status, time_all(&state, error));
    SOWI_TRY(status, sowi_bench_make_rows(bench));
    bench->place.ops->release(&bench->place);
done:
    return status;
}

sow_status sow_bench_run(sow_bench **out, sow_context *context, const sow_bench_options *options,
                         sow_error *error)
{
    const sow_bench_options defaults = {0};
    sow_error told = {SOW_OK, ""};
    if (out == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "out (NULL): where to write the bench");
    *out = NULL;
    if (options == NULL)
        options = &defaults;
    sow_status status = sowi_bench_check_options(options, error);
    if (status != SOW_OK)
        return status;
    sow_bench *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return sowi_fail(error, SOW_ERR_NO_MEMORY, "%s", sow_status_text(SOW_ERR_NO_MEMORY));
    status = measure(made, context, options, &told);
    if (status == SOW_OK) {
        *out = made;
        return SOW_OK;
    }
    sow_bench_release(made);
    return sowi_fail(error, status, "%s",
                     told.status == status ? told.text : sow_status_text(status));
}

void sow_bench_release(sow_bench *bench)
{
    if (bench == NULL)
        return;
    if (bench->place.ops != NULL)
        bench->place.ops->release(&bench->place);
    free(bench->rows);
    free(bench->samples);
    free(bench->cases);
    free(bench);
}

size_t sow_bench_row_count(const sow_bench *bench)
{
    return bench->count;
}

const sow_bench_row *sow_bench_row_at(const sow_bench *bench, size_t index)
{
    return index < bench->count ? &bench->rows[index] : NULL;
}

const sow_bench_setting *sow_bench_setting_of(const sow_bench *bench)
{
    return &bench->setting;
}
