/* Models: loading one of any kind, and what the program asks of it. */
#include "model_parts.h"

#include <stdlib.h>

#include "fail.h"
#include "safetensors.h"
#include "system_error.h"

sow_status sow_model_load(sow_model **out, const char *path, sow_error *error)
{
    if (out == NULL || path == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "an argument is NULL");
    *out = NULL;
    sow_status status;
    sowi_input input = {.fd = -1};
    const unsigned char *head = NULL;
    size_t head_size = 0;
    sow_model *model = calloc(1, sizeof *model);
    if (model == NULL)
        SOWI_TRY(status, sowi_fail_memory(error));
    SOWI_TRY(status, sowi_input_open(&input, path, error));
    SOWI_TRY(status, sowi_input_peek(&input, &head, &head_size, error));
    if (sowi_safetensors_begins(head, head_size))
        SOWI_TRY(status, sowi_model_read_safetensors(model, &input, error));
    else
        SOWI_TRY(status, sowi_model_read_json(model, &input, error));
    *out = model;
    model = NULL;
done:
    sowi_input_close(&input);
    sow_model_release(model);
    return status;
}

void sow_model_release(sow_model *model)
{
    if (model == NULL)
        return;
    free(model->aliases);
    free(model->tensors);
    sowi_arena_clear(&model->arena);
    free(model);
}

const char *sow_model_name(const sow_model *model)
{
    return model->name;
}

const char *sow_model_recipe(const sow_model *model)
{
    return model->recipe;
}

size_t sow_model_tensor_count(const sow_model *model)
{
    return model->count;
}
