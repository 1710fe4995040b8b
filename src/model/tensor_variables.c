#include "tensor_variables.h"

#include <stdlib.h>
#include <string.h>

#include "arithmetic.h"

static const char *const fan_names[2] = {"fan_in", "fan_out"};
static const char *const weight_fan_names[2] = {"weight_fan_in", "weight_fan_out"};
static const char size_name[] = "size";
static const char *const dimension_names[SOW_MAX_RANK] = {"dim0", "dim1", "dim2", "dim3",
                                                          "dim4", "dim5", "dim6", "dim7"};

bool sowi_is_tensor_variable(const char *name)
{
    for (int i = 0; i < 2; i++)
        if (strcmp(name, fan_names[i]) == 0 || strcmp(name, weight_fan_names[i]) == 0)
            return true;
    for (int i = 0; i < SOW_MAX_RANK; i++)
        if (strcmp(name, dimension_names[i]) == 0)
            return true;
    return strcmp(name, size_name) == 0;
}

/* The last "bias" in the last component of a dotted name; NULL if there is none. */
static const char *find_bias(const char *name)
{
    const char *dot = strrchr(name, '.');
    const char *last = NULL;
    for (const char *at = strstr(dot == NULL ? name : dot, "bias"); at != NULL;
         at = strstr(at + 1, "bias"))
        last = at;
    return last;
}

/* The tensor of that name, or the one that the name is tied to; NULL if there is neither. */
static const sowi_model_tensor *find_tied(const sow_model *model, const char *name)
{
    const sowi_model_tensor *found = sowi_model_find(model, name);
    for (size_t i = 0; i < model->alias_count && found == NULL; i++)
        if (strcmp(model->aliases[i].name, name) == 0)
            found = model->aliases[i].target;
    return found;
}

sow_status sowi_weight_of(const sow_model *model, const sowi_model_tensor *tensor,
                          const sowi_model_tensor **weight, bool *tied)
{
    *weight = NULL;
    *tied = false;
    const char *bias = find_bias(tensor->name);
    if (bias == NULL)
        return SOW_OK;
    const size_t before = (size_t)(bias - tensor->name);
    char *name = malloc(strlen(tensor->name) + sizeof "weight");
    if (name == NULL)
        return SOW_ERR_NO_MEMORY;
    memcpy(name, tensor->name, before);
    strcpy(name + before, "weight");
    strcat(name + before, bias + strlen("bias"));
    *weight = find_tied(model, name);
    *tied = *weight != NULL && strcmp((*weight)->name, name) != 0;
    free(name);
    return SOW_OK;
}

static void add_pair(uint64_t fan_in, uint64_t fan_out, const char *const names[2],
                     sow_parameter *variables, size_t *count)
{
    variables[(*count)++] = (sow_parameter){names[0], (double)fan_in};
    variables[(*count)++] = (sow_parameter){names[1], (double)fan_out};
}

/* Appends both fans of the tensor, if it has any. */
static void add_fans(const sow_tensor *tensor, const char *const names[2], sow_parameter *variables,
                     size_t *count)
{
    uint64_t fan_in = 0, fan_out = 0;
    if (sow_tensor_fans(tensor, &fan_in, &fan_out) != SOW_OK)
        return;
    add_pair(fan_in, fan_out, names, variables, count);
}

sow_status sowi_tensor_variables(const sow_model *model, const sowi_model_tensor *tensor,
                                 sow_parameter variables[SOWI_TENSOR_VARIABLES_MAX], size_t *count)
{
    const sowi_model_tensor *weight = NULL;
    uint64_t size = 0;
    *count = 0;
    bool tied = false;
    const sow_status status = sowi_weight_of(model, tensor, &weight, &tied);
    if (status != SOW_OK)
        return status;
    add_fans(&tensor->tensor, fan_names, variables, count);
    if (tensor->weight_fan_in != 0 || tensor->weight_fan_out != 0)
        add_pair(tensor->weight_fan_in, tensor->weight_fan_out, weight_fan_names, variables, count);
    else if (weight != NULL)
        add_fans(&weight->tensor, weight_fan_names, variables, count);
    if (sow_tensor_count(&tensor->tensor, &size) == SOW_OK)
        variables[(*count)++] = (sow_parameter){size_name, (double)size};
    for (uint32_t i = 0; i < tensor->tensor.rank; i++)
        variables[(*count)++] =
            (sow_parameter){dimension_names[i], (double)tensor->tensor.shape[i]};
    return SOW_OK;
}

bool sowi_names_weight(const char *expression)
{
    return sowi_is_named_in(expression, weight_fan_names[0]) ||
           sowi_is_named_in(expression, weight_fan_names[1]);
}
