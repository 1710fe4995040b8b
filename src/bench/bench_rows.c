/* From samples to rows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_parts.h"
#include "spread.h"

static bool has_events(const sow_bench *bench, const sowi_case *one)
{
    for (uint32_t i = 0; i < bench->setting.rounds; i++)
        if (!isfinite(one->event[i]))
            return false;
    return true;
}

static bool is_memset(const sowi_case *one)
{
    return one->work.what == SOW_BENCH_MEMSET || one->work.what == SOW_BENCH_MEMSET_ALL;
}

static sow_bench_clock choose_clock(const sow_bench *bench)
{
    if (bench->place.on_host)
        return SOW_BENCH_CLOCK_CPU;
    for (size_t i = 0; i < bench->count; i++)
        if (!is_memset(&bench->cases[i]) && !has_events(bench, &bench->cases[i]))
            return SOW_BENCH_CLOCK_WALL;
    return SOW_BENCH_CLOCK_EVENT;
}

static const double *samples_of(const sow_bench *bench, const sowi_case *one)
{
    if (bench->setting.clock == SOW_BENCH_CLOCK_CPU)
        return one->cpu;
    return bench->setting.clock == SOW_BENCH_CLOCK_EVENT ? one->event : one->wall;
}

/* The baseline of that kind: on the host for as many threads, on a device its own, and one thread's memset.
 * NULL: none. */
static const sowi_case *find_baseline(const sow_bench *bench, sow_bench_what what,
                                      const sowi_case *one)
{
    const bool memory = what == SOW_BENCH_MEMSET;
    const uint32_t threads = !bench->place.is_device ? one->work.threads : memory ? 1 : 0;
    for (size_t i = 0; i < bench->count; i++) {
        const sowi_case *const other = &bench->cases[i];
        const bool kind = memory ? is_memset(other) : other->work.what == what;
        if (kind && other->work.threads == threads)
            return other;
    }
    return NULL;
}

typedef struct ratio_work {
    const sow_bench *bench;
    const sowi_case *one;
    double *scratch;
} ratio_work;

static sow_bench_spread ratio_to(const ratio_work *use, sow_bench_what what, bool per_byte)
{
    const sowi_case *const one = use->one;
    const sowi_case *const base = find_baseline(use->bench, what, one);
    const bool other_clock = (is_memset(one) || what == SOW_BENCH_MEMSET) &&
                             use->bench->setting.clock != SOW_BENCH_CLOCK_CPU;
    if (base == NULL || other_clock)
        return sowi_spread_of_none();
    const double units = per_byte ? (double)one->work.size_bytes / (double)base->work.size_bytes
                                  : (double)one->work.plan.count / (double)base->work.plan.count;
    return sowi_spread_of_ratios(samples_of(use->bench, one), samples_of(use->bench, base),
                                 1 / units, use->bench->setting.rounds, use->scratch);
}

static void make_row(const sow_bench *bench, const sowi_case *one, sow_bench_row *row,
                     double *scratch)
{
    const sowi_work *const work = &one->work;
    const double count = (double)work->plan.count;
    const size_t rounds = bench->setting.rounds;
    const bool fill = sow_bench_what_is_fill(work->what) != 0;
    const bool drawn = (fill && work->what != SOW_BENCH_CONSTANT) || work->what == SOW_BENCH_PHILOX;
    const ratio_work use = {bench, one, scratch};
    *row = (sow_bench_row){
        .what = work->what,
        .dtype = fill || work->what == SOW_BENCH_PHILOX ? work->plan.dtype : SOW_F32,
        .threads = work->threads,
        .count = work->plan.count,
        .size_bytes = work->size_bytes,
        .ns_cpu = sowi_spread_per_unit(one->cpu, count, rounds, scratch),
        .ns_wall = sowi_spread_per_unit(one->wall, count, rounds, scratch),
        .ns_event = sowi_spread_per_unit(one->event, count, rounds, scratch),
        .ratio_philox = drawn ? ratio_to(&use, SOW_BENCH_PHILOX, false) : sowi_spread_of_none(),
        .ratio_store = ratio_to(&use, SOW_BENCH_STORE, true),
        .ratio_fill = ratio_to(&use, SOW_BENCH_FILL_BUFFER, true),
        .ratio_memset = ratio_to(&use, SOW_BENCH_MEMSET, true),
        .has_digest = fill,
    };
    row->gbps = (double)work->size_bytes / (count * row->ns_wall.median);
    memcpy(row->digest, one->digest, sizeof row->digest);
}

sow_status sowi_bench_make_rows(sow_bench *bench)
{
    double *const scratch = calloc(bench->setting.rounds, sizeof *scratch);
    bench->rows = calloc(bench->count, sizeof *bench->rows);
    if (scratch == NULL || bench->rows == NULL) {
        free(scratch);
        return SOW_ERR_NO_MEMORY;
    }
    bench->setting.clock = choose_clock(bench);
    for (size_t i = 0; i < bench->count; i++)
        make_row(bench, &bench->cases[i], &bench->rows[i], scratch);
    free(scratch);
    return SOW_OK;
}
