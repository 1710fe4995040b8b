/* What a recipe is made of. */
#ifndef SOWI_RECIPE_PARTS_H
#define SOWI_RECIPE_PARTS_H

#include <stdbool.h>

#include "arena.h"
#include "model_parts.h"

typedef struct sowi_rule {
    const char *match;  /* glob on the name; NULL: any */
    const char *kind;   /* glob on the kind; NULL: any */
    const char *within; /* glob on within, which the tensor must have; NULL: any */
    uint32_t rank_min, rank_max;
    const char *init; /* expression */
} sowi_rule;

struct sow_recipe {
    sowi_arena arena;
    const char *name, *about;
    sow_parameter *parameters; /* for models that say nothing else */
    size_t parameter_count;
    sowi_rule *rules;
    size_t count;
};

/* The index of the first rule whose conditions all fit the tensor; recipe->count if there is none. */
size_t sowi_recipe_match(const sow_recipe *recipe, const sowi_model_tensor *tensor);

/* Whether readers of a file would take the recipe's name for another's, which is built in, or for an expression. SOW_ERR_NO_MEMORY. */
sow_status sowi_recipe_is_mistaken(const sow_recipe *recipe, bool *mistaken, sow_error *error);

/* True if a rule's expression takes a parameter of that name. */
bool sowi_recipe_takes(const sow_recipe *recipe, const char *parameter);

#endif
