/* The numbers that the expressions of a checkpoint can name: the caller's parameters, the model's, the
 * recipe's, and what the tensor at hand tells. */
#ifndef SOWI_NUMBERS_H
#define SOWI_NUMBERS_H

#include "model_parts.h"
#include "recipe_parts.h"

typedef struct sowi_numbers {
    sow_parameter *items; /* of one name the first counts */
    size_t shared;        /* so many are the same for all tensors */
    size_t count;
} sowi_numbers;

/* Checks the caller's parameters and gathers all. The caller frees items, on failure too.
 * SOW_ERR_ARGUMENT, SOW_ERR_PARAMETER, SOW_ERR_NO_MEMORY. */
sow_status sowi_numbers_gather(sowi_numbers *numbers, const sow_model *model,
                               const sow_recipe *recipe, const sow_checkpoint_options *options,
                               sow_error *error);

/* Puts the tensor's numbers in the place of the last one's. SOW_ERR_NO_MEMORY. */
sow_status sowi_numbers_take_tensor(sowi_numbers *numbers, const sow_model *model,
                                    const sowi_model_tensor *tensor);

#endif
