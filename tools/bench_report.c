#include "bench_report.h"

#include <inttypes.h>
#include <math.h>

#include "bench_cells.h"
#include "json_output.h"
#include "message.h"
#include "output.h"

/* What the device's own time per element is. */
static const sow_bench_spread *time_of(const sow_bench *bench, const sow_bench_row *row)
{
    const bool events = sow_bench_setting_of(bench)->clock == SOW_BENCH_CLOCK_EVENT;
    return events && isfinite(row->ns_event.median) ? &row->ns_event : &row->ns_wall;
}

/* What bars show. */
static double bar_ns(const sow_bench *bench, const sow_bench_row *row)
{
    return sow_bench_setting_of(bench)->clock == SOW_BENCH_CLOCK_CPU ? row->ns_cpu.median
                                                                     : time_of(bench, row)->median;
}

static double longest_ns(const sow_bench *bench)
{
    double longest = 0;
    for (size_t i = 0; i < sow_bench_row_count(bench); i++)
        longest = fmax(longest, bar_ns(bench, sow_bench_row_at(bench, i)));
    return longest;
}

static void add_heads(const sow_bench *bench, table *rows, const bench_layout *use)
{
    const sow_bench_clock clock = sow_bench_setting_of(bench)->clock;
    table_cell(rows, "what");
    table_cell(rows, "dtype");
    if (use->host)
        table_cell(rows, "threads");
    table_cell(rows, "GB/s");
    table_cell(rows, "ns %s", clock == SOW_BENCH_CLOCK_EVENT ? "event" : "cpu");
    table_cell(rows, "ns wall");
    if (use->spread)
        table_cell(rows, "spread");
    table_cell(rows, "/philox");
    if (use->host) {
        table_cell(rows, "/memset");
    } else {
        table_cell(rows, "/store");
        table_cell(rows, "/fill");
    }
    if (use->bars)
        table_cell(rows, "ns %s", bench_clock_name(clock));
}

static void add_row(const sow_bench *bench, const sow_bench_row *row, table *rows,
                    const bench_layout *use)
{
    const bool events = sow_bench_setting_of(bench)->clock == SOW_BENCH_CLOCK_EVENT;
    const sow_bench_spread *const wall = &row->ns_wall;
    table_cell(rows, "%s", sow_bench_what_name(row->what));
    table_cell(rows, "%s", sow_dtype_name(row->dtype));
    if (use->host)
        table_cell(rows, "%" PRIu32, row->threads);
    table_cell(rows, "%.2f", row->gbps);
    table_cell(rows, "%s",
               bench_format_short(events ? row->ns_event.median : row->ns_cpu.median).text);
    table_cell(rows, "%s", bench_format_short(wall->median).text);
    if (use->spread)
        bench_spread_cell(rows, wall);
    table_cell(rows, "%s", bench_format_ratio(&row->ratio_philox).text);
    if (use->host) {
        table_cell(rows, "%s", bench_format_ratio(&row->ratio_memset).text);
    } else {
        table_cell(rows, "%s", bench_format_ratio(&row->ratio_store).text);
        table_cell(rows, "%s", bench_format_ratio(&row->ratio_fill).text);
    }
    if (use->bars)
        bench_bar_cell(rows, bar_ns(bench, row), use);
}

static table *make_table(const sow_bench *bench, const bench_layout *use)
{
    /* without and with the spread; the host has one ratio less, and threads */
    static const char *const plain[] = {"llrrrrrr", "llrrrrrrr"};
    static const char *const barred[] = {"llrrrrrrl", "llrrrrrrrl"};
    table *const rows = table_create(use->bars ? barred[use->spread] : plain[use->spread]);
    add_heads(bench, rows, use);
    for (size_t i = 0; i < sow_bench_row_count(bench); i++)
        add_row(bench, sow_bench_row_at(bench, i), rows, use);
    return rows;
}

static void print_foot(const sow_bench_setting *setting, const bench_layout *use)
{
    output_text(stdout, "\nns are per element");
    if (use->spread)
        output_text(stdout, ", spread is between the quartiles of ns wall");
    output_printf(stdout,
                  "; ratios are of %s time:\n  /philox  an element through a 32-bit word "
                  "of Philox alone\n",
                  bench_clock_name(setting->clock));
    if (use->host)
        output_text(stdout, "  /memset  a byte through a byte of memset by as many threads\n");
    else
        output_text(stdout, "  /store   a byte through a byte of the float4 store kernel\n"
                            "  /fill    a byte through a byte of clEnqueueFillBuffer\n");
    output_text(stdout, "Every element that was filled was compared with the host path's.\n");
}

void bench_report_table(const sow_bench *bench)
{
    const sow_bench_setting *const setting = sow_bench_setting_of(bench);
    const bool host = sow_bench_row_at(bench, 0)->threads != 0;
    bench_layout use = bench_layout_begin(host, longest_ns(bench));
    table *rows = make_table(bench, &use);
    if (bench_layout_add_bars(&use, rows)) {
        table_release(rows);
        rows = make_table(bench, &use);
    }
    bench_print_head(setting, "fills");
    table_print(rows, stdout);
    print_foot(setting, &use);
    table_release(rows);
}

static json_t *row_to_json(const sow_bench_row *row, const char *device)
{
    json_t *const object = need_memory(json_object());
    json_put(object, "what", json_from_text(sow_bench_what_name(row->what)));
    json_put(object, "dtype", json_from_text(sow_dtype_name(row->dtype)));
    json_put(object, "device", json_from_text(device));
    json_put(object, "threads", row->threads != 0 ? json_integer(row->threads) : json_null());
    json_put(object, "baseline", json_boolean(!sow_bench_what_is_fill(row->what)));
    json_put(object, "count", json_from_u64(row->count));
    json_put(object, "bytes", json_from_u64(row->size_bytes));
    json_put(object, "gbps", json_from_number(row->gbps));
    bench_put_spread(object, "ns_cpu", &row->ns_cpu);
    bench_put_spread(object, "ns_wall", &row->ns_wall);
    bench_put_spread(object, "ns_event", &row->ns_event);
    bench_put_spread(object, "ratio_philox", &row->ratio_philox);
    bench_put_spread(object, "ratio_store", &row->ratio_store);
    bench_put_spread(object, "ratio_fill", &row->ratio_fill);
    bench_put_spread(object, "ratio_memset", &row->ratio_memset);
    json_put(object, "digest", row->has_digest ? json_from_digest(row->digest) : json_null());
    return object;
}

void bench_report_json(const sow_bench *bench)
{
    const sow_bench_setting *const setting = sow_bench_setting_of(bench);
    json_t *const object = need_memory(json_object());
    json_t *const rows = need_memory(json_array());
    bench_put_setting(object, setting);
    for (size_t i = 0; i < sow_bench_row_count(bench); i++)
        json_append(rows, row_to_json(sow_bench_row_at(bench, i), setting->device));
    json_put(object, "rows", rows);
    json_finish(object);
}
