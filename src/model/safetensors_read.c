/* Reading safetensors headers, stricter than the reference: the header begins with '{', keys are unique
 * and known, and the tensors tile the data. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "json_read.h"
#include "safetensors.h"
#include "system_error.h"
#include "words.h"

enum { LENGTH_BYTES = 8 };

static uint64_t read_little_endian(const unsigned char bytes[LENGTH_BYTES])
{
    uint64_t value = 0;
    for (int i = LENGTH_BYTES - 1; i >= 0; i--)
        value = value << 8 | bytes[i];
    return value;
}

bool sowi_safetensors_begins(const unsigned char *bytes, size_t size)
{
    return size > LENGTH_BYTES && bytes[LENGTH_BYTES - 1] == 0 && bytes[LENGTH_BYTES] == '{';
}

/* Reads the length and the text; the caller frees *text. */
static sow_status read_text(sowi_input *input, char **text, size_t *size, sow_error *error)
{
    unsigned char length_bytes[LENGTH_BYTES];
    size_t got = 0;
    sow_status status = sowi_input_read(input, length_bytes, sizeof length_bytes, &got, error);
    if (status != SOW_OK)
        return status;
    if (got < sizeof length_bytes)
        return sowi_fail(error, SOW_ERR_FORMAT,
                         "the file is too short (%zu bytes): a header's length takes 8", got);
    const uint64_t length = read_little_endian(length_bytes);
    if (length < 2 || length > SOWI_SAFETENSORS_HEADER_MAX)
        return sowi_fail(error, SOW_ERR_FORMAT,
                         "no safetensors file: wrong header length (%" PRIu64
                         "): 2 to %u bytes are allowed",
                         length, SOWI_SAFETENSORS_HEADER_MAX);
    if (input->sized && length > input->size - LENGTH_BYTES)
        return sowi_fail(error, SOW_ERR_FORMAT,
                         "wrong header length (%" PRIu64 "): the file has %" PRIu64 " bytes",
                         length, input->size);
    char *bytes = malloc((size_t)length);
    if (bytes == NULL)
        return sowi_fail_memory(error);
    SOWI_TRY(status, sowi_input_read(input, bytes, (size_t)length, &got, error));
    if (got < length)
        SOWI_TRY(status, sowi_fail(error, SOW_ERR_FORMAT,
                                   "the file ends in its header (after %zu bytes): %" PRIu64
                                   " are announced",
                                   got, length));
    if (bytes[0] != '{')
        SOWI_TRY(status, sowi_fail(error, SOW_ERR_FORMAT,
                                   "the header begins with byte 0x%02x: '{' is expected",
                                   (unsigned)(unsigned char)bytes[0]));
    *text = bytes;
    *size = (size_t)length;
    bytes = NULL;
done:
    free(bytes);
    return status;
}

static sow_status read_metadata(sowi_safetensors *out, const json_t *metadata,
                                const sowi_json_reader *reader)
{
    if (!json_is_object(metadata))
        return sowi_fail(reader->error, SOW_ERR_FORMAT, "__metadata__ is not an object (%s)",
                         sowi_json_show(metadata).text);
    out->metadata =
        sowi_arena_take(&out->arena, (json_object_size(metadata) + 1) * sizeof *out->metadata);
    if (out->metadata == NULL)
        return sowi_fail_memory(reader->error);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)metadata, key, value)
    {
        if (!json_is_string(value))
            return sowi_fail(reader->error, SOW_ERR_FORMAT,
                             "__metadata__ holds more than text (%s under %s)",
                             sowi_json_show(value).text, sowi_show(key).text);
        const sowi_metadata pair = {sowi_arena_copy(&out->arena, key),
                                    sowi_arena_copy(&out->arena, json_string_value(value))};
        if (pair.key == NULL || pair.value == NULL)
            return sowi_fail_memory(reader->error);
        out->metadata[out->metadata_count++] = pair;
    }
    return SOW_OK;
}

