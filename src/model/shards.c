#include "shards.h"

#include <stdbool.h>
#include <stdlib.h>

/* The number of the shard that is being filled. */
static const size_t none_yet = SIZE_MAX;

/* Numbers the shard that is being filled, if it has tensors; they are among begin to end. Returns the next
 * number. */
static size_t close_shard(size_t *shard_of, size_t begin, size_t end, size_t number)
{
    size_t next = number;
    for (size_t i = begin; i < end; i++)
        if (shard_of[i] == none_yet) {
            shard_of[i] = number;
            next = number + 1;
        }
    return next;
}

size_t sowi_shards_assign(const uint64_t *size_bytes, size_t count, uint64_t limit,
                          size_t *shard_of)
{
    size_t number = 0, begin = 0;
    uint64_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        if (size_bytes[i] > limit) {
            shard_of[i] = number++;
            continue;
        }
        if (size_bytes[i] > limit - bytes) {
            number = close_shard(shard_of, begin, i, number);
            begin = i;
            bytes = 0;
        }
        shard_of[i] = none_yet;
        bytes += size_bytes[i];
    }
    return close_shard(shard_of, begin, count, number);
}

/* Fills shard_of; true unless out of memory. */
static bool assign(sowi_shards *shards, const sow_checkpoint *checkpoint, uint64_t limit)
{
    const size_t count = checkpoint->count;
    uint64_t *sizes = malloc((count + 1) * sizeof *sizes);
    size_t *shard_of = malloc((count + 1) * sizeof *shard_of);
    const bool done = sizes != NULL && shard_of != NULL;
    for (size_t i = 0; i < count && done; i++)
        sizes[i] = checkpoint->tensors[checkpoint->model_order[i]]->size_bytes;
    if (done)
        shards->count = sowi_shards_assign(sizes, count, limit == 0 ? UINT64_MAX : limit, shard_of);
    for (size_t i = 0; i < count && done; i++)
        shards->shard_of[checkpoint->model_order[i]] = shard_of[i];
    if (shards->count == 0)
        shards->count = 1; /* a model without tensors is a file, too */
    free(shard_of);
    free(sizes);
    return done;
}

sow_status sowi_shards_plan(sowi_shards *shards, const sow_checkpoint *checkpoint, uint64_t limit)
{
    const size_t count = checkpoint->count;
    shards->shard_of = calloc(count + 1, sizeof *shards->shard_of);
    shards->order = calloc(count + 1, sizeof *shards->order);
    if (shards->shard_of == NULL || shards->order == NULL || !assign(shards, checkpoint, limit))
        return SOW_ERR_NO_MEMORY;
    shards->ends = calloc(shards->count + 1, sizeof *shards->ends);
    if (shards->ends == NULL)
        return SOW_ERR_NO_MEMORY;
    /* a counting sort: ends[s] is the size of shard s, then where it begins, and grows to where it ends */
    for (size_t i = 0; i < count; i++)
        shards->ends[shards->shard_of[i]]++;
    size_t begin = 0;
    for (size_t s = 0; s < shards->count; s++) {
        const size_t tensors = shards->ends[s];
        shards->ends[s] = begin;
        begin += tensors;
    }
    for (size_t i = 0; i < count; i++)
        shards->order[shards->ends[shards->shard_of[i]]++] = i;
    return SOW_OK;
}

void sowi_shards_clear(sowi_shards *shards)
{
    free(shards->ends);
    free(shards->order);
    free(shards->shard_of);
    *shards = (sowi_shards){0};
}

size_t sowi_shard_begin(const sowi_shards *shards, size_t shard)
{
    return shard == 0 ? 0 : shards->ends[shard - 1];
}
