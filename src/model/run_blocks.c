#include "run_blocks.h"

#include <assert.h>
#include <stdlib.h>

sow_status sowi_block_make(sowi_block *block, sowi_block_limits limits)
{
    block->parts = calloc(limits.parts, sizeof *block->parts);
    block->pieces = calloc(limits.parts, sizeof *block->pieces);
    return block->parts == NULL || block->pieces == NULL ? SOW_ERR_NO_MEMORY : SOW_OK;
}

void sowi_block_clear(sowi_block *block)
{
    free(block->pieces);
    free(block->parts);
    block->pieces = NULL;
    block->parts = NULL;
}

/* A part of a tensor that takes as long to draw as all of it. */
static bool is_from_whole(const sowi_block_part *part)
{
    const sow_plan *plan = &part->tensor->plan;
    return plan->distribution == SOW_DIST_ORTHOGONAL &&
           (part->begin != 0 || part->end != plan->count);
}

/* The plan of a part: the tensor's own, or a slice of it that the block keeps. */
static const sow_plan *plan_of(sowi_block *block, const sowi_block_part *part)
{
    const sow_plan *whole = &part->tensor->plan;
    if (part->begin == 0 && part->end == whole->count)
        return whole;
    /* only the first part begins inside its tensor; any other that is cut is the last */
    sow_plan *slice = &block->cut[part->begin != 0 ? 0 : 1];
    *slice = *whole;
    const sow_status status = sow_plan_slice(slice, part->begin, part->end - part->begin);
    assert(status == SOW_OK);
    (void)status;
    return slice;
}

/* Adds what the block has room for of the next tensor; false if there is more of it. */
static bool add_part(sowi_block_cutter *cutter, sowi_block *block, sow_checkpoint_tensor *tensor)
{
    const size_t size = sow_dtype_size(tensor->tensor.dtype);
    const uint64_t left = tensor->plan.count - cutter->begin;
    const uint64_t room = (cutter->limits.bytes - block->bytes) / size;
    const uint64_t count = left < room ? left : room;
    /* files are sorted by the size of elements, the widest first */
    assert(block->bytes % size == 0);
    if (left != 0 && count == 0)
        return false;
    sowi_block_part *part = &block->parts[block->part_count++];
    *part = (sowi_block_part){tensor, cutter->begin, cutter->begin + count};
    if (count != 0 && is_from_whole(part))
        block->wholes[block->whole_count++] = (sowi_block_whole){*part, block->bytes};
    else if (count != 0)
        block->pieces[block->piece_count++] = (sow_batch_item){plan_of(block, part), block->bytes};
    block->bytes += (size_t)count * size;
    cutter->begin += count;
    return count == left;
}

bool sowi_block_cut(sowi_block_cutter *cutter, sowi_block *block)
{
    const sowi_shards *shards = cutter->shards;
    if (cutter->shard == shards->count)
        return false;
    block->shard = cutter->shard;
    block->bytes = 0;
    block->part_count = 0;
    block->piece_count = 0;
    block->whole_count = 0;
    while (cutter->next < shards->ends[cutter->shard] && block->part_count < cutter->limits.parts) {
        if (!add_part(cutter, block, cutter->checkpoint->tensors[shards->order[cutter->next]]))
            break;
        cutter->next++;
        cutter->begin = 0;
    }
    block->ends_shard = cutter->next == shards->ends[cutter->shard];
    cutter->shard += block->ends_shard;
    return true;
}
