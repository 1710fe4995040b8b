/* Model descriptions: sowcl-model/1. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "json_read.h"
#include "model_parts.h"
#include "model_traits.h"
#include "parameters.h"
#include "shard_index.h"
#include "system_error.h"
#include "words.h"

enum { DESCRIPTION_MAX = 100000000 };

/* Tensors. */

static sow_status read_shape(const json_t *entry, sow_tensor *tensor,
                             const sowi_json_reader *reader)
{
    json_t *list = NULL;
    sow_status status;
    SOWI_TRY(status, sowi_json_member(entry, "shape", JSON_ARRAY, true, &list, reader));
    if (json_array_size(list) > SOW_MAX_RANK)
        SOWI_TRY(status,
                 sowi_fail(reader->error, SOW_ERR_MODEL, "too many dimensions (%zu): %d at most",
                           json_array_size(list), SOW_MAX_RANK));
    tensor->rank = (uint32_t)json_array_size(list);
    for (uint32_t i = 0; i < tensor->rank; i++)
        SOWI_TRY(status,
                 sowi_json_count(json_array_get(list, i), "shape", &tensor->shape[i], reader));
done:
    return status;
}

static sow_status read_dtype(const json_t *entry, sow_dtype *dtype, const sowi_json_reader *reader)
{
    const char *name = NULL;
    const sow_status status = sowi_json_string(entry, "dtype", false, &name, reader);
    if (status != SOW_OK || name == NULL)
        return status;
    if (sow_dtype_from_name(name, dtype) != SOW_OK)
        return sowi_fail(
            reader->error, SOW_ERR_MODEL,
            "unknown dtype (%s): f32, f16, bf16, f64, f8_e4m3, f8_e5m2, i64, i32, i16, i8, "
            "u8 or bool",
            sowi_show(name).text);
    return SOW_OK;
}

static sow_status read_tensor(sow_model *model, const json_t *entry, size_t index,
                              sowi_model_tensor *tensor, const sowi_json_reader *reader)
{
    static const char *const keys[] = {"name", "shape",       "dtype",  "layout",
                                       "kind", "padding_idx", "within", NULL};
    sow_status status;
    *tensor = (sowi_model_tensor){.kind = "", .padding_idx = -1};
    SOWI_TRY(status, sowi_json_check_object(entry, "a tensor's entry", keys, reader));
    SOWI_TRY(status, sowi_json_text(entry, "name", true, &model->arena, &tensor->name, reader));
    SOWI_TRY(status, read_shape(entry, &tensor->tensor, reader));
    SOWI_TRY(status, read_dtype(entry, &tensor->tensor.dtype, reader));
    SOWI_TRY(status, sowi_model_read_traits(model, entry, tensor, reader));
done:
    if (status != SOW_OK && tensor->name != NULL)
        sowi_fail_prefix(reader->error, "tensor '%s'", sowi_show(tensor->name).text);
    else if (status != SOW_OK)
        sowi_fail_prefix(reader->error, "tensors[%zu]", index);
    return status;
}

static sow_status read_tensors(sow_model *model, const json_t *root, const sowi_json_reader *reader)
{
    json_t *list = NULL;
    sow_status status = sowi_json_member(root, "tensors", JSON_ARRAY, true, &list, reader);
    if (status != SOW_OK)
        return status;
    model->tensors = calloc(json_array_size(list) + 1, sizeof *model->tensors);
    if (model->tensors == NULL)
        return sowi_fail_memory(reader->error);
    model->count = json_array_size(list);
    for (size_t i = 0; i < model->count && status == SOW_OK; i++)
        status = read_tensor(model, json_array_get(list, i), i, &model->tensors[i], reader);
    return status != SOW_OK ? status : sowi_model_settle(model, reader->error);
}

/* Aliases. */

static sow_status refuse_target(const sow_model *model, const char *alias, const char *target,
                                sow_error *error)
{
    sowi_nearest nearest = {.word = target, .length = strlen(target)};
    for (size_t i = 0; i < model->count; i++)
        sowi_nearest_offer(&nearest, model->tensors[i].name);
    return sowi_fail(error, SOW_ERR_MODEL,
                     "alias '%s' of an unknown tensor (%s): the nearest is %s",
                     sowi_show(alias).text, sowi_show(target).text,
                     nearest.best == NULL ? "none" : sowi_show(nearest.best).text);
}

