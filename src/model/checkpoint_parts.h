/* What a checkpoint is made of. */
#ifndef SOWI_CHECKPOINT_PARTS_H
#define SOWI_CHECKPOINT_PARTS_H

#include "arena.h"
#include "sowcl/model.h"

/* A tensor's second name. */
typedef struct sowi_checkpoint_alias {
    const char *name;
    size_t tensor;
} sowi_checkpoint_alias;

struct sow_checkpoint {
    sowi_arena arena; /* every text and tensor */
    uint64_t seed;
    const char *recipe;
    sow_checkpoint_tensor **tensors; /* in the order of the file; of the arena */
    size_t *model_order;             /* the same tensors as the model lists them */
    size_t count;
    sowi_checkpoint_alias *aliases;
    size_t alias_count;
    uint64_t parameters, bytes;
    /* after a run */
    uint8_t digest[16];
    char **files; /* that it wrote, the index last */
    size_t file_count;
};

void sowi_checkpoint_forget_files(sow_checkpoint *checkpoint);

#endif
