/* Measuring figures against a read of the same bytes. */
#include "bench_stats.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench_options.h"
#include "clocks.h"
#include "dtype.h"
#include "fail.h"
#include "spread.h"
#include "steps.h"

/* In the order of rows. */
static const sow_dtype dtypes[SOWI_DTYPE_COUNT] = {SOW_F32,     SOW_F16,     SOW_BF16, SOW_F64,
                                                   SOW_F8_E4M3, SOW_F8_E5M2, SOW_I64,  SOW_I32,
                                                   SOW_I16,     SOW_I8,      SOW_U8,   SOW_BOOL};

/* On the host by one thread and by all. */
enum { WAYS_MAX = 2 };

/* Times of the rounds, in ns of a run. */
typedef struct way_times {
    uint32_t threads;
    double *cpu, *wall, *read_cpu, *read_wall;
} way_times;

typedef struct stats_run {
    sow_stats_bench *bench;
    sowi_steps steps;
    way_times ways[WAYS_MAX];
    size_t way_count;
    double *samples; /* four a way and round, and a round's for scratch */
    sow_error *error;
} stats_run;

static size_t count_dtypes(const sow_bench_options *options)
{
    size_t count = 0;
    for (size_t i = 0; i < SOWI_DTYPE_COUNT; i++)
        count += sowi_bench_is_chosen(options->dtypes, dtypes[i]);
    return count;
}

static sow_status check_options(const sow_bench_options *options, sow_error *error)
{
    const uint32_t all = (1u << SOWI_DTYPE_COUNT) - 1;
    if (options->whats != 0)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "whats (0x%" PRIx32 "): 0, there are no fills",
                         options->whats);
    if ((options->dtypes & ~all) != 0)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "dtypes (0x%" PRIx32 "): of 0x%" PRIx32,
                         options->dtypes, all);
    return sowi_bench_check_sizes(options, error);
}

/* Figures, which must be those that are known. */
static sow_status time_stats(const stats_run *run, const sowi_stats_known *known, uint32_t threads,
                             sowi_moment *spent)
{
    sowi_place *const place = &run->bench->place;
    sow_stats found;
    const sowi_moment start = sowi_moment_now();
    const sow_status status = place->ops->stats(place, known->dtype, known->count, threads, &found);
    *spent = sowi_moment_since(start);
    /* it has no bytes but those of its members */
    if (status == SOW_OK && memcmp(&known->stats, &found, sizeof found) != 0)
        return sowi_fail(run->error, SOW_ERR_DEVICE,
                         "figures of %s on %s (mean %.17g, std %.17g): the host's only, %.17g and "
                         "%.17g",
                         sow_dtype_name(known->dtype), place->name, found.mean, found.std,
                         known->stats.mean, known->stats.std);
    return status;
}

static sow_status time_read(const stats_run *run, const sowi_stats_known *known, uint32_t threads,
                            sowi_moment *spent)
{
    sowi_place *const place = &run->bench->place;
    uint32_t folded;
    const sowi_moment start = sowi_moment_now();
    const sow_status status = place->ops->fold(place, known->size_bytes, threads, &folded);
    *spent = sowi_moment_since(start);
    if (status == SOW_OK && folded != known->folded)
        return sowi_fail(run->error, SOW_ERR_DEVICE,
                         "the read of %s on %s (words that come to %08" PRIx32
                         "): each byte once, %08" PRIx32,
                         sow_dtype_name(known->dtype), place->name, folded, known->folded);
    return status;
}

/* One turn of a way; of the times the first round's are written over by those of the round itself. */
static sow_status time_way(stats_run *run, const sowi_stats_known *known, const way_times *way,
                           uint32_t round)
{
    sowi_moment stats, read;
    sow_status status;
    SOWI_TRY(status, sowi_steps_next(&run->steps));
    SOWI_TRY(status, time_stats(run, known, way->threads, &stats));
    SOWI_TRY(status, time_read(run, known, way->threads, &read));
    way->cpu[round] = stats.cpu_ns;
    way->wall[round] = stats.wall_ns;
    way->read_cpu[round] = read.cpu_ns;
    way->read_wall[round] = read.wall_ns;
done:
    return status;
}

static void make_row(stats_run *run, const sowi_stats_known *known, const way_times *way)
{
    sow_stats_bench *const bench = run->bench;
    const bool by_cpu = bench->setting.clock == SOW_BENCH_CLOCK_CPU;
    const size_t rounds = bench->setting.rounds;
    const double count = (double)known->count;
    double *const scratch = run->samples;
    sow_stats_bench_row *const row = &bench->rows[bench->count++];
    *row = (sow_stats_bench_row){
        .dtype = known->dtype,
        .threads = way->threads,
        .count = known->count,
        .size_bytes = known->size_bytes,
        .ns_cpu = sowi_spread_per_unit(way->cpu, count, rounds, scratch),
        .ns_wall = sowi_spread_per_unit(way->wall, count, rounds, scratch),
        .read_ns_cpu = sowi_spread_per_unit(way->read_cpu, count, rounds, scratch),
        .read_ns_wall = sowi_spread_per_unit(way->read_wall, count, rounds, scratch),
        .ratio_read =
            sowi_spread_of_ratios(by_cpu ? way->cpu : way->wall,
                                  by_cpu ? way->read_cpu : way->read_wall, 1, rounds, scratch),
    };
    row->gbps = (double)known->size_bytes / (count * row->ns_wall.median);
}

