#include "numbers.h"

#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "parameters.h"
#include "system_error.h"
#include "tensor_variables.h"
#include "words.h"

static sow_status check_parameter(const sow_parameter *parameter, const sow_recipe *recipe,
                                  sow_error *error)
{
    if (parameter->name == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "a parameter has no name");
    const sow_status status = sowi_parameter_check(parameter, SOW_ERR_PARAMETER, error);
    if (status != SOW_OK)
        return status;
    /* It would change nothing, so that it is a mistake. */
    if (!sowi_recipe_takes(recipe, parameter->name))
        return sowi_fail(error, SOW_ERR_PARAMETER,
                         "unknown parameter (%s): no expression of recipe %s takes it",
                         parameter->name, sowi_show(recipe->name).text);
    return SOW_OK;
}

static void add(sowi_numbers *numbers, const sow_parameter *parameters, size_t count)
{
    if (count != 0)
        memcpy(numbers->items + numbers->shared, parameters, count * sizeof *parameters);
    numbers->shared += count;
}

sow_status sowi_numbers_gather(sowi_numbers *numbers, const sow_model *model,
                               const sow_recipe *recipe, const sow_checkpoint_options *options,
                               sow_error *error)
{
    const size_t given = options->parameter_count;
    if (given != 0 && options->parameters == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "an argument is NULL");
    for (size_t i = 0; i < given; i++) {
        const sow_status status = check_parameter(&options->parameters[i], recipe, error);
        if (status != SOW_OK)
            return status;
    }
    const size_t most = given + model->parameter_count + recipe->parameter_count;
    numbers->items = malloc((most + SOWI_TENSOR_VARIABLES_MAX) * sizeof *numbers->items);
    if (numbers->items == NULL)
        return sowi_fail_memory(error);
    for (size_t i = given; i > 0; i--)
        add(numbers, &options->parameters[i - 1], 1);
    add(numbers, model->parameters, model->parameter_count);
    add(numbers, recipe->parameters, recipe->parameter_count);
    numbers->count = numbers->shared;
    return SOW_OK;
}

sow_status sowi_numbers_take_tensor(sowi_numbers *numbers, const sow_model *model,
                                    const sowi_model_tensor *tensor)
{
    size_t own = 0;
    const sow_status status =
        sowi_tensor_variables(model, tensor, numbers->items + numbers->shared, &own);
    numbers->count = numbers->shared + own;
    return status;
}
