/* What a file of a checkpoint tells of its model where names, shapes, dtypes and the recipe's name do not suffice to draw its
 * values again: text under a key of its metadata, compact JSON,
 *     {"parameters": {name: number}, "tensors": {name: {"kind", "within", "layout", "padding_idx", "weight_fans": [in, out]}}},
 * of the parameters and tensors only for which it takes that. */
#ifndef SOWI_FILE_MODEL_H
#define SOWI_FILE_MODEL_H

#include "model_parts.h"
#include "shards.h"

#define SOWI_FILE_MODEL_KEY "sowcl.model"

/* Of the text, in bytes; a file that needed more goes without. */
enum { SOWI_FILE_MODEL_MAX = 20000000 };

/* Makes the shard's text, such that it suffices for the shard alone and for all of them. The caller frees *text, which is NULL where
 * none is needed. SOW_ERR_NO_MEMORY. */
sow_status sowi_file_model_print(char **text, const sow_checkpoint *checkpoint,
                                 const sowi_shards *shards, size_t shard, sow_error *error);

/* Reads a text; the caller gives *root back by json_decref. Adds its parameters to the model. SOW_ERR_FORMAT, SOW_ERR_NO_MEMORY. */
sow_status sowi_file_model_read(json_t **root, sow_model *model, const char *text,
                                sow_error *error);

/* Gives the tensor, which has its name, what root (or NULL) tells of it. SOW_ERR_FORMAT, SOW_ERR_NO_MEMORY. */
sow_status sowi_file_model_apply(const json_t *root, sow_model *model, sowi_model_tensor *tensor,
                                 sow_error *error);

#endif
