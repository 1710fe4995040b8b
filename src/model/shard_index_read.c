#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fail.h"
#include "paths.h"
#include "shard_index.h"
#include "shard_names.h"
#include "system_error.h"
#include "words.h"

/* Of the text, in bytes. */
enum { INDEX_MAX = 100000000 };

bool sowi_is_shard_index(const json_t *root)
{
    return json_object_get(root, "weight_map") != NULL && json_object_get(root, "format") == NULL;
}

static int compare_entries(const void *left, const void *right)
{
    const sowi_shard_entry *a = left, *b = right;
    const int files = strcmp(a->file, b->file);
    return files != 0 ? files : strcmp(a->tensor, b->tensor);
}

static sow_status read_entry(sowi_shard_index *index, const char *tensor, const json_t *value,
                             sow_error *error)
{
    if (!json_is_string(value) || !sowi_is_shard_name(json_string_value(value)))
        return sowi_fail(error, SOW_ERR_FORMAT,
                         "tensor '%s': wrong file (%s): the name of a file beside the index",
                         sowi_show(tensor).text, sowi_json_show(value).text);
    sowi_shard_entry *entry = &index->entries[index->count++];
    entry->tensor = sowi_arena_copy(&index->arena, tensor);
    entry->file = sowi_arena_copy(&index->arena, json_string_value(value));
    return entry->tensor != NULL && entry->file != NULL ? SOW_OK : sowi_fail_memory(error);
}

static sow_status read_map(sowi_shard_index *index, const json_t *root, sow_error *error)
{
    const sowi_json_reader reader = {.status = SOW_ERR_FORMAT, .error = error};
    json_t *map = NULL;
    sow_status status = sowi_json_member(root, "weight_map", JSON_OBJECT, true, &map, &reader);
    if (status != SOW_OK)
        return status;
    index->entries = calloc(json_object_size(map) + 1, sizeof *index->entries);
    if (index->entries == NULL)
        return sowi_fail_memory(error);
    const char *tensor;
    json_t *file;
    json_object_foreach(map, tensor, file)
    {
        status = read_entry(index, tensor, file, error);
        if (status != SOW_OK)
            return status;
    }
    qsort(index->entries, index->count, sizeof *index->entries, compare_entries);
    return SOW_OK;
}

sow_status sowi_shard_index_read(sowi_shard_index *index, const json_t *root,
                                 const sowi_input *input, sow_error *error)
{
    *index = (sowi_shard_index){.path = input->path};
    sow_status status = SOW_OK;
    if (input->fd == STDIN_FILENO)
        status = sowi_fail(error, SOW_ERR_FORMAT,
                           "an index of shards, which lie beside it: give its path");
    else if (!json_is_object(root))
        status = sowi_fail(error, SOW_ERR_FORMAT, "the index is not an object (%s)",
                           sowi_json_show(root).text);
    if (status == SOW_OK)
        status = read_map(index, root, error);
    if (status != SOW_OK)
        sowi_fail_prefix(error, "%s", input->path);
    return status;
}

/* A model's or a recipe's. */
static sow_status refuse_description(const json_t *root, sow_error *error)
{
    const char *format = json_string_value(json_object_get(root, "format"));
    return format == NULL ? SOW_OK
                          : sowi_fail(error, SOW_ERR_FORMAT,
                                      "a description (%s), which holds no values: a file of "
                                      "tensors or an index of shards is expected",
                                      sowi_show(format).text);
}

sow_status sowi_shard_index_load(sowi_shard_index *index, sowi_input *input, sow_error *error)
{
    const sowi_json_reader reader = {.status = SOW_ERR_FORMAT, .error = error};
    sow_status status;
    char *text = NULL;
    size_t size = 0;
    json_t *root = NULL;
    *index = (sowi_shard_index){.count = 0};
    SOWI_TRY(status, sowi_input_read_all(input, INDEX_MAX, &text, &size, error));
    status = sowi_json_parse(&root, text, size, &reader);
    if (status == SOW_OK)
        status = refuse_description(root, error);
    if (status != SOW_OK)
        sowi_fail_prefix(error, "%s", input->path);
    else
        status = sowi_shard_index_read(index, root, input, error);
done:
    json_decref(root);
    free(text);
    return status;
}

void sowi_shard_index_clear(sowi_shard_index *index)
{
    free(index->entries);
    sowi_arena_clear(&index->arena);
    *index = (sowi_shard_index){0};
}

/* The index's entries of one file. */
typedef struct shard {
    const sowi_shard_entry *entries;
    size_t count;
} shard;

static shard shard_at(const sowi_shard_index *index, size_t begin)
{
    size_t end = begin;
    while (end < index->count && strcmp(index->entries[end].file, index->entries[begin].file) == 0)
        end++;
    return (shard){&index->entries[begin], end - begin};
}

static int compare_names(const void *left, const void *right)
{
    const sowi_safetensors_tensor *a = left, *b = right;
    return strcmp(a->name, b->name);
}

/* Compares two sorted lists of names. */
static sow_status check_names(const shard *of, const sowi_safetensors_tensor *sorted, size_t count,
                              sow_error *error)
{
    for (size_t i = 0; i < of->count || i < count; i++) {
        const char *expected = i < of->count ? of->entries[i].tensor : NULL;
        const char *found = i < count ? sorted[i].name : NULL;
        const int order = expected == NULL ? 1 : found == NULL ? -1 : strcmp(expected, found);
        if (order < 0)
            return sowi_fail(error, SOW_ERR_FORMAT,
                             "tensor '%s' is missing: the index has it in this file",
                             sowi_show(expected).text);
        if (order > 0)
            return sowi_fail(error, SOW_ERR_FORMAT,
                             "tensor '%s' is too many: the index does not have it in this file",
                             sowi_show(found).text);
    }
    return SOW_OK;
}

static sow_status check_shard(const shard *of, const sowi_safetensors *header, sow_error *error)
{
    sowi_safetensors_tensor *sorted = malloc((header->count + 1) * sizeof *sorted);
    if (sorted == NULL)
        return sowi_fail_memory(error);
    if (header->count != 0)
        memcpy(sorted, header->tensors, header->count * sizeof *sorted);
    qsort(sorted, header->count, sizeof *sorted, compare_names);
    const sow_status status = check_names(of, sorted, header->count, error);
    free(sorted);
    return status;
}

static sow_status visit_shard(const sowi_shard_index *index, const shard *of,
                              sowi_shard_visitor *visit, void *user, sow_error *error)
{
    sowi_input file = {.fd = -1};
    sowi_safetensors header = {0};
    sow_status status;
    char *path = sowi_beside(index->path, of->entries[0].file);
    if (path == NULL)
        return sowi_fail_memory(error);
    SOWI_TRY(status, sowi_input_open(&file, path, error));
    SOWI_TRY(status, sowi_safetensors_read(&header, &file, error));
    status = check_shard(of, &header, error);
    if (status != SOW_OK)
        sowi_fail_prefix(error, "%s", path);
    else
        status = visit(user, &header, &file);
done:
    sowi_safetensors_clear(&header);
    sowi_input_close(&file);
    free(path);
    return status;
}

sow_status sowi_shard_index_walk(const sowi_shard_index *index, sowi_shard_visitor *visit,
                                 void *user, sow_error *error)
{
    sow_status status = SOW_OK;
    for (size_t begin = 0; begin < index->count && status == SOW_OK;) {
        const shard next = shard_at(index, begin);
        status = visit_shard(index, &next, visit, user, error);
        begin += next.count;
    }
    return status;
}
