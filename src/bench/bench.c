/* Measuring throughput: the first runs, which check, and the rounds. */
#include <math.h>
#include <stdlib.h>

#include "bench_options.h"
#include "bench_parts.h"
#include "clocks.h"
#include "fail.h"
#include "steps.h"

/* How far a bench has come. */
typedef struct run_state {
    sow_bench *bench;
    sowi_steps steps;
} run_state;

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
        SOWI_TRY(status, sowi_steps_next(&state->steps));
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
            SOWI_TRY(status, sowi_steps_next(&state->steps));
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
    const sowi_place_need need = {.element_bytes = sowi_bench_element_bytes(options),
                                  .memset = true};
    run_state state = {.bench = bench, .steps = {options->progress, options->user, 0, 0}};
    SOWI_TRY(status, sowi_place_open(&bench->place, context));
    sowi_bench_set(&bench->setting, options, &bench->place);
    SOWI_TRY(status, sowi_place_allocate(&bench->place, &need, options->count,
                                         &bench->setting.count, error));
    bench->cases = calloc(SOWI_CASES_MAX, sizeof *bench->cases);
    if (bench->cases == NULL)
        return SOW_ERR_NO_MEMORY;
    sowi_bench_list(bench, options);
    state.steps.total = (uint64_t)bench->count * (bench->setting.rounds + 1);
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
