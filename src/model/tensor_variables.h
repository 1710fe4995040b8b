/* The numbers that expressions can name beside the model's parameters: those of the tensor that is being
 * initialised. */
#ifndef SOWI_TENSOR_VARIABLES_H
#define SOWI_TENSOR_VARIABLES_H

#include "model_parts.h"

enum { SOWI_TENSOR_VARIABLES_MAX = 5 + SOW_MAX_RANK };

/* fan_in, fan_out (from two dimensions on), weight_fan_in, weight_fan_out (of the weight that belongs to
 * a bias), size, dim0, dim1, ...: those that the tensor has. Returns their number. SOW_ERR_NO_MEMORY. */
sow_status sowi_tensor_variables(const sow_model *model, const sowi_model_tensor *tensor,
                                 sow_parameter variables[SOWI_TENSOR_VARIABLES_MAX], size_t *count);

/* The weight that belongs to a bias: of the name that says "weight" where the bias's says "bias", or tied to that name. *weight is
 * NULL if there is none. SOW_ERR_NO_MEMORY. */
sow_status sowi_weight_of(const sow_model *model, const sowi_model_tensor *tensor,
                          const sowi_model_tensor **weight, bool *tied);

/* True if the expression takes a fan of the weight beside the tensor. */
bool sowi_names_weight(const char *expression);

/* True for a name that some tensor may have: no parameter of a model may be called so. */
bool sowi_is_tensor_variable(const char *name);

#endif
