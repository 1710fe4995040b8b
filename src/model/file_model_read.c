#include <string.h>

#include "fail.h"
#include "file_model.h"
#include "json_read.h"
#include "model_traits.h"
#include "parameters.h"
#include "system_error.h"
#include "words.h"

static bool has_parameter(const sow_model *model, const char *name)
{
    for (size_t i = 0; i < model->parameter_count; i++)
        if (strcmp(model->parameters[i].name, name) == 0)
            return true;
    return false;
}

/* Shards may tell the same. */
static sow_status add_parameters(sow_model *model, const sow_parameter *more, size_t count,
                                 sow_error *error)
{
    const size_t before = model->parameter_count;
    sow_parameter *all = sowi_arena_take(&model->arena, (before + count + 1) * sizeof *all);
    if (all == NULL)
        return sowi_fail_memory(error);
    if (before != 0)
        memcpy(all, model->parameters, before * sizeof *all);
    model->parameters = all;
    for (size_t i = 0; i < count; i++)
        if (!has_parameter(model, more[i].name))
            all[model->parameter_count++] = more[i];
    return SOW_OK;
}

static sow_status read_root(sow_model *model, const json_t *root, const sowi_json_reader *reader)
{
    static const char *const keys[] = {"parameters", "tensors", NULL};
    json_t *ignored = NULL;
    sow_parameter *parameters = NULL;
    size_t count = 0;
    sow_status status;
    SOWI_TRY(status, sowi_json_check_object(root, "the text", keys, reader));
    SOWI_TRY(status, sowi_json_member(root, "tensors", JSON_OBJECT, false, &ignored, reader));
    SOWI_TRY(status, sowi_parameters_read(&parameters, &count, &model->arena, root, reader));
    SOWI_TRY(status, add_parameters(model, parameters, count, reader->error));
done:
    return status;
}

sow_status sowi_file_model_read(json_t **root, sow_model *model, const char *text, sow_error *error)
{
    const sowi_json_reader reader = {.status = SOW_ERR_FORMAT, .error = error};
    const size_t size = strlen(text);
    sow_status status;
    if (size > SOWI_FILE_MODEL_MAX)
        SOWI_TRY(status, sowi_fail(error, SOW_ERR_FORMAT, "too long (%zu bytes): %d at most", size,
                                   SOWI_FILE_MODEL_MAX));
    SOWI_TRY(status, sowi_json_parse(root, text, size, &reader));
    SOWI_TRY(status, read_root(model, *root, &reader));
done:
    if (status != SOW_OK)
        sowi_fail_prefix(error, "metadata " SOWI_FILE_MODEL_KEY);
    return status;
}

static sow_status read_fans(const json_t *entry, sowi_model_tensor *tensor,
                            const sowi_json_reader *reader)
{
    static const char what[] = "weight_fans";
    json_t *list = NULL;
    sow_status status;
    SOWI_TRY(status, sowi_json_member(entry, what, JSON_ARRAY, false, &list, reader));
    if (list == NULL)
        return SOW_OK;
    if (json_array_size(list) != 2)
        return sowi_fail(reader->error, reader->status,
                         "wrong weight_fans (%zu numbers): 2 are expected", json_array_size(list));
    SOWI_TRY(status,
             sowi_json_count(json_array_get(list, 0), what, &tensor->weight_fan_in, reader));
    SOWI_TRY(status,
             sowi_json_count(json_array_get(list, 1), what, &tensor->weight_fan_out, reader));
done:
    return status;
}

sow_status sowi_file_model_apply(const json_t *root, sow_model *model, sowi_model_tensor *tensor,
                                 sow_error *error)
{
    static const char *const keys[] = {"kind",        "within",      "layout",
                                       "padding_idx", "weight_fans", NULL};
    const sowi_json_reader reader = {.status = SOW_ERR_FORMAT, .error = error};
    const json_t *entry = json_object_get(json_object_get(root, "tensors"), tensor->name);
    sow_status status;
    if (entry == NULL)
        return SOW_OK;
    SOWI_TRY(status, sowi_json_check_object(entry, "a tensor's entry", keys, &reader));
    SOWI_TRY(status, sowi_model_read_traits(model, entry, tensor, &reader));
    SOWI_TRY(status, read_fans(entry, tensor, &reader));
done:
    if (status != SOW_OK)
        sowi_fail_prefix(error, "metadata " SOWI_FILE_MODEL_KEY ": tensor '%s'",
                         sowi_show(tensor->name).text);
    return status;
}
