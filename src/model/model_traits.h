/* What a description tells of a tensor beyond name, shape and dtype, where there is one: kind, within, layout and
 * padding_idx. */
#ifndef SOWI_MODEL_TRAITS_H
#define SOWI_MODEL_TRAITS_H

#include "json_read.h"
#include "model_parts.h"

/* Left as it was where the entry has no "layout". The reader's status. */
sow_status sowi_model_read_layout(const json_t *entry, sow_layout *layout,
                                  const sowi_json_reader *reader);

/* Keys that the entry lacks leave the tensor as it was. The reader's status, SOW_ERR_NO_MEMORY. */
sow_status sowi_model_read_traits(sow_model *model, const json_t *entry, sowi_model_tensor *tensor,
                                  const sowi_json_reader *reader);

#endif
