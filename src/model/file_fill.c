#include "file_fill.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "fail.h"
#include "json_read.h"
#include "model_traits.h"
#include "words.h"

/* ---- Writing ---- */

static size_t print_list(char *text, size_t size, const char *name, const uint64_t *list,
                         uint32_t count)
{
    size_t used = (size_t)snprintf(text, size, "\"%s\":[", name);
    for (uint32_t i = 0; i < count; i++)
        used +=
            (size_t)snprintf(text + used, size - used, "%s%" PRIu64, i == 0 ? "" : ",", list[i]);
    return used + (size_t)snprintf(text + used, size - used, "],");
}

static bool is_part(const sow_tensor *drawn)
{
    bool whole = true, all = true;
    for (uint32_t i = 0; i < drawn->rank; i++) {
        whole = whole && drawn->extent[i] == 0 && drawn->start[i] == 0;
        all = all && drawn->extent[i] == drawn->shape[i];
    }
    return !whole && !all;
}

/* Two lists of 8 numbers of up to 21 bytes with their commas, and less than 100 bytes beside them. */
sowi_file_fill sowi_file_fill_print(const sow_tensor *drawn, uint64_t stream)
{
    sowi_file_fill fill;
    char *text = fill.text;
    const size_t size = sizeof fill.text;
    size_t used = (size_t)snprintf(text, size, "{%s",
                                   drawn->layout == SOW_LAYOUT_IO ? "\"layout\":\"io\"," : "");
    used += print_list(text + used, size - used, "shape", drawn->shape, drawn->rank);
    if (is_part(drawn))
        used += print_list(text + used, size - used, "start", drawn->start, drawn->rank);
    snprintf(text + used, size - used, "\"stream\":\"%" PRIu64 "\"}", stream);
    return fill;
}

/* ---- Reading ---- */

/* Beyond what is told: of this many bytes it is another writer's. */
enum { TEXT_MAX = 4096 };

typedef struct told {
    sow_tensor tensor;
    sow_key key;
    bool is_part;
} told;

/* A list of as many numbers as the tensor has dimensions. */
static sow_status read_list(const json_t *root, const char *name, bool required, uint32_t rank,
                            uint64_t *list, bool *found, const sowi_json_reader *reader)
{
    json_t *array = NULL;
    sow_status status = sowi_json_member(root, name, JSON_ARRAY, required, &array, reader);
    *found = array != NULL;
    if (status != SOW_OK || array == NULL)
        return status;
    if (json_array_size(array) != rank)
        return sowi_fail(reader->error, reader->status, "wrong %s (%zu numbers): %" PRIu32, name,
                         json_array_size(array), rank);
    for (uint32_t i = 0; i < rank && status == SOW_OK; i++)
        status = sowi_json_count(json_array_get(array, i), name, &list[i], reader);
    return status;
}

static sow_status read_stream(const json_t *root, uint64_t *stream, const sowi_json_reader *reader)
{
    const char *text = NULL;
    char again[24];
    const sow_status status = sowi_json_string(root, "stream", true, &text, reader);
    if (status != SOW_OK)
        return status;
    if (sscanf(text, "%" SCNu64, stream) == 1) {
        snprintf(again, sizeof again, "%" PRIu64, *stream);
        if (strcmp(again, text) == 0)
            return SOW_OK;
    }
    return sowi_fail(reader->error, reader->status, "wrong stream (%s): a decimal below 2^64",
                     sowi_show(text).text);
}

