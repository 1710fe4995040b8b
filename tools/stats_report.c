#include "stats_report.h"

#include <inttypes.h>
#include <stdio.h>

#include "histogram.h"
#include "json_output.h"
#include "message.h"
#include "output.h"
#include "table.h"

enum { SHAPE_SIZE = 128, FLAGS_SIZE = 64 };

static const char *format_shape(const sow_file_tensor *of, char text[SHAPE_SIZE])
{
    size_t length = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < of->rank && length < SHAPE_SIZE; i++)
        length += (size_t)snprintf(text + length, SHAPE_SIZE - length, "%s%" PRIu64,
                                   i > 0 ? "," : "", of->shape[i]);
    return of->rank == 0 ? "scalar" : text;
}

static const char *format_flags(unsigned flags, char text[FLAGS_SIZE])
{
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; flag_names[i] != NULL; i++)
        if ((flags >> i & 1) != 0)
            length += (size_t)snprintf(text + length, FLAGS_SIZE - length, "%s%s",
                                       length > 0 ? " " : "", flag_names[i]);
    return text;
}

/* "f32", or as the format spells what sowcl does not have. */
static const char *dtype_of(const sow_file_tensor *of)
{
    return of->known ? sow_dtype_name(of->dtype) : of->dtype_name;
}

/* Whether anything finite is there, which has a mean. */
static bool has_figures(const stats_row *row)
{
    return row->of->known && row->stats.count > row->stats.nans + row->stats.infs;
}

static void add_figure(table *rows, bool known, double figure)
{
    if (known)
        table_cell(rows, "%.4g", figure);
    else
        table_cell(rows, "-");
}

static void add_figures(table *rows, const stats_row *row)
{
    const sow_stats *const stats = &row->stats;
    const bool any = has_figures(row);
    add_figure(rows, any, stats->mean);
    add_figure(rows, any, stats->std);
    add_figure(rows, row->expected.known, row->expected.std);
    if (any && !sow_dtype_is_float(row->of->dtype)) {
        table_cell(rows, "%" PRId64, stats->integer_min);
        table_cell(rows, "%" PRId64, stats->integer_max);
    } else {
        add_figure(rows, any, stats->min);
        add_figure(rows, any, stats->max);
    }
}

static void add_row(table *rows, const stats_row *row)
{
    char shape[SHAPE_SIZE], flags[FLAGS_SIZE];
    table_name(rows, row->of->name);
    table_cell(rows, "%s", format_shape(row->of, shape));
    table_cell(rows, "%s", dtype_of(row->of));
    add_figures(rows, row);
    table_cell(rows, "%" PRIu64, row->stats.zeros);
    table_cell(rows, "%" PRIu64, row->stats.nans);
    table_cell(rows, "%" PRIu64, row->stats.infs);
    table_cell(rows, "%s", format_flags(row->flags, flags));
}

