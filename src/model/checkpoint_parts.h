/* What a checkpoint is made of. */
#ifndef SOWI_CHECKPOINT_PARTS_H
#define SOWI_CHECKPOINT_PARTS_H

#include <stdbool.h>

#include "arena.h"
#include "sowcl/model.h"

/* A tensor's second name. */
typedef struct sowi_checkpoint_alias {
    const char *name;
    size_t tensor;
} sowi_checkpoint_alias;

/* What readers of a file would not know of a tensor by its name, shape and dtype. */
typedef struct sowi_tensor_note {
    bool has_traits;   /* kind, within, layout or padding row decide its values */
    bool takes_weight; /* its expression takes fans of the weight beside it: */
    size_t weight; /* that tensor, whose fans readers would find, too; SIZE_MAX: there is none */
    const char *within; /* NULL if none */
    uint64_t weight_fans[2];
} sowi_tensor_note;

/* A parameter that expressions of the recipe take. */
typedef struct sowi_parameter_note {
    const char *name;
    double value;
    bool has_default; /* of the recipe: */
    double by_default;
} sowi_parameter_note;

struct sow_checkpoint {
    sowi_arena arena; /* every text and tensor */
    uint64_t seed;
    const char *recipe;
    bool recipe_is_mistaken;         /* its name is another recipe's, too */
    sow_checkpoint_tensor **tensors; /* in the order of the file; of the arena */
    size_t *model_order;             /* the same tensors as the model lists them */
    size_t count;
    sowi_tensor_note *notes;              /* of each tensor; of the arena, as is: */
    sowi_parameter_note *parameter_notes; /* sorted by name */
    size_t parameter_note_count;
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
