/* Latency as a table and as JSON. */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "bench_cells.h"
#include "bench_report.h"
#include "json_output.h"
#include "message.h"
#include "output.h"

static double to_us(double ns)
{
    return 1e-3 * ns;
}

static bool launches(const sow_latency *latency)
{
    return isfinite(sow_latency_row_at(latency, 0)->empty_ns_wall.median);
}

static void add_row(table *rows, const sow_latency_row *row, bool with_empty)
{
    table_cell(rows, "%s", sow_latency_what_name(row->what));
    table_cell(rows, "%" PRIu64, row->count);
    table_cell(rows, "%" PRIu64, row->calls);
    table_cell(rows, "%s", bench_format_short(to_us(row->ns_wall.median)).text);
    table_cell(rows, "%s", bench_format_short(to_us(row->ns_wall.lower)).text);
    table_cell(rows, "%s", bench_format_short(to_us(row->ns_wall.upper)).text);
    table_cell(rows, "%s", bench_format_short(to_us(row->ns_cpu.median)).text);
    if (!with_empty)
        return;
    table_cell(rows, "%s", bench_format_short(to_us(row->empty_ns_wall.median)).text);
    table_cell(rows, "%s", bench_format_short(row->ratio_wall.median).text);
    table_cell(rows, "%s", bench_format_short(row->ratio_cpu.median).text);
}

static void print_calls(const sow_latency *latency)
{
    static const char *const heads[] = {"fills", "elements", "calls", "us wall", "25 %",
                                        "75 %",  "us cpu",   "empty", "/empty",  "/cpu"};
    const bool with_empty = launches(latency);
    const size_t columns = with_empty ? 10 : 7;
    table *const rows = table_create(with_empty ? "lrrrrrrrrr" : "lrrrrrr");
    for (size_t i = 0; i < columns; i++)
        table_cell(rows, "%s", heads[i]);
    for (size_t i = 0; i < sow_latency_row_count(latency); i++)
        add_row(rows, sow_latency_row_at(latency, i), with_empty);
    table_print(rows, stdout);
    table_release(rows);
}

/* Of sorted times. */
static double median_of(const start_times *times)
{
    const uint32_t middle = times->runs / 2;
    return times->runs % 2 != 0 ? times->seconds[middle]
                                : (times->seconds[middle - 1] + times->seconds[middle]) / 2;
}

static void print_start(const char *name, const start_times *times)
{
    output_printf(stdout, "%s start  %.1f ms (%.1f to %.1f, %" PRIu32 " runs)\n", name,
                  1e3 * median_of(times), 1e3 * times->seconds[0],
                  1e3 * times->seconds[times->runs - 1], times->runs);
}

void bench_latency_table(const sow_latency *latency, const char *device, const start_times *cold,
                         const start_times *warm)
{
    output_text(stdout, "device  ");
    output_escaped(stdout, device);
    output_text(stdout, "\nfills   uniform, f32\n\n");
    print_calls(latency);
    output_text(stdout, "\n");
    print_start("cold", cold);
    print_start("warm", warm);
    output_printf(stdout,
                  "\nus are medians per call, and the quartiles of us wall. A single fill is\n"
                  "finished by itself, others after each %d calls. Tiny tensors have a stream and\n"
                  "an offset each.\n",
                  SOW_LATENCY_BLOCK);
    if (launches(latency))
        output_text(stdout,
                    "empty is us wall of a launch of equal geometry that does nothing; /empty and\n"
                    "/cpu are the fill through it, by wall and by CPU time.\n");
    output_text(stdout, "A start is from a new process to its first filled byte, a cold one with\n"
                        "empty kernel caches. What was filled last was compared with the host "
                        "path's,\ntiny tensors all.\n");
}

static json_t *row_to_json(const sow_latency_row *row)
{
    json_t *const object = need_memory(json_object());
    json_put(object, "what", json_from_text(sow_latency_what_name(row->what)));
    json_put(object, "count", json_from_u64(row->count));
    json_put(object, "calls", json_from_u64(row->calls));
    bench_put_spread(object, "ns_wall", &row->ns_wall);
    bench_put_spread(object, "ns_cpu", &row->ns_cpu);
    bench_put_spread(object, "empty_ns_wall", &row->empty_ns_wall);
    bench_put_spread(object, "empty_ns_cpu", &row->empty_ns_cpu);
    bench_put_spread(object, "ratio_wall", &row->ratio_wall);
    bench_put_spread(object, "ratio_cpu", &row->ratio_cpu);
    return object;
}

static json_t *start_to_json(const start_times *times)
{
    json_t *const object = need_memory(json_object());
    json_put(object, "runs", json_integer(times->runs));
    json_put(object, "seconds", json_from_number(median_of(times)));
    json_put(object, "least", json_from_number(times->seconds[0]));
    json_put(object, "most", json_from_number(times->seconds[times->runs - 1]));
    return object;
}

void bench_latency_json(const sow_latency *latency, const char *device, const start_times *cold,
                        const start_times *warm)
{
    json_t *const object = need_memory(json_object());
    json_t *const rows = need_memory(json_array());
    json_put(object, "device", json_from_text(device));
    for (size_t i = 0; i < sow_latency_row_count(latency); i++)
        json_append(rows, row_to_json(sow_latency_row_at(latency, i)));
    json_put(object, "rows", need_memory(json_array()));
    json_put(object, "latency", rows);
    json_put(object, "cold_start", start_to_json(cold));
    json_put(object, "warm_start", start_to_json(warm));
    json_finish(object);
}