static void add_header(table *rows)
{
    static const char *const names[] = {"tensor", "shape", "dtype", "mean", "std", "expected",
                                        "min",    "max",   "zeros", "NaN",  "Inf", "flags"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        table_cell(rows, "%s", names[i]);
}

static void print_plots(const stats_report *told)
{
    output_text(stdout, "\n");
    for (size_t i = 0; i < told->count && !output_has_failed(); i++) {
        const stats_row *const row = &told->rows[i];
        output_name(stdout, row->of->name);
        if (row->histogram.std > 0) {
            output_text(stdout, "\n");
            histogram_print(&row->histogram, row->stats.count, row->tensor);
        } else {
            output_printf(stdout, ": %s\n\n",
                          !row->of->known       ? "unknown dtype"
                          : row->stats.std == 0 ? "one value, or none"
                                                : "too narrow or too wide to be drawn");
        }
    }
}

typedef struct tally {
    uint64_t elements;
    size_t flagged; /* for more than an unknown dtype, which is no fault */
    size_t unknown;
} tally;

static tally count_all(const stats_report *told)
{
    tally all = {0};
    for (size_t i = 0; i < told->count; i++) {
        all.elements += told->rows[i].of->elements;
        all.flagged += (told->rows[i].flags & ~(unsigned)FLAG_UNKNOWN) != 0;
        all.unknown += !told->rows[i].of->known;
    }
    return all;
}

static void print_missing(const stats_report *told)
{
    enum { SHOWN = 10 };
    for (size_t i = 0; i < told->missing_count && i < SHOWN; i++) {
        output_text(stdout, "missing: ");
        output_name(stdout, told->missing[i]);
        output_text(stdout, "\n");
    }
    if (told->missing_count > SHOWN)
        output_printf(stdout, "missing: %zu more\n", told->missing_count - SHOWN);
}

void stats_report_print(const stats_report *told)
{
    table *const rows = table_create("lllrrrrrrrrl");
    add_header(rows);
    for (size_t i = 0; i < told->count; i++)
        add_row(rows, &told->rows[i]);
    table_print(rows, stdout);
    table_release(rows);
    if (told->plots)
        print_plots(told);
    print_missing(told);
    const tally all = count_all(told);
    output_printf(stdout, "%zu tensor%s, %" PRIu64 " elements, ", told->count,
                  told->count == 1 ? "" : "s", all.elements);
    if (told->recipe != NULL) {
        output_text(stdout, "recipe ");
        output_escaped(stdout, told->recipe);
        output_text(stdout, ", ");
    }
    if (told->missing_count != 0)
        output_printf(stdout, "%zu missing, ", told->missing_count);
    if (all.unknown != 0)
        output_printf(stdout, "%zu of another dtype, ", all.unknown);
    if (all.flagged == 0)
        output_text(stdout, "nothing flagged\n");
    else
        output_printf(stdout, "%zu flagged\n", all.flagged);
}

static json_t *flags_to_json(unsigned flags)
{
    json_t *const list = need_memory(json_array());
    for (size_t i = 0; flag_names[i] != NULL; i++)
        if ((flags >> i & 1) != 0)
            json_append(list, json_from_text(flag_names[i]));
    return list;
}

static void put_number(json_t *object, const char *key, bool known, double number)
{
    json_put(object, key, known ? json_from_number(number) : json_null());
}

static void put_extreme(json_t *object, const char *key, const stats_row *row, double number,
                        int64_t integer)
{
    if (!has_figures(row) || sow_dtype_is_float(row->of->dtype))
        put_number(object, key, has_figures(row), number);
    else if (row->of->dtype == SOW_I64)
        json_put(object, key, json_sprintf("%" PRId64, integer));
    else
        json_put(object, key, json_integer(integer));
}

static void put_figures(json_t *object, const stats_row *row)
{
    const sow_stats *const stats = &row->stats;
    json_put(object, "zeros", json_from_u64(stats->zeros));
    json_put(object, "nans", json_from_u64(stats->nans));
    json_put(object, "infs", json_from_u64(stats->infs));
    put_number(object, "mean", has_figures(row), stats->mean);
    put_number(object, "std", has_figures(row), stats->std);
    put_extreme(object, "min", row, stats->min, stats->integer_min);
    put_extreme(object, "max", row, stats->max, stats->integer_max);
    put_number(object, "nrm2", has_figures(row), stats->nrm2);
}

static json_t *row_to_json(const stats_row *row)
{
    json_t *const object = need_memory(json_object());
    json_put(object, "name", json_from_text(row->of->name));
    json_put(object, "shape", json_from_shape(row->of->rank, row->of->shape));
    json_put(object, "dtype", json_from_text(dtype_of(row->of)));
    json_put(object, "count", json_from_u64(row->of->elements));
    if (row->of->known)
        put_figures(object, row);
    put_number(object, "expected_mean", row->expected.known, row->expected.mean);
    put_number(object, "expected_std", row->expected.known, row->expected.std);
    json_put(object, "initializer",
             json_from_text(row->expected.known ? row->tensor->expression : NULL));
    json_put(object, "flags", flags_to_json(row->flags));
    return object;
}

void stats_report_print_json(const stats_report *told)
{
    json_t *const object = need_memory(json_object()), *const tensors = need_memory(json_array());
    json_t *const missing = need_memory(json_array());
    for (size_t i = 0; i < told->count; i++)
        json_append(tensors, row_to_json(&told->rows[i]));
    json_put(object, "file", json_from_text(told->file));
    json_put(object, "device", json_from_text(told->device));
    json_put(object, "recipe", json_from_text(told->recipe));
    json_put(object, "flagged", json_from_u64(count_all(told).flagged));
    for (size_t i = 0; i < told->missing_count; i++)
        json_append(missing, json_from_text(told->missing[i]));
    json_put(object, "missing", missing);
    json_put(object, "tensors", tensors);
    json_finish(object);
}
