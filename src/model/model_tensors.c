/* The tensors of a model: found by name, and checked when all are read. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "model_parts.h"
#include "words.h"

static int compare_names(const void *left, const void *right)
{
    const sowi_model_tensor *a = left, *b = right;
    return strcmp(a->name, b->name);
}

const sowi_model_tensor *sowi_model_find(const sow_model *model, const char *name)
{
    if (model->count == 0)
        return NULL;
    const sowi_model_tensor wanted = {.name = name};
    return bsearch(&wanted, model->tensors, model->count, sizeof wanted, compare_names);
}

static sow_status check_tensor(const sowi_model_tensor *tensor, sow_error *error)
{
    const sow_tensor *shaped = &tensor->tensor;
    uint64_t count = 0;
    if (tensor->name[0] == '\0' || strcmp(tensor->name, "__metadata__") == 0)
        return sowi_fail(error, SOW_ERR_MODEL, "a tensor's name is '%s': any other text",
                         tensor->name);
    if (sow_tensor_count(shaped, &count) != SOW_OK ||
        count > INT64_MAX / sow_dtype_size(shaped->dtype))
        return sowi_fail(error, SOW_ERR_MODEL,
                         "tensor '%s': the shape is too large: 2^63 bytes and more",
                         sowi_show(tensor->name).text);
    if (tensor->padding_idx >= 0 &&
        (shaped->rank == 0 || (uint64_t)tensor->padding_idx >= shaped->shape[0]))
        return sowi_fail(error, SOW_ERR_MODEL,
                         "tensor '%s': wrong padding_idx (%" PRId64
                         "): a row of the first dimension (%" PRIu64 ")",
                         sowi_show(tensor->name).text, tensor->padding_idx,
                         shaped->rank == 0 ? 0 : shaped->shape[0]);
    return SOW_OK;
}

sow_status sowi_model_settle(sow_model *model, sow_error *error)
{
    for (size_t i = 0; i < model->count; i++)
        model->tensors[i].position = i;
    if (model->count != 0)
        qsort(model->tensors, model->count, sizeof *model->tensors, compare_names);
    for (size_t i = 0; i < model->count; i++) {
        const sowi_model_tensor *tensor = &model->tensors[i];
        const sow_status status = check_tensor(tensor, error);
        if (status != SOW_OK)
            return status;
        if (i != 0 && strcmp(tensor[-1].name, tensor->name) == 0)
            return sowi_fail(error, SOW_ERR_MODEL, "two tensors have one name (%s): names differ",
                             sowi_show(tensor->name).text);
    }
    return SOW_OK;
}
