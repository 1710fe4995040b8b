/* Writing one tensor to a file. */
#include <stdlib.h>
#include <string.h>

#include "atomic_file.h"
#include "fail.h"
#include "file_fill.h"
#include "npy.h"
#include "paths.h"
#include "safetensors.h"
#include "sowcl/model.h"
#include "words.h"

static sow_status safetensors_header(const sow_saved_tensor *tensor, uint64_t bytes, char **header,
                                     size_t *size, sow_error *error)
{
    sowi_provenance provenance;
    sowi_metadata pairs[SOWI_PROVENANCE_COUNT + 1];
    sowi_file_fill fill;
    const sowi_safetensors_tensor entry = {
        .name = tensor->name == NULL ? "tensor" : tensor->name,
        .dtype = sowi_safetensors_dtype_of(tensor->dtype),
        .rank = tensor->rank,
        .shape = tensor->shape,
        .end = bytes,
    };
    size_t count = sowi_provenance_pairs(&provenance, tensor->seed, tensor->recipe, pairs);
    if (tensor->drawn != NULL) {
        fill = sowi_file_fill_print(tensor->drawn, tensor->stream);
        pairs[count++] = (sowi_metadata){SOWI_FILE_FILL_KEY, fill.text};
    }
    return sowi_safetensors_header(header, size, pairs, count, &entry, 1, error);
}

static sow_status make_header(const char *path, const sow_saved_tensor *tensor, uint64_t bytes,
                              char **header, size_t *size, sow_error *error)
{
    if (strcmp(path, "-") == 0)
        return SOW_OK; /* raw */
    if (sowi_ends_in(path, ".safetensors"))
        return safetensors_header(tensor, bytes, header, size, error);
    if (sowi_ends_in(path, ".npy"))
        return sowi_npy_header(header, size, sowi_safetensors_dtype_of(tensor->dtype), tensor->rank,
                               tensor->shape, error);
    return sowi_fail(error, SOW_ERR_ARGUMENT, "unknown kind of file (%s): .safetensors, .npy or -",
                     path);
}

static sow_status count_bytes(const sow_saved_tensor *tensor, uint64_t *bytes, sow_error *error)
{
    sow_tensor shaped = {.dtype = tensor->dtype, .rank = tensor->rank};
    if (tensor->rank <= SOW_MAX_RANK)
        memcpy(shaped.shape, tensor->shape, sizeof shaped.shape);
    uint64_t count = 0;
    const sow_status status = sow_tensor_count(&shaped, &count);
    if (status != SOW_OK)
        return sowi_fail(error, status, "the tensor cannot be saved: %s", sow_status_text(status));
    const size_t size = sow_dtype_size(tensor->dtype);
    if (count > SIZE_MAX / size || (tensor->data == NULL && count != 0))
        return sowi_fail(error, SOW_ERR_ARGUMENT,
                         "the tensor cannot be saved: it is not in memory");
    *bytes = count * size;
    return SOW_OK;
}

/* header and data, one behind the other. */
static sow_status write_file(const char *path, const char *header, size_t header_size,
                             const void *data, size_t size, sow_error *error)
{
    sow_status status;
    sowi_atomic_file *file = NULL;
    SOWI_TRY(status, sowi_atomic_file_create(&file, path, header_size + size, error));
    SOWI_TRY(status, sowi_atomic_file_write(file, header, header_size, error));
    SOWI_TRY(status, sowi_atomic_file_write(file, data, size, error));
    SOWI_TRY(status, sowi_atomic_file_commit(file, error));
done:
    sowi_atomic_file_release(file);
    return status;
}

sow_status sow_save_bytes(const char *path, const void *data, size_t size, sow_error *error)
{
    if (path == NULL || (data == NULL && size != 0))
        return sowi_fail(error, SOW_ERR_ARGUMENT, "an argument is NULL");
    return write_file(path, NULL, 0, data, size, error);
}

sow_status sow_save(const char *path, const sow_saved_tensor *tensor, sow_error *error)
{
    if (path == NULL || tensor == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "an argument is NULL");
    sow_status status;
    char *header = NULL;
    size_t size = 0;
    uint64_t bytes = 0;
    SOWI_TRY(status, count_bytes(tensor, &bytes, error));
    SOWI_TRY(status, make_header(path, tensor, bytes, &header, &size, error));
    status = write_file(path, header, size, tensor->data, (size_t)bytes, error);
done:
    free(header);
    return status;
}
