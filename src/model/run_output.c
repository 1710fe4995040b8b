#include "run_output.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "checkpoint_header.h"
#include "fail.h"
#include "shard_index.h"
#include "shard_names.h"
#include "system_error.h"

/* Of a path with a limit, whether its checkpoint comes to be sharded or not. */
static sow_status check_path(const char *path, sow_error *error)
{
    struct stat info;
    if (!sowi_can_be_sharded(path))
        return sowi_fail(error, SOW_ERR_ARGUMENT,
                         "shards cannot be named after the path (%s): NAME.safetensors, without a "
                         "dot in front or .. in it",
                         path);
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
        return sowi_fail(error, SOW_ERR_ARGUMENT,
                         "shards cannot be written to the path (%s): it is no regular file", path);
    return SOW_OK;
}

/* Takes the path over; NULL is being out of memory. */
static sow_status add_path(sowi_run_output *output, char *path, sow_error *error)
{
    if (path == NULL)
        return sowi_fail_memory(error);
    output->paths[output->path_count++] = path;
    return SOW_OK;
}

/* Opens the shard's file and writes its header; number: the file's in the set. */
static sow_status open_shard(sowi_run_output *output, const sow_checkpoint *checkpoint,
                             size_t shard, sow_error *error)
{
    sowi_checkpoint_header header = {.bytes = NULL};
    const char *path = output->paths[shard];
    sow_status status;
    SOWI_TRY(status,
             sowi_checkpoint_header_make(&header, checkpoint, &output->shards, shard, error));
    output->sizes[shard] = header.size + header.data_bytes;
    if (output->set != NULL)
        SOWI_TRY(status, sowi_file_set_add(output->set, path, 0, &output->files[shard], error));
    else
        SOWI_TRY(status, sowi_atomic_file_create(&output->files[shard], path, 0, error));
    SOWI_TRY(status,
             sowi_atomic_file_write(output->files[shard], header.bytes, header.size, error));
done:
    free(header.bytes);
    return status;
}

static sow_status open_index(sowi_run_output *output, const sow_checkpoint *checkpoint,
                             const char *path, sow_error *error)
{
    char *text = NULL;
    size_t size = 0;
    sow_status status;
    sowi_atomic_file *file = NULL;
    SOWI_TRY(status, add_path(output, sowi_shard_index_path(path), error));
    SOWI_TRY(status,
             sowi_shard_index_print(&text, &size, checkpoint, &output->shards, path, error));
    SOWI_TRY(status, sowi_file_set_add(output->set, output->paths[output->shards.count], size,
                                       &file, error));
    SOWI_TRY(status, sowi_atomic_file_write(file, text, size, error));
    SOWI_TRY(status, sowi_atomic_file_finish(file, error));
done:
    free(text);
    return status;
}

static sow_status open_set(sowi_run_output *output, const sow_checkpoint *checkpoint,
                           const char *path, sow_error *error)
{
    const size_t count = output->shards.count;
    sow_status status;
    output->rival = strdup(path);
    if (output->rival == NULL)
        SOWI_TRY(status, sowi_fail_memory(error));
    SOWI_TRY(status, sowi_file_set_create(&output->set, path, error));
    for (size_t s = 0; s < count; s++) {
        SOWI_TRY(status, add_path(output, sowi_shard_path(path, s, count), error));
        status = open_shard(output, checkpoint, s, error);
        if (status != SOW_OK)
            sowi_fail_prefix(error, "shard %zu of %zu", s + 1, count);
        SOWI_TRY(status, status);
    }
    SOWI_TRY(status, open_index(output, checkpoint, path, error));
done:
    return status;
}

static sow_status open_single(sowi_run_output *output, const sow_checkpoint *checkpoint,
                              const char *path, bool limited, sow_error *error)
{
    if (limited) {
        output->rival = sowi_shard_index_path(path);
        if (output->rival == NULL)
            return sowi_fail_memory(error);
    }
    const sow_status status = add_path(output, strdup(path), error);
    return status == SOW_OK ? open_shard(output, checkpoint, 0, error) : status;
}

sow_status sowi_run_output_open(sowi_run_output *output, const sow_checkpoint *checkpoint,
                                const char *path, uint64_t limit, sow_error *error)
{
    *output = (sowi_run_output){.set = NULL};
    sow_status status = sowi_shards_plan(&output->shards, checkpoint, limit);
    if (status != SOW_OK)
        return sowi_fail_memory(error);
    if (path == NULL)
        return SOW_OK;
    if (limit != 0)
        status = check_path(path, error);
    if (status != SOW_OK)
        return status;
    output->files = calloc(output->shards.count, sizeof *output->files);
    output->paths = calloc(output->shards.count + 1, sizeof *output->paths);
    output->sizes = calloc(output->shards.count, sizeof *output->sizes);
    if (output->files == NULL || output->paths == NULL || output->sizes == NULL)
        return sowi_fail_memory(error);
    if (output->shards.count == 1)
        return open_single(output, checkpoint, path, limit != 0, error);
    return open_set(output, checkpoint, path, error);
}

sow_status sowi_run_output_reserve(sowi_run_output *output, sow_error *error)
{
    const size_t count = output->files == NULL ? 0 : output->shards.count;
    sow_status status = SOW_OK;
    for (size_t s = 0; s < count && status == SOW_OK; s++) {
        status = sowi_atomic_file_reserve(output->files[s], output->sizes[s], error);
        if (status != SOW_OK && output->set != NULL)
            sowi_fail_prefix(error, "shard %zu of %zu", s + 1, count);
    }
    return status;
}

sow_status sowi_run_output_write(sowi_run_output *output, size_t shard, const void *data,
                                 size_t size, sow_error *error)
{
    if (output->files == NULL)
        return SOW_OK;
    return sowi_atomic_file_write(output->files[shard], data, size, error);
}

sow_status sowi_run_output_finish(sowi_run_output *output, size_t shard, sow_error *error)
{
    return output->files == NULL ? SOW_OK : sowi_atomic_file_finish(output->files[shard], error);
}

sow_status sowi_run_output_commit(sowi_run_output *output, sow_error *error)
{
    sow_status status = SOW_OK;
    if (output->set != NULL)
        status = sowi_file_set_commit(output->set, error);
    else if (output->files != NULL)
        status = sowi_atomic_file_commit(output->files[0], error);
    if (status != SOW_OK || output->rival == NULL)
        return status;
    status = sowi_remove_file(output->rival, error);
    if (status != SOW_OK)
        sowi_fail_prefix(error, "the checkpoint is written, but an older one stays beside it");
    return status;
}

void sowi_run_output_close(sowi_run_output *output)
{
    if (output->set == NULL && output->files != NULL)
        sowi_atomic_file_release(output->files[0]);
    sowi_file_set_release(output->set);
    for (size_t i = 0; i < output->path_count; i++)
        free(output->paths[i]);
    free(output->paths);
    free(output->files);
    free(output->sizes);
    free(output->rival);
    sowi_shards_clear(&output->shards);
    *output = (sowi_run_output){.set = NULL};
}