/* Aliases are written beside sowcl's own keys of a safetensors file's metadata. */
static bool is_metadata_key(const char *name)
{
    return strcmp(name, "format") == 0 || strncmp(name, "sowcl.", strlen("sowcl.")) == 0;
}

static sow_status read_alias(sow_model *model, const char *name, const json_t *value,
                             sowi_model_alias *alias, const sowi_json_reader *reader)
{
    const sowi_shown shown = sowi_show(name);
    if (!json_is_string(value))
        return sowi_fail(reader->error, SOW_ERR_MODEL,
                         "wrong alias '%s' (%s): a tensor's name is expected", shown.text,
                         sowi_json_show(value).text);
    if (sowi_model_find(model, name) != NULL)
        return sowi_fail(reader->error, SOW_ERR_MODEL,
                         "an alias has a tensor's name (%s): names differ", shown.text);
    if (is_metadata_key(name))
        return sowi_fail(reader->error, SOW_ERR_MODEL,
                         "reserved name of an alias (%s): format and sowcl.* are sowcl's",
                         shown.text);
    alias->target = sowi_model_find(model, json_string_value(value));
    if (alias->target == NULL)
        return refuse_target(model, name, json_string_value(value), reader->error);
    alias->name = sowi_arena_copy(&model->arena, name);
    return alias->name != NULL ? SOW_OK : sowi_fail_memory(reader->error);
}

static sow_status read_aliases(sow_model *model, const json_t *root, const sowi_json_reader *reader)
{
    json_t *object = NULL;
    sow_status status = sowi_json_member(root, "aliases", JSON_OBJECT, false, &object, reader);
    if (status != SOW_OK || object == NULL)
        return status;
    model->aliases = calloc(json_object_size(object) + 1, sizeof *model->aliases);
    if (model->aliases == NULL)
        return sowi_fail_memory(reader->error);
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value)
    {
        status = read_alias(model, name, value, &model->aliases[model->alias_count++], reader);
        if (status != SOW_OK)
            return status;
    }
    return SOW_OK;
}

static sow_status read_model(sow_model *model, const json_t *root, const sowi_json_reader *reader)
{
    static const char *const keys[] = {"format",  "name",    "recipe", "parameters",
                                       "tensors", "aliases", NULL};
    sow_status status;
    SOWI_TRY(status, sowi_json_check_object(root, "the model", keys, reader));
    SOWI_TRY(status, sowi_json_check_format(root, "sowcl-model/1", reader));
    SOWI_TRY(status, sowi_json_text(root, "name", true, &model->arena, &model->name, reader));
    SOWI_TRY(status, sowi_json_text(root, "recipe", false, &model->arena, &model->recipe, reader));
    SOWI_TRY(status, sowi_parameters_read(&model->parameters, &model->parameter_count,
                                          &model->arena, root, reader));
    SOWI_TRY(status, read_tensors(model, root, reader));
    SOWI_TRY(status, read_aliases(model, root, reader));
done:
    return status;
}

sow_status sowi_model_read_json(sow_model *model, sowi_input *input, sow_error *error)
{
    const sowi_json_reader reader = {.status = SOW_ERR_MODEL, .error = error};
    sow_status status;
    char *text = NULL;
    size_t size = 0;
    json_t *root = NULL;
    SOWI_TRY(status, sowi_input_read_all(input, DESCRIPTION_MAX, &text, &size, error));
    status = sowi_json_parse(&root, text, size, &reader);
    if (status == SOW_OK && sowi_is_shard_index(root))
        SOWI_TRY(status, sowi_model_read_shards(model, root, input, error));
    else if (status == SOW_OK)
        status = read_model(model, root, &reader);
    if (status != SOW_OK)
        sowi_fail_prefix(error, "%s", input->path);
done:
    json_decref(root);
    free(text);
    return status;
}
