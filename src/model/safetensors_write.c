/* Writing safetensors headers, byte for byte as the reference does. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "json_write.h"
#include "safetensors.h"
#include "system_error.h"
#include "words.h"

enum { LENGTH_BYTES = 8, ALIGNMENT = 8 };

static void write_metadata(FILE *out, const sowi_metadata *metadata, size_t count)
{
    fputs("\"__metadata__\":{", out);
    for (size_t i = 0; i < count; i++) {
        if (i != 0)
            fputc(',', out);
        sowi_json_write_string(out, metadata[i].key);
        fputc(':', out);
        sowi_json_write_string(out, metadata[i].value);
    }
    fputc('}', out);
}

static void write_tensor(FILE *out, const sowi_safetensors_tensor *tensor)
{
    sowi_json_write_string(out, tensor->name);
    fprintf(out, ":{\"dtype\":\"%s\",\"shape\":[", tensor->dtype->name);
    for (size_t i = 0; i < tensor->rank; i++)
        fprintf(out, "%s%" PRIu64, i == 0 ? "" : ",", tensor->shape[i]);
    fprintf(out, "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}", tensor->begin, tensor->end);
}

static sow_status check_text(const char *text, sow_error *error)
{
    json_t *string = json_string(text); /* fails where the text is not UTF-8 */
    if (string == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "not UTF-8 (%s): safetensors holds no other text",
                         sowi_show(text).text);
    json_decref(string);
    return SOW_OK;
}

static sow_status check_texts(const sowi_metadata *metadata, size_t metadata_count,
                              const sowi_safetensors_tensor *tensors, size_t count,
                              sow_error *error)
{
    sow_status status = SOW_OK;
    for (size_t i = 0; i < metadata_count && status == SOW_OK; i++) {
        status = check_text(metadata[i].key, error);
        if (status == SOW_OK)
            status = check_text(metadata[i].value, error);
    }
    for (size_t i = 0; i < count && status == SOW_OK; i++) {
        status = check_text(tensors[i].name, error);
        if (status == SOW_OK && strcmp(tensors[i].name, "__metadata__") == 0)
            status = sowi_fail(error, SOW_ERR_ARGUMENT,
                               "reserved name of a tensor (__metadata__): any other");
    }
    return status;
}

static int compare_keys(const void *left, const void *right)
{
    const sowi_metadata *a = left, *b = right;
    return strcmp(a->key, b->key);
}

static void write_header(FILE *out, const sowi_metadata *metadata, size_t metadata_count,
                         const sowi_safetensors_tensor *tensors, size_t count)
{
    for (int i = 0; i < LENGTH_BYTES; i++)
        fputc(0, out); /* the length is not known yet */
    fputc('{', out);
    if (metadata_count != 0)
        write_metadata(out, metadata, metadata_count);
    for (size_t i = 0; i < count; i++) {
        if (i != 0 || metadata_count != 0)
            fputc(',', out);
        write_tensor(out, &tensors[i]);
    }
    fputc('}', out);
    for (long end = ftell(out); end % ALIGNMENT != 0; end++)
        fputc(' ', out);
}

sow_status sowi_safetensors_header(char **bytes, size_t *size, sowi_metadata *metadata,
                                   size_t metadata_count, const sowi_safetensors_tensor *tensors,
                                   size_t count, sow_error *error)
{
    sow_status status = check_texts(metadata, metadata_count, tensors, count, error);
    if (status != SOW_OK)
        return status;
    if (metadata_count != 0)
        qsort(metadata, metadata_count, sizeof *metadata, compare_keys);

    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        return sowi_fail_memory(error);
    write_header(out, metadata, metadata_count, tensors, count);
    const int failed = ferror(out);
    if (fclose(out) != 0 || failed != 0)
        SOWI_TRY(status, sowi_fail_memory(error));
    if (length - LENGTH_BYTES > SOWI_SAFETENSORS_HEADER_MAX)
        SOWI_TRY(status, sowi_fail(error, SOW_ERR_ARGUMENT,
                                   "the safetensors header is too long (%zu bytes): %u at most",
                                   length - LENGTH_BYTES, SOWI_SAFETENSORS_HEADER_MAX));
    for (int i = 0; i < LENGTH_BYTES; i++)
        text[i] = (char)((uint64_t)(length - LENGTH_BYTES) >> (8 * i) & 0xff);
    *bytes = text;
    *size = length;
    text = NULL;
done:
    free(text);
    return status;
}

size_t sowi_provenance_pairs(sowi_provenance *provenance, uint64_t seed, const char *recipe,
                             sowi_metadata pairs[SOWI_PROVENANCE_COUNT])
{
    snprintf(provenance->seed, sizeof provenance->seed, "%" PRIu64, seed);
    snprintf(provenance->stream_version, sizeof provenance->stream_version, "%d",
             SOW_STREAM_VERSION);
    size_t count = 0;
    pairs[count++] = (sowi_metadata){"format", "pt"};
    pairs[count++] = (sowi_metadata){"sowcl.seed", provenance->seed};
    pairs[count++] = (sowi_metadata){"sowcl.stream_version", provenance->stream_version};
    if (recipe != NULL)
        pairs[count++] = (sowi_metadata){"sowcl.recipe", recipe};
    return count;
}
