#include "verify_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "json_output.h"
#include "message.h"
#include "output.h"
#include "table.h"
#include "value.h"

static const char *const verdict_names[] = {
    [VERDICT_SAME] = "same",   [VERDICT_DIFFERS] = "differs", [VERDICT_SHAPE] = "shape",
    [VERDICT_DTYPE] = "dtype", [VERDICT_MISSING] = "missing", [VERDICT_EXTRA] = "extra"};

static bool was_held(const verify_row *row)
{
    return row->verdict == VERDICT_SAME || row->verdict == VERDICT_DIFFERS;
}

static size_t count_of(const verify_report *told, verdict wanted)
{
    size_t count = 0;
    for (size_t i = 0; i < told->count; i++)
        count += told->rows[i].verdict == wanted;
    return count;
}

bool verify_report_is_same(const verify_report *told)
{
    return count_of(told, VERDICT_SAME) == told->count;
}

/* Of zeros that have moved there is no relative distance. */
static bool has_relative_distance(const verify_row *row)
{
    return was_held(row) && (row->held.moved == 0 || row->held.initial_nrm2 != 0);
}

/* ||w - w0|| / ||w0||: 0 of what has not moved. */
static double relative_distance(const sow_verification *held)
{
    return held->moved == 0 ? 0 : held->moved / held->initial_nrm2;
}

/* Of zeros there is none. */
static bool has_cosine(const verify_row *row)
{
    return was_held(row) && row->held.initial_nrm2 * row->held.nrm2 != 0;
}

/* Of equal bits 1 as it is, not as it is rounded; NaN where there is none. */
static double cosine(const sow_verification *held)
{
    if (held->differing == 0 && held->initial_nrm2 > 0)
        return 1;
    return held->product / (held->initial_nrm2 * held->nrm2);
}

static void add_number(table *rows, bool known, double number, int digits)
{
    if (known && isnan(number))
        table_cell(rows, "nan"); /* of either sign */
    else if (known)
        table_cell(rows, "%.*g", digits, number);
    else
        table_cell(rows, "-");
}

static void add_row(table *rows, const verify_report *told, const verify_row *row)
{
    const sow_verification *const held = &row->held;
    const bool differs = row->verdict == VERDICT_DIFFERS;
    table_name(rows, row->name);
    table_cell(rows, "%s", verdict_names[row->verdict]);
    if (was_held(row))
        table_cell(rows, "%" PRIu64 " of %" PRIu64, held->differing, held->elements);
    else
        table_cell(rows, "-");
    if (told->distance) {
        add_number(rows, has_relative_distance(row), relative_distance(held), 6);
        add_number(rows, has_cosine(row), cosine(held), 12); /* most are just below 1 */
        add_number(rows, was_held(row), held->max_moved, 6);
        return;
    }
    const int digits = (int)(2 * sow_dtype_size(row->dtype));
    if (differs) {
        table_cell(rows, "%" PRIu64, held->first_index);
        table_cell(rows, "0x%0*" PRIx64, digits, held->first_bits);
        table_cell(rows, "0x%0*" PRIx64, digits, held->first_expected_bits);
    } else {
        for (int i = 0; i < 3; i++)
            table_cell(rows, "-");
    }
}

static void print_rows(const verify_report *told)
{
    static const char *const of_bits[] = {"tensor", "verdict",  "elements that differ",
                                          "first",  "its bits", "expected"};
    static const char *const of_distance[] = {"tensor",   "verdict", "elements that differ",
                                              "relative", "cosine",  "max"};
    const char *const *const names = told->distance ? of_distance : of_bits;
    table *const rows = table_create("llrrrr");
    for (size_t i = 0; i < 6; i++)
        table_cell(rows, "%s", names[i]);
    for (size_t i = 0; i < told->count; i++)
        if (told->distance || told->rows[i].verdict != VERDICT_SAME)
            add_row(rows, told, &told->rows[i]);
    table_print(rows, stdout);
    table_release(rows);
}

void verify_report_print(const verify_report *told)
{
    const bool same = verify_report_is_same(told);
    if (told->distance || !same)
        print_rows(told);
    if (same)
        output_printf(stdout, "same: %zu tensor%s, ", told->count, told->count == 1 ? "" : "s");
    else
        output_printf(stdout, "different: %zu of %zu tensors are the same, ",
                      count_of(told, VERDICT_SAME), told->count);
    output_text(stdout, "recipe ");
    output_escaped(stdout, told->recipe);
    output_printf(stdout, ", seed %" PRIu64 "\n", told->seed);
}

static json_t *first_to_json(const verify_row *row)
{
    json_t *const first = need_memory(json_object());
    const sow_verification *const held = &row->held;
    char bits[2][24];
    const uint64_t both[2] = {held->first_bits, held->first_expected_bits};
    for (int i = 0; i < 2; i++)
        snprintf(bits[i], sizeof bits[i], "0x%0*" PRIx64, (int)(2 * sow_dtype_size(row->dtype)),
                 both[i]);
    json_put(first, "index", json_from_u64(held->first_index));
    json_put(first, "bits", json_from_text(bits[0]));
    json_put(first, "expected_bits", json_from_text(bits[1]));
    json_put(first, "value", value_to_json(row->dtype, &both[0]));
    json_put(first, "expected_value", value_to_json(row->dtype, &both[1]));
    return first;
}

static json_t *row_to_json(const verify_report *told, const verify_row *row)
{
    json_t *const object = need_memory(json_object());
    const sow_verification *const held = &row->held;
    json_put(object, "name", json_from_text(row->name));
    json_put(object, "verdict", json_from_text(verdict_names[row->verdict]));
    if (!was_held(row))
        return object;
    json_put(object, "elements", json_from_u64(held->elements));
    json_put(object, "differing", json_from_u64(held->differing));
    if (row->verdict == VERDICT_DIFFERS)
        json_put(object, "first", first_to_json(row));
    if (told->distance) {
        json_put(object, "relative_distance", json_from_number(relative_distance(held)));
        json_put(object, "cosine", json_from_number(cosine(held)));
        json_put(object, "max_distance", json_from_number(held->max_moved));
    }
    return object;
}

void verify_report_print_json(const verify_report *told)
{
    json_t *const object = need_memory(json_object());
    json_t *const tensors = need_memory(json_array());
    for (size_t i = 0; i < told->count; i++)
        json_append(tensors, row_to_json(told, &told->rows[i]));
    json_put(object, "same", json_boolean(verify_report_is_same(told)));
    json_put(object, "file", json_from_text(told->file));
    json_put(object, "device", json_from_text(told->device));
    json_put(object, "recipe", json_from_text(told->recipe));
    json_put(object, "seed", json_from_u64(told->seed));
    json_put(object, "tensors", tensors);
    json_finish(object);
}
