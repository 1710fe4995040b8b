/* How deep a model is, counted from the names of its blocks where nothing tells: n_layer, which recipes scale by. */
#ifndef SOWI_MODEL_DEPTH_H
#define SOWI_MODEL_DEPTH_H

#include "model_parts.h"

/* The name of the parameter. */
extern const char sowi_depth_name[];

/* Zero before the first name. */
typedef struct sowi_depth {
    const char *first; /* of the names with the prefix at hand */
    size_t prefix;     /* its bytes */
    size_t names, best_names;
    unsigned long blocks, best; /* best: the depth; 0: no name has a number */
} sowi_depth;

/* Names come sorted, so that those of one prefix follow each other; the prefix that most names have counts. */
void sowi_depth_take(sowi_depth *depth, const char *name);

/* Gives the model of a file n_layer if its tensors' names have numbered blocks; what it has by then goes before. SOW_ERR_NO_MEMORY. */
sow_status sowi_model_count_layers(sow_model *model, sow_error *error);

#endif
