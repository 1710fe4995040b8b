/* The data of a run's files in blocks of bounded size: a block is a range of one file's data, and holds parts
 * of tensors, one behind the other. Many small tensors share one, a large one takes many. */
#ifndef SOWI_RUN_BLOCKS_H
#define SOWI_RUN_BLOCKS_H

#include <stdbool.h>

#include "shards.h"

/* How long a block can be. */
typedef struct sowi_block_limits {
    size_t bytes; /* a multiple of 8, every dtype's size */
    size_t parts;
} sowi_block_limits;

/* Elements [begin, end) of a tensor; none of an empty one. */
typedef struct sowi_block_part {
    sow_checkpoint_tensor *tensor;
    uint64_t begin, end;
} sowi_block_part;

/* A part at offset_bytes of a block. */
typedef struct sowi_block_whole {
    sowi_block_part part;
    size_t offset_bytes;
} sowi_block_whole;

typedef struct sowi_block {
    size_t shard;
    bool ends_shard;
    size_t bytes;
    sowi_block_part *parts;
    size_t part_count;
    sowi_block_whole wholes[2]; /* cut parts that are taken from whole tensors, run_whole.h */
    size_t whole_count;
    sow_batch_item *pieces; /* what is to be drawn: the other parts that have elements */
    size_t piece_count;
    sow_plan cut[2]; /* plans of the first and the last part, where they are not whole tensors */
    unsigned char *data; /* when it is drawn: its bytes, which are not its own */
} sowi_block;

/* SOW_ERR_NO_MEMORY; clear is due either way. */
sow_status sowi_block_make(sowi_block *block, sowi_block_limits limits);
void sowi_block_clear(sowi_block *block);

/* Where the next block begins. Start with the first three. */
typedef struct sowi_block_cutter {
    const sow_checkpoint *checkpoint;
    const sowi_shards *shards;
    sowi_block_limits limits;
    size_t shard;
    size_t next;    /* tensor in the order of the shards */
    uint64_t begin; /* its element */
} sowi_block_cutter;

/* Cuts the next block; false when all data is cut. A shard without data has one block without bytes. */
bool sowi_block_cut(sowi_block_cutter *cutter, sowi_block *block);

#endif
