/* Measuring small fills against empty launches. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clocks.h"
#include "fail.h"
#include "place.h"
#include "spread.h"
#include "steps.h"

#define DEFAULT_ROUNDS 40
#define ROUNDS_MAX     10000
#define TINY_COUNT     7

static const struct {
    sow_latency_what what;
    uint64_t count;
} kinds[] = {
    {SOW_LATENCY_SINGLE, 1},          {SOW_LATENCY_SINGLE, 1 << 10},
    {SOW_LATENCY_SINGLE, 1 << 16},    {SOW_LATENCY_PIPELINED, 1},
    {SOW_LATENCY_PIPELINED, 1 << 10}, {SOW_LATENCY_PIPELINED, 1 << 16},
    {SOW_LATENCY_TINY, TINY_COUNT},
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

#define LONGEST_FILL ((uint64_t)1 << 16)

struct sow_latency {
    sow_latency_row rows[KIND_COUNT];
};

/* Times of the turns, per call. */
typedef struct turn_times {
    double *wall, *cpu, *empty_wall, *empty_cpu, *scratch;
} turn_times;

typedef struct latency_run {
    sowi_place place;
    uint32_t rounds;
    sowi_steps steps; /* turns */
    sow_plan *plans;  /* SOW_LATENCY_BLOCK of them: one turn's */
    double *samples;  /* of the longest row, five times */
} latency_run;

/* A row in the making. */
typedef struct row_work {
    sow_latency_what what;
    uint64_t count;
    uint32_t turns, calls; /* calls: of a turn */
    bool tiny;
} row_work;

const char *sow_latency_what_name(sow_latency_what what)
{
    static const char *const names[] = {"single", "pipelined", "tiny"};
    return (size_t)what < sizeof names / sizeof *names ? names[what] : NULL;
}

static row_work row_work_of(size_t kind, uint32_t rounds)
{
    const sow_latency_what what = kinds[kind].what;
    return (row_work){
        .what = what,
        .count = kinds[kind].count,
        .turns = what == SOW_LATENCY_PIPELINED ? rounds : 10 * rounds,
        .calls = what == SOW_LATENCY_SINGLE ? 1 : SOW_LATENCY_BLOCK,
        .tiny = what == SOW_LATENCY_TINY,
    };
}

/* Tiny tensors lie one after the other, each with its stream; other fills all go to the buffer's start. */
static uint64_t offset_of(const row_work *row, uint32_t turn, uint32_t call)
{
    return row->tiny ? ((uint64_t)turn * row->calls + call) * row->count : 0;
}

static void make_plans(latency_run *run, const row_work *row, uint32_t turn)
{
    const sow_tensor tensor = {.dtype = SOW_F32, .rank = 1, .shape = {row->count}};
    const sow_initializer uniform = sow_uniform(0, 1);
    const uint32_t plans = row->tiny ? row->calls : 1;
    for (uint32_t i = 0; i < plans; i++) {
        const sow_key key = {.stream = offset_of(row, turn, i)};
        (void)sow_plan_make(&run->plans[i], &tensor, &uniform, key, NULL); /* known to be valid */
    }
}

static sow_status time_fills(latency_run *run, const row_work *row, uint32_t turn,
                             sowi_moment *spent)
{
    sow_status status = SOW_OK;
    sowi_place *const place = &run->place;
    make_plans(run, row, turn);
    const sowi_moment start = sowi_moment_now();
    for (uint32_t i = 0; i < row->calls; i++)
        SOWI_TRY(status,
                 place->ops->fill(place, &run->plans[row->tiny ? i : 0], offset_of(row, turn, i)));
    SOWI_TRY(status, place->ops->finish(place));
    *spent = sowi_moment_since(start);
done:
    return status;
}

static sow_status time_empty(latency_run *run, const row_work *row, sowi_moment *spent)
{
    sow_status status = SOW_OK;
    sowi_place *const place = &run->place;
    *spent = (sowi_moment){(double)NAN, (double)NAN};
    if (place->ops->launch == NULL)
        return SOW_OK;
    place->ops->aim(place, &run->plans[0]);
    const sowi_moment start = sowi_moment_now();
    for (uint32_t i = 0; i < row->calls; i++)
        SOWI_TRY(status, place->ops->launch(place));
    SOWI_TRY(status, place->ops->finish(place));
    *spent = sowi_moment_since(start);
done:
    return status;
}

/* Holds what the last turn has left, of tiny tensors all turns, against the host path. */
static sow_status check(latency_run *run, const row_work *row, sow_error *error)
{
    sow_status status = SOW_OK;
    sowi_place *const place = &run->place;
    const uint64_t elements = row->tiny ? row->calls * row->count : row->count;
    float *const found = calloc(2 * elements, sizeof *found);
    if (found == NULL)
        return SOW_ERR_NO_MEMORY;
    float *const expected = found + elements;
    for (uint32_t turn = 0; turn < (row->tiny ? row->turns : 1); turn++) {
        make_plans(run, row, turn);
        for (uint32_t i = 0; i < (row->tiny ? row->calls : 1); i++)
            SOWI_TRY(status, sow_fill_host_plan(expected + i * row->count, &run->plans[i], NULL));
        SOWI_TRY(status, place->ops->read(place, offset_of(row, turn, 0) * sizeof *found,
                                          elements * sizeof *found, found));
        if (memcmp(expected, found, elements * sizeof *found) != 0)
            SOWI_TRY(status, sowi_fail(error, SOW_ERR_TEST_NORMAL,
                                       "%s fills of %" PRIu64 " elements on %s stored other "
                                       "bytes: the host path's only",
                                       sow_latency_what_name(row->what), row->count, place->name));
    }
done:
    free(found);
    return status;
}