/* f64 is left out where the device cannot find its figures for lack of doubles. */
static sow_status measure_dtype(stats_run *run, sow_dtype dtype)
{
    sow_bench_setting *const setting = &run->bench->setting;
    sowi_stats_known known = {.dtype = dtype, .count = setting->count};
    sow_status status;
    SOWI_TRY(status, sowi_stats_known_draw(&run->bench->place, setting->threads, &known));
    for (size_t i = 0; i < run->way_count; i++) {
        status = time_way(run, &known, &run->ways[i], 0);
        if (status == SOW_ERR_NO_F64) {
            setting->without_f64 = 1;
            return SOW_OK;
        }
        if (status != SOW_OK)
            return status;
    }
    for (uint32_t round = 0; round < setting->rounds; round++)
        for (size_t i = 0; i < run->way_count; i++)
            SOWI_TRY(status, time_way(run, &known, &run->ways[i], round));
    for (size_t i = 0; i < run->way_count; i++)
        make_row(run, &known, &run->ways[i]);
done:
    return status;
}

/* A device has one way; of the host's the second is by all threads. */
static sow_status prepare_ways(stats_run *run)
{
    const sow_bench_setting *const setting = &run->bench->setting;
    const bool device = run->bench->place.is_device;
    run->way_count = device || setting->threads == 1 ? 1 : WAYS_MAX;
    run->samples = calloc(setting->rounds, (1 + 4 * WAYS_MAX) * sizeof *run->samples);
    if (run->samples == NULL)
        return SOW_ERR_NO_MEMORY;
    double *at = run->samples + setting->rounds;
    for (size_t i = 0; i < run->way_count; i++) {
        way_times *const way = &run->ways[i];
        way->threads = device ? 0 : i == 0 ? 1 : setting->threads;
        double **const each[] = {&way->cpu, &way->wall, &way->read_cpu, &way->read_wall};
        for (size_t j = 0; j < 4; j++, at += setting->rounds)
            *each[j] = at;
    }
    return SOW_OK;
}

sow_status sowi_stats_bench_measure(sow_stats_bench *bench, const sow_bench_options *options,
                                    sow_error *error)
{
    const sowi_place_need need = {.element_bytes =
                                      sowi_bench_widest(options->dtypes, dtypes, SOWI_DTYPE_COUNT)};
    stats_run run = {.bench = bench,
                     .steps = {.progress = options->progress, .user = options->user},
                     .error = error};
    sow_status status;
    sowi_bench_set(&bench->setting, options, &bench->place);
    bench->setting.clock = bench->place.on_host ? SOW_BENCH_CLOCK_CPU : SOW_BENCH_CLOCK_WALL;
    SOWI_TRY(status, prepare_ways(&run));
    const size_t rows = count_dtypes(options) * run.way_count;
    run.steps.total = (uint64_t)rows * (bench->setting.rounds + 1);
    bench->rows = calloc(rows, sizeof *bench->rows);
    if (bench->rows == NULL)
        status = SOW_ERR_NO_MEMORY;
    if (status == SOW_OK)
        status =
            sowi_place_allocate(&bench->place, &need, options->count, &bench->setting.count, error);
    for (size_t i = 0; i < SOWI_DTYPE_COUNT && status == SOW_OK; i++)
        if (sowi_bench_is_chosen(options->dtypes, dtypes[i]))
            status = measure_dtype(&run, dtypes[i]);
    if (status == SOW_OK && bench->count == 0)
        status = SOW_ERR_NO_F64;
    bench->place.ops->release(&bench->place);
done:
    free(run.samples);
    return status;
}

sow_status sow_stats_bench_run(sow_stats_bench **out, sow_context *context,
                               const sow_bench_options *options, sow_error *error)
{
    const sow_bench_options defaults = {0};
    sow_error told = {SOW_OK, ""};
    if (out == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "out (NULL): where to write the bench");
    *out = NULL;
    if (options == NULL)
        options = &defaults;
    sow_status status = check_options(options, error);
    if (status != SOW_OK)
        return status;
    sow_stats_bench *made = calloc(1, sizeof *made);
    status = made == NULL ? SOW_ERR_NO_MEMORY : sowi_place_open(&made->place, context);
    if (status == SOW_OK)
        status = sowi_stats_bench_measure(made, options, &told);
    if (status == SOW_OK) {
        *out = made;
        return SOW_OK;
    }
    sow_stats_bench_release(made);
    return sowi_fail(error, status, "%s",
                     told.status == status ? told.text : sow_status_text(status));
}

void sow_stats_bench_release(sow_stats_bench *bench)
{
    if (bench == NULL)
        return;
    free(bench->rows);
    free(bench);
}

size_t sow_stats_bench_row_count(const sow_stats_bench *bench)
{
    return bench->count;
}

const sow_stats_bench_row *sow_stats_bench_row_at(const sow_stats_bench *bench, size_t index)
{
    return index < bench->count ? &bench->rows[index] : NULL;
}

const sow_bench_setting *sow_stats_bench_setting_of(const sow_stats_bench *bench)
{
    return &bench->setting;
}
