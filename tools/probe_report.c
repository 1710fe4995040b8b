#include "probe_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "json_output.h"
#include "message.h"
#include "output.h"
#include "table.h"

static bool is_broken(const sow_probe_row *row)
{
    return row->outcome == SOW_PROBE_DIFFERS || row->outcome == SOW_PROBE_UNBUILT;
}

static bool is_host(const sow_probe_setting *setting)
{
    return setting->build_options == NULL;
}

/* "0x3f800000", with as many digits as there are bytes. */
typedef struct bits_text {
    char text[24];
} bits_text;

static bits_text format_bits(uint64_t bits, uint32_t bytes)
{
    bits_text made;
    snprintf(made.text, sizeof made.text, "0x%0*" PRIx64, (int)(2 * bytes), bits);
    return made;
}

static double value_of(uint64_t bits, uint32_t bytes)
{
    return sow_dtype_value(bytes == 8 ? SOW_F64 : bytes == 4 ? SOW_F32 : SOW_F16, &bits);
}

/* ---- The table -------------------------------------------------------------------------------- */

static void put_result(table *lines, const sow_probe_row *row)
{
    const uint64_t results = row->cases * row->forms;
    char most[64] = "";
    if (row->nans > 0)
        snprintf(most, sizeof most, ", %" PRIu64 " of them NaN", row->nans);
    else if (row->max_ulp > 0)
        snprintf(most, sizeof most, ", by at most %" PRIu64 " ulp", row->max_ulp);
    if (row->outcome == SOW_PROBE_UNTESTED)
        table_cell(lines, "not tested: the device has no double precision");
    else if (row->outcome == SOW_PROBE_UNBUILT)
        table_cell(lines, "does not build or run");
    else if (row->outcome == SOW_PROBE_EXACT)
        table_cell(lines, "exact");
    else if (row->zeros == row->failures)
        table_cell(lines, "%" PRIu64 " of %" PRIu64 " flushed to zero", row->failures, results);
    else
        table_cell(lines, "%" PRIu64 " of %" PRIu64 " differ%s", row->failures, results, most);
}

static void put_widths(table *lines, const sow_probe_row *row)
{
    char text[40] = "-";
    int length = 0;
    for (uint32_t i = 0; i < row->forms; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, "%s%" PRIu32,
                           i > 0 ? " " : "", row->widths[i]);
    table_cell(lines, "%s", text);
}

static void print_table(const sow_probe *probe, bool in_contract)
{
    static const char *const heads[] = {"type", "operation", "vectors of", "result"};
    table *const lines = table_create("llll");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        table_cell(lines, "%s", heads[i]);
    for (size_t i = 0; i < sow_probe_row_count(probe); i++) {
        const sow_probe_row *const row = sow_probe_row_at(probe, i);
        if ((row->in_contract != 0) != in_contract)
            continue;
        table_cell(lines, "%s", row->type);
        table_cell(lines, "%s%s", row->name, in_contract && is_broken(row) ? "  <--" : "");
        put_widths(lines, row);
        put_result(lines, row);
    }
    table_print(lines, stdout);
    table_release(lines);
}

static void print_line(const char *label, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    output_printf(stdout, "%-14s ", label);
    output_escaped(stdout, text);
    output_text(stdout, "\n");
}

static void print_setting(const sow_probe_setting *setting)
{
    print_line("device",
               is_host(setting) ? "host: this machine's processors and compiler" : setting->device);
    print_line("platform", setting->platform);
    print_line("version", setting->platform_version);
    print_line("driver", setting->driver);
    print_line("build options", setting->build_options);
    output_printf(stdout, "%-14s %" PRIu64 " of each operation, seed %" PRIu64 "\n", "cases",
                  setting->cases, setting->seed);
}

static void print_verdict(const sow_probe *probe)
{
    const sow_probe_setting *const setting = sow_probe_setting_of(probe);
    const char *const place = is_host(setting) ? "the host" : "this device";
    if (sow_probe_holds(probe)) {
        output_printf(stdout, "the bit contract holds on %s%s\n", place,
                      setting->has_f64 ? "" : ", which has no double precision");
        return;
    }
    output_printf(stdout, "the bit contract is BROKEN on %s by:", place);
    const char *separator = " ";
    for (size_t i = 0; i < sow_probe_row_count(probe); i++) {
        const sow_probe_row *const row = sow_probe_row_at(probe, i);
        if (!row->in_contract || !is_broken(row))
            continue;
        output_printf(stdout, "%s%s %s", separator, row->type, row->name);
        separator = "; ";
    }
    output_text(stdout, "\n");
}

/* ---- For a bug report ------------------------------------------------------------------------- */

/* To be freed. */
static char *kernel_text(const sow_probe *probe, size_t index)
{
    const size_t length = sow_probe_kernel(probe, index, NULL, 0);
    char *const text = need_memory(malloc(length + 1));
    text[0] = '\0';
    (void)sow_probe_kernel(probe, index, text, length + 1);
    return text;
}

static void print_bits(const char *label, uint64_t bits, uint32_t bytes, bool is_float)
{
    output_printf(stdout, "  %-9s %s", label, format_bits(bits, bytes).text);
    if (is_float)
        output_printf(stdout, "  %.*g", bytes == 8 ? 17 : 9, value_of(bits, bytes));
    output_text(stdout, "\n");
}