static sow_status read_told(told *out, const sow_file_tensor *of, const char *text,
                            sow_error *error)
{
    static const char *const keys[] = {"layout", "shape", "start", "stream", NULL};
    const sowi_json_reader reader = {.status = SOW_ERR_FORMAT, .error = error};
    sow_status status;
    json_t *root = NULL;
    bool found = false;
    if (strlen(text) > TEXT_MAX)
        SOWI_TRY(status, sowi_fail(error, SOW_ERR_FORMAT, "too long (%zu bytes): %d at most",
                                   strlen(text), TEXT_MAX));
    SOWI_TRY(status, sowi_json_parse(&root, text, strlen(text), &reader));
    SOWI_TRY(status, sowi_json_check_object(root, "the text", keys, &reader));
    SOWI_TRY(status, read_list(root, "shape", true, of->rank, out->tensor.shape, &found, &reader));
    SOWI_TRY(status,
             read_list(root, "start", false, of->rank, out->tensor.start, &out->is_part, &reader));
    SOWI_TRY(status, sowi_model_read_layout(root, &out->tensor.layout, &reader));
    SOWI_TRY(status, read_stream(root, &out->key.stream, &reader));
done:
    json_decref(root);
    if (status != SOW_OK)
        sowi_fail_prefix(error, "metadata " SOWI_FILE_FILL_KEY);
    return status;
}

/* A part may be empty, which regions cannot say. */
static sow_status make_plan(sow_checkpoint_tensor *out, const sow_file_tensor *of, told *from,
                            sow_error *error)
{
    const bool empty = from->is_part && of->elements == 0;
    if (from->is_part && !empty)
        memcpy(from->tensor.extent, of->shape, of->rank * sizeof *of->shape);
    if (empty)
        memset(from->tensor.start, 0, sizeof from->tensor.start);
    sow_status status =
        sow_plan_make(&out->plan, &from->tensor, &out->initializer, from->key, error);
    if (status != SOW_OK)
        return status;
    if (empty)
        (void)sow_plan_slice(&out->plan, 0, 0); /* every plan has no elements, too */
    status = sow_plan_moments(&out->plan, &out->mean, &out->std);
    return status == SOW_OK ? SOW_OK
                            : sowi_fail(error, status, "no moments: %s", sow_status_text(status));
}

static sow_status plan(sow_checkpoint_tensor *out, const sow_file_tensor *of, const char *text,
                       sow_key key, sow_error *error)
{
    told from = {.tensor = {.dtype = of->dtype, .rank = of->rank}, .key = key};
    sow_status status;
    SOWI_TRY(status, read_told(&from, of, text, error));
    SOWI_TRY(status, sow_initializer_parse(&out->initializer, out->expression, NULL, 0, error));
    out->tensor = (sow_tensor){.dtype = of->dtype, .layout = from.tensor.layout, .rank = of->rank};
    memcpy(out->tensor.shape, from.is_part ? of->shape : from.tensor.shape,
           of->rank * sizeof *of->shape);
    SOWI_TRY(status, make_plan(out, of, &from, error));
    out->size_bytes = out->plan.count * sow_dtype_size(of->dtype);
    if (out->plan.overlay_begin != out->plan.overlay_end && out->initializer.padding != 0)
        out->padding_idx = (int64_t)(out->initializer.padding - 1);
done:
    return status;
}

sow_status sow_tensor_file_plan(const sow_tensor_file *file, uint64_t seed,
                                sow_checkpoint_tensor *out, sow_error *error)
{
    if (file == NULL || out == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "an argument is NULL");
    const char *text = sow_tensor_file_metadata(file, SOWI_FILE_FILL_KEY);
    const char *expression = sow_tensor_file_metadata(file, "sowcl.recipe");
    const sow_file_tensor *of = sow_tensor_file_at(file, 0);
    if (text == NULL || expression == NULL || sow_tensor_file_count(file) != 1 || !of->known ||
        of->rank > SOW_MAX_RANK)
        return sowi_fail(error, SOW_ERR_FORMAT,
                         "no file of one tensor that tells how it was drawn (%zu tensors)",
                         sow_tensor_file_count(file));
    *out = (sow_checkpoint_tensor){
        .name = of->name, .kind = "", .expression = expression, .padding_idx = -1};
    return plan(out, of, text, (sow_key){.seed = seed}, error);
}
