#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "paths.h"
#include "shard_index.h"
#include "shard_names.h"
#include "system_error.h"
#include "words.h"

/* Maps the shard's tensors to its file. */
static sow_status add_shard(json_t *map, const sow_checkpoint *checkpoint,
                            const sowi_shards *shards, size_t shard, const char *path,
                            sow_error *error)
{
    sow_status status = SOW_OK;
    char *file = sowi_shard_path(sowi_base_of(path), shard, shards->count);
    json_t *value = file == NULL ? NULL : json_string(file);
    if (file == NULL)
        SOWI_TRY(status, sowi_fail_memory(error));
    if (value == NULL)
        SOWI_TRY(status,
                 sowi_fail(error, SOW_ERR_ARGUMENT, "not UTF-8 (%s): an index holds no other text",
                           sowi_show(file).text));
    for (size_t i = sowi_shard_begin(shards, shard); i < shards->ends[shard]; i++)
        if (json_object_set(map, checkpoint->tensors[shards->order[i]]->name, value) != 0)
            SOWI_TRY(status, sowi_fail_memory(error)); /* headers refuse names that are not UTF-8 */
done:
    json_decref(value);
    free(file);
    return status;
}

static sow_status make_map(json_t **out, const sow_checkpoint *checkpoint,
                           const sowi_shards *shards, const char *path, sow_error *error)
{
    json_t *map = json_object();
    sow_status status = map == NULL ? sowi_fail_memory(error) : SOW_OK;
    for (size_t s = 0; s < shards->count && status == SOW_OK; s++)
        status = add_shard(map, checkpoint, shards, s, path, error);
    if (status == SOW_OK)
        *out = map;
    else
        json_decref(map);
    return status;
}

sow_status sowi_shard_index_print(char **text, size_t *size, const sow_checkpoint *checkpoint,
                                  const sowi_shards *shards, const char *path, sow_error *error)
{
    json_t *map = NULL;
    sow_status status = make_map(&map, checkpoint, shards, path, error);
    if (status != SOW_OK)
        return status;
    json_t *root = json_pack("{s:{s:I},s:o}", "metadata", "total_size",
                             (json_int_t)checkpoint->bytes, "weight_map", map);
    char *printed = json_dumps(root, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
    json_decref(root);
    const size_t length = printed == NULL ? 0 : strlen(printed);
    char *grown = printed == NULL ? NULL : realloc(printed, length + 2);
    if (grown == NULL) {
        free(printed);
        return sowi_fail_memory(error);
    }
    strcpy(grown + length, "\n");
    *text = grown;
    *size = length + 1;
    return SOW_OK;
}
