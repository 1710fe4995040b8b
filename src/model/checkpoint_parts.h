/* What a checkpoint is made of. */
#ifndef SOWI_CHECKPOINT_PARTS_H
#define SOWI_CHECKPOINT_PARTS_H

#include "arena.h"
#include "sowcl/model.h"

/* A tensor's second name. */
typedef struct sowi_checkpoint_alias {
    const char *name, *target;
} sowi_checkpoint_alias;

struct sow_checkpoint {
    sowi_arena arena; /* every text */
    uint64_t seed;
    const char *recipe;
    sow_checkpoint_tensor *tensors; /* in the order of the file */
    size_t count;
    sowi_checkpoint_alias *aliases;
    size_t alias_count;
    uint64_t parameters, bytes;
    uint8_t digest[16]; /* after a run */
};

#endif
