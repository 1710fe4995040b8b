/* Figures and reads as a table and as JSON. */
#include <inttypes.h>
#include <math.h>

#include "bench_cells.h"
#include "bench_report.h"
#include "json_output.h"
#include "message.h"
#include "output.h"

static bool by_cpu(const sow_stats_bench *bench)
{
    return sow_stats_bench_setting_of(bench)->clock == SOW_BENCH_CLOCK_CPU;
}

/* What bars show, and what is told of the read. */
static double stats_ns(const sow_stats_bench *bench, const sow_stats_bench_row *row)
{
    return by_cpu(bench) ? row->ns_cpu.median : row->ns_wall.median;
}

static double read_ns(const sow_stats_bench *bench, const sow_stats_bench_row *row)
{
    return by_cpu(bench) ? row->read_ns_cpu.median : row->read_ns_wall.median;
}

static double longest_ns(const sow_stats_bench *bench)
{
    double longest = 0;
    for (size_t i = 0; i < sow_stats_bench_row_count(bench); i++)
        longest = fmax(longest, stats_ns(bench, sow_stats_bench_row_at(bench, i)));
    return longest;
}

static void add_heads(const sow_stats_bench *bench, table *rows, const bench_layout *use)
{
    const char *const clock = bench_clock_name(sow_stats_bench_setting_of(bench)->clock);
    table_cell(rows, "dtype");
    if (use->host)
        table_cell(rows, "threads");
    table_cell(rows, "GB/s");
    table_cell(rows, "ns cpu");
    table_cell(rows, "ns wall");
    if (use->spread)
        table_cell(rows, "spread");
    table_cell(rows, "read");
    table_cell(rows, "/read");
    if (use->bars)
        table_cell(rows, "ns %s", clock);
}

static void add_row(const sow_stats_bench *bench, const sow_stats_bench_row *row, table *rows,
                    const bench_layout *use)
{
    table_cell(rows, "%s", sow_dtype_name(row->dtype));
    if (use->host)
        table_cell(rows, "%" PRIu32, row->threads);
    table_cell(rows, "%.2f", row->gbps);
    table_cell(rows, "%s", bench_format_short(row->ns_cpu.median).text);
    table_cell(rows, "%s", bench_format_short(row->ns_wall.median).text);
    if (use->spread)
        bench_spread_cell(rows, &row->ns_wall);
    table_cell(rows, "%s", bench_format_short(read_ns(bench, row)).text);
    table_cell(rows, "%s", bench_format_ratio(&row->ratio_read).text);
    if (use->bars)
        bench_bar_cell(rows, stats_ns(bench, row), use);
}

static table *make_table(const sow_stats_bench *bench, const bench_layout *use)
{
    /* by the columns of numbers: threads on the host, and the spread */
    static const char *const plain[] = {"lrrrrr", "lrrrrrr", "lrrrrrrr"};
    static const char *const barred[] = {"lrrrrrl", "lrrrrrrl", "lrrrrrrrl"};
    const int more = use->host + use->spread;
    table *const rows = table_create(use->bars ? barred[more] : plain[more]);
    add_heads(bench, rows, use);
    for (size_t i = 0; i < sow_stats_bench_row_count(bench); i++)
        add_row(bench, sow_stats_bench_row_at(bench, i), rows, use);
    return rows;
}

static void print_foot(const sow_stats_bench *bench, const bench_layout *use)
{
    const char *const clock = bench_clock_name(sow_stats_bench_setting_of(bench)->clock);
    output_text(stdout, "\nns are per element");
    if (use->spread)
        output_text(stdout, ", spread is between the quartiles of ns wall");
    output_printf(stdout,
                  ".\n  read   ns %s of %s that loads the same bytes once and xors them\n"
                  "  /read  the figures' time through it, round by round\n"
                  "Each time the figures were those that the host found as it drew, and the\n"
                  "read came to the xor of what was drawn.\n",
                  clock, use->host ? "a loop" : "a kernel");
}

void bench_stats_table(const sow_stats_bench *bench)
{
    const bool host = sow_stats_bench_row_at(bench, 0)->threads != 0;
    bench_layout use = bench_layout_begin(host, longest_ns(bench));
    table *rows = make_table(bench, &use);
    if (bench_layout_add_bars(&use, rows)) {
        table_release(rows);
        rows = make_table(bench, &use);
    }
    bench_print_head(sow_stats_bench_setting_of(bench), "figures");
    table_print(rows, stdout);
    print_foot(bench, &use);
    table_release(rows);
}

static json_t *row_to_json(const sow_stats_bench_row *row)
{
    json_t *const object = need_memory(json_object());
    json_put(object, "dtype", json_from_text(sow_dtype_name(row->dtype)));
    json_put(object, "threads", row->threads != 0 ? json_integer(row->threads) : json_null());
    json_put(object, "count", json_from_u64(row->count));
    json_put(object, "bytes", json_from_u64(row->size_bytes));
    json_put(object, "gbps", json_from_number(row->gbps));
    bench_put_spread(object, "ns_cpu", &row->ns_cpu);
    bench_put_spread(object, "ns_wall", &row->ns_wall);
    bench_put_spread(object, "read_ns_cpu", &row->read_ns_cpu);
    bench_put_spread(object, "read_ns_wall", &row->read_ns_wall);
    bench_put_spread(object, "ratio_read", &row->ratio_read);
    return object;
}

void bench_stats_json(const sow_stats_bench *bench)
{
    json_t *const object = need_memory(json_object());
    json_t *const rows = need_memory(json_array());
    bench_put_setting(object, sow_stats_bench_setting_of(bench));
    for (size_t i = 0; i < sow_stats_bench_row_count(bench); i++)
        json_append(rows, row_to_json(sow_stats_bench_row_at(bench, i)));
    json_put(object, "rows", rows);
    json_finish(object);
}
