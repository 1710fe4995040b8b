/* Cells, bars and JSON that the reports of benches share. */
#ifndef BENCH_CELLS_H
#define BENCH_CELLS_H

#include <jansson.h>
#include <stdbool.h>

#include "sowcl/bench.h"
#include "table.h"

/* A number of three or more digits, "-" for NaN. */
typedef struct short_text {
    char text[24];
} short_text;
short_text bench_format_short(double value);
/* The median, two digits after the point. */
short_text bench_format_ratio(const sow_bench_spread *ratio);

/* "cpu", "event", "wall". */
const char *bench_clock_name(sow_bench_clock clock);

/* How a table is laid out. */
typedef struct bench_layout {
    bool host, spread, bars, utf8;
    int cells;      /* of a bar */
    double longest; /* what a whole bar stands for, in ns */
} bench_layout;

/* As wide as the terminal allows, without bars so far. host: with a column of threads. */
bench_layout bench_layout_begin(bool host, double longest);
/* Gives the table, which has none, bars, if there is room; it is then to be made anew. */
bool bench_layout_add_bars(bench_layout *use, const table *rows);

/* Appends the distance of the quartiles through the median; and a bar. */
void bench_spread_cell(table *rows, const sow_bench_spread *spread);
void bench_bar_cell(table *rows, double ns, const bench_layout *use);

/* The lines above a table: the device, and "name: so many elements, medians of so many rounds". */
void bench_print_head(const sow_bench_setting *setting, const char *name);

/* Puts key: the median, key_quartiles and key_range; null where there is nothing. */
void bench_put_spread(json_t *object, const char *key, const sow_bench_spread *spread);
/* Puts device, clock, count, rounds, threads, and f64: whether there is double precision. */
void bench_put_setting(json_t *object, const sow_bench_setting *setting);

#endif
