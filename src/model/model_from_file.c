/* An open file of tensors as a model: names, shapes and dtypes, and what its metadata tells beyond. */
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "file_model.h"
#include "model_depth.h"
#include "model_parts.h"
#include "paths.h"
#include "system_error.h"
#include "tensor_file.h"

/* What reading one file takes. */
typedef struct reading {
    sow_model *model;
    const sow_tensor_file *file;
    json_t **told; /* by each part's metadata; NULL where it tells nothing */
    sow_error *error;
} reading;

static sow_status read_parts(const reading *with)
{
    for (size_t i = 0; i < sowi_tensor_file_part_count(with->file); i++) {
        const char *text = sowi_tensor_file_part_metadata(with->file, i, SOWI_FILE_MODEL_KEY);
        if (text == NULL)
            continue;
        const sow_status status =
            sowi_file_model_read(&with->told[i], with->model, text, with->error);
        if (status != SOW_OK)
            return status;
    }
    return SOW_OK;
}

static sow_status add_tensor(const reading *with, size_t index)
{
    sow_model *model = with->model;
    const sow_file_tensor *from = sow_tensor_file_at(with->file, index);
    if (!from->known || from->rank > SOW_MAX_RANK)
        return SOW_OK;
    sowi_model_tensor *tensor = &model->tensors[model->count++];
    *tensor = (sowi_model_tensor){
        .name = sowi_arena_copy(&model->arena, from->name), .kind = "", .padding_idx = -1};
    if (tensor->name == NULL)
        return sowi_fail_memory(with->error);
    tensor->tensor.dtype = from->dtype;
    tensor->tensor.rank = from->rank;
    for (uint32_t i = 0; i < from->rank; i++)
        tensor->tensor.shape[i] = from->shape[i];
    return sowi_file_model_apply(with->told[sowi_tensor_file_part_of(with->file, index)], model,
                                 tensor, with->error);
}

static sow_status add_all(const reading *with)
{
    sow_model *model = with->model;
    const size_t count = sow_tensor_file_count(with->file);
    sow_status status = read_parts(with);
    model->tensors = malloc((count + 1) * sizeof *model->tensors);
    if (model->tensors == NULL)
        return sowi_fail_memory(with->error);
    for (size_t i = 0; i < count && status == SOW_OK; i++)
        status = add_tensor(with, i);
    if (status == SOW_OK)
        status = sowi_model_settle(model, with->error);
    return status == SOW_OK ? sowi_model_count_layers(model, with->error) : status;
}

static sow_status fill(sow_model *model, const sow_tensor_file *file, sow_error *error)
{
    const size_t parts = sowi_tensor_file_part_count(file);
    const char *path = sowi_tensor_file_path(file);
    const reading with = {model, file, calloc(parts + 1, sizeof(json_t *)), error};
    sow_status status = SOW_OK;
    model->name = sowi_arena_copy(&model->arena, sowi_base_of(path));
    if (model->name == NULL || with.told == NULL)
        status = sowi_fail_memory(error);
    if (status == SOW_OK)
        status = add_all(&with);
    for (size_t i = 0; i < parts && with.told != NULL; i++)
        json_decref(with.told[i]);
    free(with.told);
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
