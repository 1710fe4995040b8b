/* A safetensors file as a model: names, shapes and dtypes, no kinds. The data is not read. */
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "model_depth.h"
#include "model_parts.h"
#include "paths.h"
#include "system_error.h"
#include "words.h"

static sow_status read_tensor(sow_model *model, const sowi_safetensors_tensor *from,
                              sowi_model_tensor *tensor, sow_error *error)
{
    const sowi_shown name = sowi_show(from->name);
    *tensor = (sowi_model_tensor){.kind = "", .padding_idx = -1};
    tensor->name = sowi_arena_copy(&model->arena, from->name);
    if (tensor->name == NULL)
        return sowi_fail_memory(error);
    if (sowi_safetensors_dtype_to_sow(from->dtype, &tensor->tensor.dtype) != SOW_OK)
        return sowi_fail(error, SOW_ERR_MODEL,
                         "tensor '%s': the dtype cannot be initialised (%s): F32, F16, BF16, F64, "
                         "F8_E4M3, F8_E5M2, I64, I32, I16, I8, U8 and BOOL can",
                         name.text, from->dtype->name);
    if (from->rank > SOW_MAX_RANK)
        return sowi_fail(error, SOW_ERR_MODEL, "tensor '%s': too many dimensions (%zu): %d at most",
                         name.text, from->rank, SOW_MAX_RANK);
    tensor->tensor.rank = (uint32_t)from->rank;
    for (size_t i = 0; i < from->rank; i++)
        tensor->tensor.shape[i] = from->shape[i];
    return SOW_OK;
}

sow_status sowi_model_name_after(sow_model *model, const char *path, const char *ending,
                                 sow_error *error)
{
    char *name = sowi_arena_copy(&model->arena, sowi_base_of(path));
    if (name == NULL)
        return sowi_fail_memory(error);
    if (strcmp(name, ending) != 0 && sowi_ends_in(name, ending))
        name[strlen(name) - strlen(ending)] = '\0';
    model->name = name;
    return SOW_OK;
}

sow_status sowi_model_add_header(sow_model *model, const sowi_safetensors *header, sow_error *error)
{
    sowi_model_tensor *grown =
        realloc(model->tensors, (model->count + header->count + 1) * sizeof *grown);
    if (grown == NULL)
        return sowi_fail_memory(error);
    model->tensors = grown;
    for (size_t i = 0; i < header->count; i++) {
        const sow_status status =
            read_tensor(model, &header->tensors[i], &model->tensors[model->count++], error);
        if (status != SOW_OK)
            return status;
    }
    return SOW_OK;
}

sow_status sowi_model_read_safetensors(sow_model *model, sowi_input *input, sow_error *error)
{
    sowi_safetensors header = {0};
    sow_status status = sowi_safetensors_read(&header, input, error);
    if (status != SOW_OK)
        return status;
    status = sowi_model_name_after(model, input->path, ".safetensors", error);
    if (status == SOW_OK)
        status = sowi_model_add_header(model, &header, error);
    if (status == SOW_OK)
        status = sowi_model_settle(model, error);
    if (status == SOW_OK)
        status = sowi_model_count_layers(model, error);
    sowi_safetensors_clear(&header);
    if (status != SOW_OK)
        sowi_fail_prefix(error, "%s", input->path);
    return status;
}
