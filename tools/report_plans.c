/* A checkpoint tensor by tensor: as lines and as JSON. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "json_output.h"
#include "message.h"
#include "output.h"
#include "report.h"
#include "table.h"

enum { SHAPE_SIZE = 24 * SOW_MAX_RANK };

static void format_shape(const sow_tensor *tensor, char *text)
{
    size_t length = (size_t)sprintf(text, "[");
    for (uint32_t i = 0; i < tensor->rank; i++)
        length += (size_t)sprintf(text + length, "%s%" PRIu64, i > 0 ? "," : "", tensor->shape[i]);
    sprintf(text + length, "]");
}

void report_print_plans(const report *told, FILE *to)
{
    table *const rows = table_create("lllllllllll");
    for (size_t i = 0; i < sow_checkpoint_count(told->checkpoint); i++) {
        const sow_checkpoint_tensor *const tensor = sow_checkpoint_tensor_at(told->checkpoint, i);
        const sow_plan *const plan = &tensor->plan;
        char expression[REPORT_EXPRESSION_SIZE] = "";
        char shape[SHAPE_SIZE];
        sow_initializer_print(&tensor->initializer, expression, sizeof expression);
        format_shape(&tensor->tensor, shape);
        table_cell(rows, "%s", tensor->name);
        table_cell(rows, "%s", shape);
        table_cell(rows, "%s", sow_dtype_name(plan->dtype));
        table_cell(rows, "%s", expression);
        table_cell(rows, "fan_in=%" PRIu64, plan->fan_in);
        table_cell(rows, "fan_out=%" PRIu64, plan->fan_out);
        table_cell(rows, "mean=%.6g", plan->mean);
        table_cell(rows, "std=%.6g", plan->std);
        table_cell(rows, "low=%.6g", plan->low);
        table_cell(rows, "high=%.6g", plan->high);
        table_cell(rows, "stream=%" PRIu64, plan->key.stream);
    }
    table_print(rows, to);
    table_release(rows);
}

static json_t *tensor_to_json(const report *told, const sow_checkpoint_tensor *tensor)
{
    const sow_plan *const plan = &tensor->plan;
    const bool drawn = told->device != NULL;
    const bool measured = drawn && told->has_moments;
    char expression[REPORT_EXPRESSION_SIZE] = "";
    json_t *const object = need_memory(json_object());
    sow_initializer_print(&tensor->initializer, expression, sizeof expression);
    json_put(object, "name", json_from_text(tensor->name));
    json_put(object, "shape", json_from_shape(tensor->tensor.rank, tensor->tensor.shape));
    json_put(object, "dtype", json_from_text(sow_dtype_name(plan->dtype)));
    json_put(object, "initializer", json_from_text(expression));
    json_put(object, "fan_in", json_from_u64(plan->fan_in));
    json_put(object, "fan_out", json_from_u64(plan->fan_out));
    json_put(object, "mean", json_from_number(plan->mean));
    json_put(object, "std", json_from_number(plan->std));
    json_put(object, "low", json_from_number(plan->low));
    json_put(object, "high", json_from_number(plan->high));
    json_put(object, "stream", json_from_u64(plan->key.stream));
    json_put(object, "expected_mean", json_from_number(tensor->mean));
    json_put(object, "expected_std", json_from_number(tensor->std));
    json_put(object, "measured_mean",
             measured ? json_from_number(tensor->measured_mean) : json_null());
    json_put(object, "measured_std",
             measured ? json_from_number(tensor->measured_std) : json_null());
    json_put(object, "digest", drawn ? json_from_digest(tensor->digest) : json_null());
    return object;
}

/* Where the checkpoint lies: a file, or the index of several; null for none. */
static json_t *file_to_json(const report *told)
{
    const size_t count = report_file_count(told);
    return json_from_text(count == 0 ? told->file
                                     : sow_checkpoint_file_at(told->checkpoint, count - 1));
}

static json_t *files_to_json(const report *told)
{
    json_t *const files = need_memory(json_array());
    for (size_t i = 0; i < report_file_count(told); i++)
        json_append(files, json_from_text(sow_checkpoint_file_at(told->checkpoint, i)));
    return files;
}

void report_print_json(const report *told)
{
    uint8_t digest[16] = {0};
    const bool drawn = told->device != NULL;
    json_t *const object = need_memory(json_object());
    if (drawn)
        sow_checkpoint_digest(told->checkpoint, digest);
    json_put(object, "digest", drawn ? json_from_digest(digest) : json_null());
    json_put(object, "device", json_from_text(told->device));
    json_put(object, "parameters", json_from_u64(sow_checkpoint_parameters(told->checkpoint)));
    json_put(object, "bytes", json_from_u64(sow_checkpoint_bytes(told->checkpoint)));
    json_put(object, "seconds", json_from_number(told->seconds));
    json_put(object, "model", json_from_text(told->model));
    json_put(object, "recipe", json_from_text(told->recipe));
    json_put(object, "seed", json_from_u64(told->seed));
    json_put(object, "file", file_to_json(told));
    json_put(object, "files", files_to_json(told));
    json_begin_list(object, "tensors");
    for (size_t i = 0; i < sow_checkpoint_count(told->checkpoint); i++)
        json_print_element(tensor_to_json(told, sow_checkpoint_tensor_at(told->checkpoint, i)),
                           i == 0);
    json_end_list();
}
