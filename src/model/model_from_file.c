/* An open file of tensors as a model: names, shapes and dtypes, no kinds. */
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "model_parts.h"
#include "paths.h"
#include "system_error.h"
#include "tensor_file.h"

static sow_status add_tensor(sow_model *model, const sow_file_tensor *from, sow_error *error)
{
    if (!from->known || from->rank > SOW_MAX_RANK)
        return SOW_OK;
    sowi_model_tensor *tensor = &model->tensors[model->count++];
    *tensor = (sowi_model_tensor){
        .name = sowi_arena_copy(&model->arena, from->name), .kind = "", .padding_idx = -1};
    if (tensor->name == NULL)
        return sowi_fail_memory(error);
    tensor->tensor.dtype = from->dtype;
    tensor->tensor.rank = from->rank;
    for (uint32_t i = 0; i < from->rank; i++)
        tensor->tensor.shape[i] = from->shape[i];
    return SOW_OK;
}

static sow_status fill(sow_model *model, const sow_tensor_file *file, sow_error *error)
{
    const size_t count = sow_tensor_file_count(file);
    const char *path = sowi_tensor_file_path(file);
    sow_status status = SOW_OK;
    model->name = sowi_arena_copy(&model->arena, sowi_base_of(path));
    model->tensors = malloc((count + 1) * sizeof *model->tensors);
    if (model->name == NULL || model->tensors == NULL)
        return sowi_fail_memory(error);
    for (size_t i = 0; i < count && status == SOW_OK; i++)
        status = add_tensor(model, sow_tensor_file_at(file, i), error);
    if (status == SOW_OK)
        status = sowi_model_settle(model, error);
    if (status == SOW_OK)
        status = sowi_model_count_layers(model, error);
    if (status != SOW_OK)
        sowi_fail_prefix(error, "%s", path);
    return status;
}

sow_status sow_model_from_file(sow_model **out, const sow_tensor_file *file, sow_error *error)
{
    if (out == NULL || file == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "an argument is NULL");
    *out = NULL;
    if (sowi_tensor_file_is_npy(file))
        return sowi_fail(error, SOW_ERR_MODEL,
                         "%s: a .npy file holds one array, which has no name to draw it by: stats, "
                         "compare and digest read it",
                         sowi_tensor_file_path(file));
    sow_model *model = calloc(1, sizeof *model);
    if (model == NULL)
        return sowi_fail_memory(error);
    const sow_status status = fill(model, file, error);
    if (status == SOW_OK)
        *out = model;
    else
        sow_model_release(model);
    return status;
}
