#include "checkpoint_header.h"

#include <stdlib.h>

#include "fail.h"
#include "file_model.h"
#include "safetensors.h"
#include "system_error.h"

/* The tensors of the shard, one behind the other. Returns where the last ends. */
static uint64_t list_tensors(const sow_checkpoint *checkpoint, const sowi_shards *shards,
                             size_t shard, sowi_safetensors_tensor *list)
{
    uint64_t offset = 0;
    for (size_t i = sowi_shard_begin(shards, shard); i < shards->ends[shard]; i++) {
        const sow_checkpoint_tensor *tensor = checkpoint->tensors[shards->order[i]];
        *list++ = (sowi_safetensors_tensor){
            .name = tensor->name,
            .dtype = sowi_safetensors_dtype_of(tensor->tensor.dtype),
            .rank = tensor->tensor.rank,
            .shape = tensor->tensor.shape,
            .begin = offset,
            .end = offset + tensor->size_bytes,
        };
        offset += tensor->size_bytes;
    }
    return offset;
}

/* Tied tensors, as safetensors.torch.save_model records them. Returns the number of pairs. */
static size_t add_aliases(const sow_checkpoint *checkpoint, const sowi_shards *shards, size_t shard,
                          sowi_metadata *metadata, size_t pairs)
{
    for (size_t i = 0; i < checkpoint->alias_count; i++) {
        const sowi_checkpoint_alias *alias = &checkpoint->aliases[i];
        if (shards->shard_of[alias->tensor] == shard)
            metadata[pairs++] =
                (sowi_metadata){alias->name, checkpoint->tensors[alias->tensor]->name};
    }
    return pairs;
}

sow_status sowi_checkpoint_header_make(sowi_checkpoint_header *header,
                                       const sow_checkpoint *checkpoint, const sowi_shards *shards,
                                       size_t shard, sow_error *error)
{
    const size_t count = shards->ends[shard] - sowi_shard_begin(shards, shard);
    sow_status status;
    sowi_provenance provenance;
    sowi_safetensors_tensor *list = malloc((count + 1) * sizeof *list);
    sowi_metadata *metadata =
        malloc((SOWI_PROVENANCE_COUNT + 2 + checkpoint->alias_count) * sizeof *metadata);
    char *model = NULL;
    if (list == NULL || metadata == NULL)
        SOWI_TRY(status, sowi_fail_memory(error));
    header->data_bytes = list_tensors(checkpoint, shards, shard, list);
    size_t pairs =
        sowi_provenance_pairs(&provenance, checkpoint->seed, checkpoint->recipe, metadata);
    SOWI_TRY(status, sowi_file_model_print(&model, checkpoint, shards, shard, error));
    if (checkpoint->recipe_is_mistaken)
        metadata[pairs++] = (sowi_metadata){"sowcl.recipe_from", "file"};
    if (model != NULL)
        metadata[pairs++] = (sowi_metadata){SOWI_FILE_MODEL_KEY, model};
    pairs = add_aliases(checkpoint, shards, shard, metadata, pairs);
    SOWI_TRY(status, sowi_safetensors_header(&header->bytes, &header->size, metadata, pairs, list,
                                             count, error));
done:
    free(model);
    free(metadata);
    free(list);
    return status;
}