static turn_times times_of(const latency_run *run)
{
    const size_t most = 10 * (size_t)run->rounds;
    double *const at = run->samples;
    return (turn_times){at, at + most, at + 2 * most, at + 3 * most, at + 4 * most};
}

static void make_row(const row_work *work, const turn_times *times, sow_latency_row *row)
{
    const size_t turns = work->turns;
    row->what = work->what;
    row->count = work->count;
    row->calls = (uint64_t)work->turns * work->calls;
    row->ratio_wall =
        sowi_spread_of_ratios(times->wall, times->empty_wall, 1, turns, times->scratch);
    row->ratio_cpu = sowi_spread_of_ratios(times->cpu, times->empty_cpu, 1, turns, times->scratch);
    row->ns_wall = sowi_spread_of(times->wall, turns);
    row->ns_cpu = sowi_spread_of(times->cpu, turns);
    row->empty_ns_wall = sowi_spread_of(times->empty_wall, turns);
    row->empty_ns_cpu = sowi_spread_of(times->empty_cpu, turns);
}

static sow_status measure_row(latency_run *run, const row_work *work, sow_latency_row *row,
                              sow_error *error)
{
    sow_status status = SOW_OK;
    sowi_place *const place = &run->place;
    const turn_times times = times_of(run);
    const uint64_t fills = work->tiny ? (uint64_t)work->turns * work->calls : 1;
    sowi_moment fill, empty;
    SOWI_TRY(status, time_fills(run, work, 0, &fill)); /* warm up */
    SOWI_TRY(status, time_empty(run, work, &empty));
    SOWI_TRY(status, place->ops->poison(place, 0, fills * work->count * sizeof(float)));
    for (uint32_t turn = 0; turn < work->turns; turn++) {
        SOWI_TRY(status, sowi_steps_next(&run->steps));
        SOWI_TRY(status, time_fills(run, work, turn, &fill));
        SOWI_TRY(status, time_empty(run, work, &empty));
        times.wall[turn] = fill.wall_ns / work->calls;
        times.cpu[turn] = fill.cpu_ns / work->calls;
        times.empty_wall[turn] = empty.wall_ns / work->calls;
        times.empty_cpu[turn] = empty.cpu_ns / work->calls;
    }
    SOWI_TRY(status, check(run, work, error));
    make_row(work, &times, row);
done:
    return status;
}

static sow_status prepare(latency_run *run, sow_context *context)
{
    sow_status status = SOW_OK;
    const uint64_t tiny = 10 * (uint64_t)run->rounds * SOW_LATENCY_BLOCK * TINY_COUNT;
    SOWI_TRY(status, sowi_place_open(&run->place, context));
    run->plans = calloc(SOW_LATENCY_BLOCK, sizeof *run->plans);
    run->samples = calloc(10 * (size_t)run->rounds, 5 * sizeof *run->samples);
    if (run->plans == NULL || run->samples == NULL)
        return SOW_ERR_NO_MEMORY;
    status = run->place.ops->allocate(
        &run->place, (tiny > LONGEST_FILL ? tiny : LONGEST_FILL) * sizeof(float), 0);
    for (size_t i = 0; i < KIND_COUNT; i++)
        run->steps.total += row_work_of(i, run->rounds).turns;
done:
    return status;
}

sow_status sow_latency_run(sow_latency **out, sow_context *context,
                           const sow_latency_options *options, sow_error *error)
{
    const sow_latency_options defaults = {0};
    sow_error told = {SOW_OK, ""};
    if (out == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "out (NULL): where to write the latency");
    *out = NULL;
    if (options == NULL)
        options = &defaults;
    if (options->rounds > ROUNDS_MAX)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "rounds (%" PRIu32 "): at most %d",
                         options->rounds, ROUNDS_MAX);
    sow_status status = SOW_ERR_NO_MEMORY;
    latency_run run = {.steps = {options->progress, options->user, 0, 0}};
    run.rounds = options->rounds != 0 ? options->rounds : DEFAULT_ROUNDS;
    sow_latency *made = calloc(1, sizeof *made);
    if (made == NULL)
        goto done;
    SOWI_TRY(status, prepare(&run, context));
    for (size_t i = 0; i < KIND_COUNT; i++) {
        const row_work work = row_work_of(i, run.rounds);
        SOWI_TRY(status, measure_row(&run, &work, &made->rows[i], &told));
    }
    *out = made;
    made = NULL;
done:
    if (run.place.ops != NULL)
        run.place.ops->release(&run.place);
    free(run.samples);
    free(run.plans);
    sow_latency_release(made);
    return status == SOW_OK
               ? SOW_OK
               : sowi_fail(error, status, "%s",
                           told.status == status ? told.text : sow_status_text(status));
}

void sow_latency_release(sow_latency *latency)
{
    free(latency);
}

size_t sow_latency_row_count(const sow_latency *latency)
{
    (void)latency;
    return KIND_COUNT;
}

const sow_latency_row *sow_latency_row_at(const sow_latency *latency, size_t index)
{
    return index < KIND_COUNT ? &latency->rows[index] : NULL;
}