static sow_status read_shape(sowi_safetensors *out, const json_t *entry,
                             sowi_safetensors_tensor *tensor, const sowi_json_reader *reader)
{
    json_t *list = NULL;
    sow_status status = sowi_json_member(entry, "shape", JSON_ARRAY, true, &list, reader);
    if (status != SOW_OK)
        return status;
    tensor->rank = json_array_size(list);
    uint64_t *shape = sowi_arena_take(&out->arena, tensor->rank * sizeof *shape);
    if (shape == NULL)
        return sowi_fail_memory(reader->error);
    for (size_t i = 0; i < tensor->rank && status == SOW_OK; i++)
        status = sowi_json_count(json_array_get(list, i), "shape", &shape[i], reader);
    tensor->shape = shape;
    return status;
}

static sow_status read_offsets(const json_t *entry, sowi_safetensors_tensor *tensor,
                               const sowi_json_reader *reader)
{
    json_t *list = NULL;
    sow_status status;
    SOWI_TRY(status, sowi_json_member(entry, "data_offsets", JSON_ARRAY, true, &list, reader));
    if (json_array_size(list) != 2)
        SOWI_TRY(status, sowi_fail(reader->error, SOW_ERR_FORMAT,
                                   "wrong data_offsets (%zu numbers): 2 are expected",
                                   json_array_size(list)));
    SOWI_TRY(status,
             sowi_json_count(json_array_get(list, 0), "data_offsets", &tensor->begin, reader));
    SOWI_TRY(status,
             sowi_json_count(json_array_get(list, 1), "data_offsets", &tensor->end, reader));
    if (tensor->end < tensor->begin)
        SOWI_TRY(status,
                 sowi_fail(reader->error, SOW_ERR_FORMAT,
                           "wrong data_offsets (%" PRIu64 ", %" PRIu64 "): the end comes first",
                           tensor->begin, tensor->end));
done:
    return status;
}

/* The tensor's bytes by shape and dtype; false when they are not whole or do not fit 64 bits. */
static bool size_of(const sowi_safetensors_tensor *tensor, uint64_t *bytes)
{
    uint64_t bits = tensor->dtype->bits;
    for (size_t i = 0; i < tensor->rank; i++) {
        if (tensor->shape[i] != 0 && bits > UINT64_MAX / tensor->shape[i])
            return false;
        bits *= tensor->shape[i];
    }
    *bytes = bits / 8;
    return bits % 8 == 0;
}

static sow_status read_tensor(sowi_safetensors *out, const char *name, const json_t *entry,
                              sowi_safetensors_tensor *tensor, const sowi_json_reader *reader)
{
    static const char *const keys[] = {"dtype", "shape", "data_offsets", NULL};
    const char *dtype_name = NULL;
    uint64_t bytes = 0;
    sow_status status;
    SOWI_TRY(status, sowi_json_check_object(entry, "a tensor's entry", keys, reader));
    tensor->name = sowi_arena_copy(&out->arena, name);
    if (tensor->name == NULL)
        SOWI_TRY(status, sowi_fail_memory(reader->error));
    SOWI_TRY(status, sowi_json_string(entry, "dtype", true, &dtype_name, reader));
    tensor->dtype = sowi_safetensors_dtype_named(dtype_name);
    if (tensor->dtype == NULL)
        SOWI_TRY(status, sowi_fail(reader->error, SOW_ERR_FORMAT,
                                   "unknown dtype (%s): F32, F16, BF16, F64, I64, ... are known",
                                   sowi_show(dtype_name).text));
    SOWI_TRY(status, read_shape(out, entry, tensor, reader));
    SOWI_TRY(status, read_offsets(entry, tensor, reader));
    if (!size_of(tensor, &bytes))
        SOWI_TRY(status,
                 sowi_fail(reader->error, SOW_ERR_FORMAT,
                           "wrong shape: %s elements of it do not fill whole bytes below 2^61",
                           tensor->dtype->name));
    if (tensor->end - tensor->begin != bytes)
        SOWI_TRY(status, sowi_fail(reader->error, SOW_ERR_FORMAT,
                                   "wrong data_offsets (%" PRIu64 ", %" PRIu64
                                   "): shape and dtype take %" PRIu64 " bytes",
                                   tensor->begin, tensor->end, bytes));
done:
    if (status != SOW_OK)
        sowi_fail_prefix(reader->error, "tensor '%s'", sowi_show(name).text);
    return status;
}

