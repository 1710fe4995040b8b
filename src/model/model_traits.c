#include "model_traits.h"

#include <string.h>

#include "fail.h"
#include "system_error.h"
#include "words.h"

sow_status sowi_model_read_layout(const json_t *entry, sow_layout *layout,
                                  const sowi_json_reader *reader)
{
    const char *name = NULL;
    const sow_status status = sowi_json_string(entry, "layout", false, &name, reader);
    if (status != SOW_OK || name == NULL)
        return status;
    if (strcmp(name, "oi") != 0 && strcmp(name, "io") != 0)
        return sowi_fail(reader->error, reader->status, "unknown layout (%s): oi or io",
                         sowi_show(name).text);
    *layout = strcmp(name, "io") == 0 ? SOW_LAYOUT_IO : SOW_LAYOUT_OI;
    return SOW_OK;
}

static sow_status read_padding(const json_t *entry, int64_t *padding_idx,
                               const sowi_json_reader *reader)
{
    const json_t *value = json_object_get(entry, "padding_idx");
    uint64_t row = 0;
    if (value == NULL || json_is_null(value))
        return SOW_OK;
    const sow_status status = sowi_json_count(value, "padding_idx", &row, reader);
    if (status == SOW_OK)
        *padding_idx = (int64_t)row; /* JSON integers are below 2^63 */
    return status;
}

sow_status sowi_model_read_traits(sow_model *model, const json_t *entry, sowi_model_tensor *tensor,
                                  const sowi_json_reader *reader)
{
    const char *kind = NULL;
    sow_status status;
    SOWI_TRY(status, sowi_json_text(entry, "kind", false, &model->arena, &kind, reader));
    SOWI_TRY(status,
             sowi_json_text(entry, "within", false, &model->arena, &tensor->within, reader));
    SOWI_TRY(status, sowi_model_read_layout(entry, &tensor->tensor.layout, reader));
    SOWI_TRY(status, read_padding(entry, &tensor->padding_idx, reader));
    if (kind != NULL)
        tensor->kind = kind;
done:
    return status;
}
