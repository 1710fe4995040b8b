/* What stands in front of the data in a checkpoint's files. */
#ifndef SOWI_CHECKPOINT_HEADER_H
#define SOWI_CHECKPOINT_HEADER_H

#include "checkpoint_parts.h"
#include "shards.h"

typedef struct sowi_checkpoint_header {
    char *bytes;
    size_t size;
    uint64_t data_bytes; /* that follow it */
} sowi_checkpoint_header;

/* Makes the safetensors header of a shard, with the aliases of its tensors. The caller frees bytes.
 * SOW_ERR_ARGUMENT, SOW_ERR_NO_MEMORY. */
sow_status sowi_checkpoint_header_make(sowi_checkpoint_header *header,
                                       const sow_checkpoint *checkpoint, const sowi_shards *shards,
                                       size_t shard, sow_error *error);

#endif
