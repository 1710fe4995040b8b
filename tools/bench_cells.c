#include "bench_cells.h"

#include <inttypes.h>
#include <math.h>

#include "json_output.h"
#include "message.h"
#include "output.h"
#include "terminal.h"

/* The least that a bar is good for, and a terminal's width from which on all columns are shown. */
enum { LEAST_BAR = 6, BROAD = 100 };

short_text bench_format_short(double value)
{
    short_text made = {"-"};
    if (isfinite(value))
        snprintf(made.text, sizeof made.text, "%.*f",
                 value < 9.995    ? 3
                 : value < 99.95  ? 2
                 : value < 999.95 ? 1
                                  : 0,
                 value);
    return made;
}

short_text bench_format_ratio(const sow_bench_spread *ratio)
{
    short_text made = {"-"};
    if (isfinite(ratio->median))
        snprintf(made.text, sizeof made.text, "%.*f", ratio->median < 99.95 ? 2 : 0, ratio->median);
    return made;
}

const char *bench_clock_name(sow_bench_clock clock)
{
    static const char *const names[] = {"cpu", "event", "wall"};
    return names[clock];
}

bench_layout bench_layout_begin(bool host, double longest)
{
    const int width = terminal_width();
    return (bench_layout){
        .host = host,
        .spread = width == 0 || width >= BROAD,
        .utf8 = terminal_has_utf8(),
        .longest = longest,
    };
}

bool bench_layout_add_bars(bench_layout *use, const table *rows)
{
    use->cells = terminal_width() - table_width(rows) - 2;
    use->bars = use->cells >= LEAST_BAR;
    return use->bars;
}

void bench_spread_cell(table *rows, const sow_bench_spread *spread)
{
    table_cell(rows, "%.0f %%", 100 * (spread->upper - spread->lower) / spread->median);
}

void bench_bar_cell(table *rows, double ns, const bench_layout *use)
{
    table_cell(rows, "%s", terminal_bar(ns / use->longest, use->cells, use->utf8).text);
}

void bench_print_head(const sow_bench_setting *setting, const char *name)
{
    output_text(stdout, "device  ");
    output_escaped(stdout, setting->device);
    output_printf(stdout, "\n%-7s %" PRIu64 " elements, medians of %" PRIu32 " rounds\n\n", name,
                  setting->count, setting->rounds);
}

static json_t *pair(double low, double high)
{
    json_t *const list = need_memory(json_array());
    json_append(list, json_from_number(low));
    json_append(list, json_from_number(high));
    return list;
}

void bench_put_spread(json_t *object, const char *key, const sow_bench_spread *spread)
{
    char name[64];
    const bool known = isfinite(spread->median);
    json_put(object, key, json_from_number(spread->median));
    snprintf(name, sizeof name, "%s_quartiles", key);
    json_put(object, name, known ? pair(spread->lower, spread->upper) : json_null());
    snprintf(name, sizeof name, "%s_range", key);
    json_put(object, name, known ? pair(spread->least, spread->most) : json_null());
}

void bench_put_setting(json_t *object, const sow_bench_setting *setting)
{
    json_put(object, "device", json_from_text(setting->device));
    json_put(object, "clock", json_from_text(bench_clock_name(setting->clock)));
    json_put(object, "count", json_from_u64(setting->count));
    json_put(object, "rounds", json_integer(setting->rounds));
    json_put(object, "threads", json_integer(setting->threads));
    json_put(object, "f64", json_boolean(!setting->without_f64));
}
