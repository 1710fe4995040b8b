/* Dividing the tensors of a checkpoint among files, as Hugging Face does it
 * (huggingface_hub.split_torch_state_dict_into_shards). */
#ifndef SOWI_SHARDS_H
#define SOWI_SHARDS_H

#include <stddef.h>
#include <stdint.h>

#include "checkpoint_parts.h"

/* Gives each of count tensors the number of its shard, from 0, and returns how many shards there are.
 * size_bytes: of the tensors, in the model's order. A shard takes tensors in that order until one more would
 * exceed the limit; then it is numbered. A tensor that alone exceeds the limit has a shard of its own, and
 * the shard that was being filled goes on. */
size_t sowi_shards_assign(const uint64_t *size_bytes, size_t count, uint64_t limit,
                          size_t *shard_of);

/* Zero is empty. */
typedef struct sowi_shards {
    size_t count;     /* shards, at least one */
    size_t *shard_of; /* tensor -> shard */
    size_t *order;    /* the tensors, shard by shard, in each in the order of the checkpoint */
    size_t *ends;     /* shard -> where it ends in order */
} sowi_shards;

/* limit: 0 for one shard. SOW_ERR_NO_MEMORY; clear is due either way. */
sow_status sowi_shards_plan(sowi_shards *shards, const sow_checkpoint *checkpoint, uint64_t limit);
void sowi_shards_clear(sowi_shards *shards);

/* Where the shard begins in order. */
size_t sowi_shard_begin(const sowi_shards *shards, size_t shard);

#endif
