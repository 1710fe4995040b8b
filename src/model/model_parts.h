/* What a model is made of. */
#ifndef SOWI_MODEL_PARTS_H
#define SOWI_MODEL_PARTS_H

#include <jansson.h>

#include "arena.h"
#include "input.h"
#include "safetensors.h"
#include "sowcl/model.h"

typedef struct sowi_model_tensor {
    const char *name;
    const char *kind;   /* "Linear.weight"; "" if unknown */
    const char *within; /* class of an enclosing container; NULL if none */
    sow_tensor tensor;
    int64_t padding_idx; /* -1: none */
    /* of the weight that belongs to this bias, told where the weight is not; both 0: not told */
    uint64_t weight_fan_in, weight_fan_out;
    size_t position; /* in the model's own list */
} sowi_model_tensor;

typedef struct sowi_model_alias {
    const char *name;
    const sowi_model_tensor *target;
} sowi_model_alias;

struct sow_model {
    sowi_arena arena; /* every text, and the parameters */
    const char *name;
    const char *recipe; /* NULL if none */
    sow_parameter *parameters;
    size_t parameter_count;
    sowi_model_tensor *tensors; /* sorted by name once loaded */
    size_t count;
    sowi_model_alias *aliases;
    size_t alias_count;
};

/* NULL if the model has no such tensor; binary search. */
const sowi_model_tensor *sowi_model_find(const sow_model *model, const char *name);

/* Each fills an empty model with a file's content. */
sow_status sowi_model_read_json(sow_model *model, sowi_input *input, sow_error *error);
sow_status sowi_model_read_safetensors(sow_model *model, sowi_input *input, sow_error *error);
/* root: the content of input, an index of shards. */
sow_status sowi_model_read_shards(sow_model *model, const json_t *root, const sowi_input *input,
                                  sow_error *error);

/* Adds a file's tensors to the model's. SOW_ERR_MODEL, SOW_ERR_NO_MEMORY. */
sow_status sowi_model_add_header(sow_model *model, const sowi_safetensors *header,
                                 sow_error *error);
/* Names the model after its file, without the ending. SOW_ERR_NO_MEMORY. */
sow_status sowi_model_name_after(sow_model *model, const char *path, const char *ending,
                                 sow_error *error);

/* Notes where the tensors stand, sorts them by name and checks that names differ and elements can be counted.
 * Readers call it before they resolve aliases. SOW_ERR_MODEL. */
sow_status sowi_model_settle(sow_model *model, sow_error *error);

#endif
