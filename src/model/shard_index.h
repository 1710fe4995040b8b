/* The index of a sharded checkpoint: which tensor is in which file beside it. JSON,
 * {"metadata": {"total_size": bytes}, "weight_map": {name: file, ...}}; other keys are not looked at. */
#ifndef SOWI_SHARD_INDEX_H
#define SOWI_SHARD_INDEX_H

#include <jansson.h>

#include "arena.h"
#include "json_read.h"
#include "safetensors.h"
#include "shards.h"

/* Makes the text as transformers' save_pretrained writes it: indented by 2, keys sorted, ASCII, a newline at
 * the end. path: of the file that shards are named after. The caller frees *text. SOW_ERR_ARGUMENT (names
 * that are not UTF-8), SOW_ERR_NO_MEMORY. */
sow_status sowi_shard_index_print(char **text, size_t *size, const sow_checkpoint *checkpoint,
                                  const sowi_shards *shards, const char *path, sow_error *error);

typedef struct sowi_shard_entry {
    const char *tensor, *file;
} sowi_shard_entry;

/* Zero is empty. */
typedef struct sowi_shard_index {
    sowi_arena arena;
    const char *path;
    sowi_shard_entry *entries; /* sorted by file, then tensor */
    size_t count;
} sowi_shard_index;

/* True for JSON that means to be an index. */
bool sowi_is_shard_index(const json_t *root);
/* Reads the entries from an index: from what is left of input, or from the root that it was parsed to. The
 * input outlives the index. SOW_ERR_FORMAT (for a file's name that is not one beside the index, too),
 * SOW_ERR_FILE, SOW_ERR_NO_MEMORY; clear is due either way. */
sow_status sowi_shard_index_load(sowi_shard_index *index, sowi_input *input, sow_error *error);
sow_status sowi_shard_index_read(sowi_shard_index *index, const json_t *root,
                                 const sowi_input *input, sow_error *error);
void sowi_shard_index_clear(sowi_shard_index *index);

/* Gets a shard's header, and its file at the first byte of the data; whose path its messages begin with. May
 * keep the header: an empty one is left in its place. */
typedef sow_status sowi_shard_visitor(void *user, sowi_safetensors *header, sowi_input *file);

/* Opens the shards in the order of their names, checks that each holds the tensors that the index says, and
 * no others, and hands it to visit. SOW_ERR_FORMAT, SOW_ERR_FILE, SOW_ERR_NO_MEMORY, visit's. */
sow_status sowi_shard_index_walk(const sowi_shard_index *index, sowi_shard_visitor *visit,
                                 void *user, sow_error *error);

#endif