static int compare_offsets(const void *left, const void *right)
{
    const sowi_safetensors_tensor *a = left, *b = right;
    if (a->begin != b->begin)
        return a->begin < b->begin ? -1 : 1;
    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    return strcmp(a->name, b->name);
}

/* Sorts the tensors by their data and checks that there is neither a gap nor an overlap. */
static sow_status check_tiling(sowi_safetensors *out, sow_error *error)
{
    if (out->count != 0)
        qsort(out->tensors, out->count, sizeof *out->tensors, compare_offsets);
    uint64_t end = 0;
    for (size_t i = 0; i < out->count; i++) {
        const sowi_safetensors_tensor *tensor = &out->tensors[i];
        if (tensor->begin != end)
            return sowi_fail(error, SOW_ERR_FORMAT,
                             "tensor '%s': %s before its data (%" PRIu64 "): %" PRIu64
                             " is expected",
                             sowi_show(tensor->name).text,
                             tensor->begin < end ? "an overlap" : "a gap", tensor->begin, end);
        end = tensor->end;
    }
    out->data_bytes = end;
    return SOW_OK;
}

static sow_status read_header(sowi_safetensors *out, const json_t *root,
                              const sowi_json_reader *reader)
{
    sow_status status = SOW_OK;
    const size_t entries = json_object_size(root);
    out->tensors = calloc(entries + 1, sizeof *out->tensors);
    if (out->tensors == NULL)
        return sowi_fail_memory(reader->error);
    const char *name;
    json_t *entry;
    json_object_foreach((json_t *)(uintptr_t)root, name, entry)
    {
        if (strcmp(name, "__metadata__") == 0)
            status = read_metadata(out, entry, reader);
        else
            status = read_tensor(out, name, entry, &out->tensors[out->count++], reader);
        if (status != SOW_OK)
            return status;
    }
    return check_tiling(out, reader->error);
}

static sow_status check_size(const sowi_safetensors *header, const sowi_input *input,
                             size_t header_size, sow_error *error)
{
    if (!input->sized || input->size - LENGTH_BYTES - header_size == header->data_bytes)
        return SOW_OK;
    return sowi_fail(error, SOW_ERR_FORMAT,
                     "wrong file size (%" PRIu64 " bytes of data): the header tells of %" PRIu64,
                     input->size - LENGTH_BYTES - header_size, header->data_bytes);
}

sow_status sowi_safetensors_read(sowi_safetensors *out, sowi_input *input, sow_error *error)
{
    const sowi_json_reader reader = {.status = SOW_ERR_FORMAT, .error = error};
    sow_status status;
    char *text = NULL;
    size_t size = 0;
    json_t *root = NULL;
    *out = (sowi_safetensors){0};
    SOWI_TRY(status, read_text(input, &text, &size, error));
    SOWI_TRY(status, sowi_json_parse(&root, text, size, &reader));
    SOWI_TRY(status, read_header(out, root, &reader));
    SOWI_TRY(status, check_size(out, input, size, error));
done:
    if (status != SOW_OK) {
        sowi_safetensors_clear(out);
        sowi_fail_prefix(error, "%s", input->path);
    }
    json_decref(root);
    free(text);
    return status;
}

void sowi_safetensors_clear(sowi_safetensors *header)
{
    free(header->tensors);
    sowi_arena_clear(&header->arena);
    *header = (sowi_safetensors){0};
}
