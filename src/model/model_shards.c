/* The shards of an index as a model, as one file of their tensors would be. The data is not read. */
#include "fail.h"
#include "model_depth.h"
#include "model_parts.h"
#include "shard_index.h"

typedef struct reading {
    sow_model *model;
    sow_error *error;
} reading;

static sow_status add_shard(void *user, sowi_safetensors *header, sowi_input *file)
{
    const reading *with = user;
    const sow_status status = sowi_model_add_header(with->model, header, with->error);
    if (status != SOW_OK)
        sowi_fail_prefix(with->error, "%s", file->path);
    return status;
}

sow_status sowi_model_read_shards(sow_model *model, const json_t *root, const sowi_input *input,
                                  sow_error *error)
{
    reading with = {model, error};
    sowi_shard_index index;
    sow_status status;
    SOWI_TRY(status, sowi_shard_index_read(&index, root, input, error));
    SOWI_TRY(status, sowi_model_name_after(model, input->path, ".safetensors.index.json", error));
    SOWI_TRY(status, sowi_shard_index_walk(&index, add_shard, &with, error));
    status = sowi_model_settle(model, error);
    if (status == SOW_OK)
        status = sowi_model_count_layers(model, error);
    if (status != SOW_OK)
        sowi_fail_prefix(error, "%s", input->path);
done:
    sowi_shard_index_clear(&index);
    return status;
}