static void print_first(const sow_probe_row *row)
{
    static const char *const names[] = {"a", "b", "c"};
    output_printf(stdout, "first of them, case %" PRIu64, row->first_case);
    if (row->first_width > 1)
        output_printf(stdout, ", in vectors of %" PRIu32, row->first_width);
    output_text(stdout, ":\n");
    for (uint32_t i = 0; i < row->operands; i++)
        print_bits(names[i], row->first[i], row->operand_bytes, row->operands_are_float != 0);
    print_bits("expected", row->first_expected, row->result_bytes, row->result_is_float != 0);
    print_bits("actual", row->first_actual, row->result_bytes, row->result_is_float != 0);
}

static void print_report(const sow_probe *probe, size_t index)
{
    const sow_probe_row *const row = sow_probe_row_at(probe, index);
    output_printf(stdout, "\n---- %s %s: %s ----\n", row->type, row->name, row->expression);
    print_setting(sow_probe_setting_of(probe));
    char *const kernel = kernel_text(probe, index);
    if (kernel[0] != '\0')
        output_printf(stdout, "kernel:\n%s", kernel);
    free(kernel);
    if (row->log != NULL) {
        output_text(stdout, "it does not build or run: ");
        output_text(stdout, row->log);
        output_text(stdout, "\n");
    }
    if (row->failures == 0)
        return;
    output_printf(stdout,
                  "%" PRIu64 " of %" PRIu64 " results are not the exact ones, correctly rounded\n",
                  row->failures, row->cases * row->forms);
    print_first(row);
}

void probe_report_print(const sow_probe *probe, bool details)
{
    print_setting(sow_probe_setting_of(probe));
    output_text(stdout, "\nWhat bits depend on:\n");
    print_table(probe, true);
    output_text(stdout, "\nFor information, no bit depends on it:\n");
    print_table(probe, false);
    output_text(stdout, "\n");
    print_verdict(probe);
    for (size_t i = 0; i < sow_probe_row_count(probe); i++) {
        const sow_probe_row *const row = sow_probe_row_at(probe, i);
        if (is_broken(row) && (row->in_contract || details))
            print_report(probe, i);
    }
}

/* ---- JSON ------------------------------------------------------------------------------------- */

static json_t *bits_to_json(uint64_t bits, uint32_t bytes)
{
    return json_from_text(format_bits(bits, bytes).text);
}

static json_t *first_to_json(const sow_probe_row *row)
{
    if (row->failures == 0)
        return json_null();
    json_t *const object = need_memory(json_object());
    json_t *const operands = need_memory(json_array());
    for (uint32_t i = 0; i < row->operands; i++)
        json_append(operands, bits_to_json(row->first[i], row->operand_bytes));
    json_put(object, "case", json_from_u64(row->first_case));
    json_put(object, "width", json_integer(row->first_width));
    json_put(object, "operands", operands);
    json_put(object, "expected", bits_to_json(row->first_expected, row->result_bytes));
    json_put(object, "actual", bits_to_json(row->first_actual, row->result_bytes));
    return object;
}

static json_t *row_to_json(const sow_probe *probe, size_t index)
{
    static const char *const outcomes[] = {"exact", "differs", "unbuilt", "untested"};
    const sow_probe_row *const row = sow_probe_row_at(probe, index);
    json_t *const object = need_memory(json_object());
    json_t *const widths = need_memory(json_array());
    char *const kernel = kernel_text(probe, index);
    for (uint32_t i = 0; i < row->forms; i++)
        json_append(widths, json_integer(row->widths[i]));
    json_put(object, "operation", json_from_text(row->name));
    json_put(object, "type", json_from_text(row->type));
    json_put(object, "expression", json_from_text(row->expression));
    json_put(object, "in_contract", json_boolean(row->in_contract));
    json_put(object, "outcome", json_from_text(outcomes[row->outcome]));
    json_put(object, "widths", widths);
    json_put(object, "cases", json_from_u64(row->cases));
    json_put(object, "failures", json_from_u64(row->failures));
    json_put(object, "flushed_to_zero", json_from_u64(row->zeros));
    json_put(object, "nans", json_from_u64(row->nans));
    json_put(object, "max_ulp", json_from_u64(row->max_ulp));
    json_put(object, "first", first_to_json(row));
    json_put(object, "kernel", json_from_text(kernel[0] != '\0' ? kernel : NULL));
    json_put(object, "log", json_from_text(row->log));
    free(kernel);
    return object;
}

static json_t *text_or_null(const char *text)
{
    return json_from_text(text != NULL && text[0] != '\0' ? text : NULL);
}

json_t *probe_report_json(const sow_probe *probe)
{
    const sow_probe_setting *const setting = sow_probe_setting_of(probe);
    json_t *const object = need_memory(json_object());
    json_t *const rows = need_memory(json_array());
    for (size_t i = 0; i < sow_probe_row_count(probe); i++)
        json_append(rows, row_to_json(probe, i));
    json_put(object, "device", json_from_text(setting->device));
    json_put(object, "platform", text_or_null(setting->platform));
    json_put(object, "platform_version", text_or_null(setting->platform_version));
    json_put(object, "driver", text_or_null(setting->driver));
    json_put(object, "build_options", text_or_null(setting->build_options));
    json_put(object, "cases", json_from_u64(setting->cases));
    json_put(object, "seed", json_from_u64(setting->seed));
    json_put(object, "f64", json_boolean(setting->has_f64));
    json_put(object, "holds", json_boolean(sow_probe_holds(probe)));
    json_put(object, "rows", rows);
    return object;
}
