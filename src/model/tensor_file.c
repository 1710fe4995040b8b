/* Files of tensors read in any order: headers are kept, files stay open, data is read where it lies. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fail.h"
#include "npy.h"
#include "shard_index.h"
#include "system_error.h"
#include "tensor_file.h"
#include "words.h"

/* A file whose header was read. */
typedef struct part {
    int fd;
    const char *path;
    uint64_t data_begin;
    sowi_safetensors header; /* of .safetensors */
} part;

typedef struct entry {
    sow_file_tensor tensor;
    size_t part;
    uint64_t begin; /* in the part's file */
} entry;

struct sow_tensor_file {
    sowi_arena arena; /* paths */
    const char *path;
    sowi_npy npy;
    part *parts;
    size_t part_count;
    entry *entries;
    size_t count;
};

static sow_status check_regular(const sowi_input *input, sow_error *error)
{
    struct stat info;
    if (input->sized)
        return SOW_OK;
    if (fstat(input->fd, &info) == 0 && S_ISDIR(info.st_mode))
        return sowi_fail(
            error, SOW_ERR_FILE,
            "no regular file but a directory (%s): a file of tensors or an index of shards is "
            "expected",
            input->path);
    return sowi_fail(error, SOW_ERR_FILE,
                     "no regular file (%s): its parts are read in any order, which no pipe or "
                     "device allows",
                     input->path);
}

static sow_status add_part(sow_tensor_file *file, sowi_input *input, uint64_t data_bytes,
                           sow_error *error)
{
    const sow_status status = check_regular(input, error);
    if (status != SOW_OK)
        return status;
    part *grown = realloc(file->parts, (file->part_count + 1) * sizeof *grown);
    if (grown == NULL)
        return sowi_fail_memory(error);
    file->parts = grown;
    const char *path = sowi_arena_copy(&file->arena, input->path);
    if (path == NULL)
        return sowi_fail_memory(error);
    /* readers of headers have checked that the data is what follows */
    file->parts[file->part_count++] =
        (part){.fd = input->fd, .path = path, .data_begin = input->size - data_bytes};
    input->fd = -1;
    return SOW_OK;
}

static sow_status reserve(sow_tensor_file *file, size_t more, sow_error *error)
{
    entry *grown = realloc(file->entries, (file->count + more + 1) * sizeof *grown);
    if (grown == NULL)
        return sowi_fail_memory(error);
    file->entries = grown;
    return SOW_OK;
}

static void add_tensor(sow_tensor_file *file, const sowi_safetensors_tensor *from)
{
    const size_t at = file->part_count - 1;
    sow_file_tensor tensor = {
        .name = from->name,
        .dtype_name = from->dtype->name,
        .rank = (uint32_t)from->rank,
        .shape = from->shape,
        .elements = 1,
        .size_bytes = from->end - from->begin,
    };
    tensor.known = sowi_safetensors_dtype_to_sow(from->dtype, &tensor.dtype) == SOW_OK;
    for (size_t i = 0; i < from->rank; i++)
        tensor.elements *= from->shape[i];
    file->entries[file->count++] =
        (entry){.tensor = tensor, .part = at, .begin = file->parts[at].data_begin + from->begin};
}

typedef struct opening {
    sow_tensor_file *file;
    sow_error *error;
} opening;

/* Takes header and file over; a sowi_shard_visitor, too. */
static sow_status add_safetensors(void *user, sowi_safetensors *header, sowi_input *input)
{
    const opening *with = user;
    sow_tensor_file *file = with->file;
    sow_status status = add_part(file, input, header->data_bytes, with->error);
    if (status == SOW_OK)
        status = reserve(file, header->count, with->error);
    if (status != SOW_OK)
        return status;
    file->parts[file->part_count - 1].header = *header;
    for (size_t i = 0; i < header->count; i++)
        add_tensor(file, &header->tensors[i]);
    *header = (sowi_safetensors){0};
    return SOW_OK;
}

static sow_status open_safetensors(opening *with, sowi_input *input)
{
    sowi_safetensors header;
    sow_status status = sowi_safetensors_read(&header, input, with->error);
    if (status == SOW_OK)
        status = add_safetensors(with, &header, input);
    sowi_safetensors_clear(&header);
    return status;
}

static sow_status open_shards(opening *with, sowi_input *input)
{
    sowi_shard_index index;
    sow_status status = sowi_shard_index_load(&index, input, with->error);
    if (status == SOW_OK)
        status = sowi_shard_index_walk(&index, add_safetensors, with, with->error);
    sowi_shard_index_clear(&index);
    return status;
}

static sow_status open_npy(const opening *with, sowi_input *input)
{
    sow_tensor_file *file = with->file;
    sow_status status = sowi_npy_read(&file->npy, input, with->error);
    if (status == SOW_OK)
        status = add_part(file, input, file->npy.data_bytes, with->error);
    if (status == SOW_OK)
        status = reserve(file, 1, with->error);
    if (status == SOW_OK)
        add_tensor(file, &(sowi_safetensors_tensor){.name = "tensor",
                                                    .dtype = file->npy.dtype,
                                                    .rank = file->npy.rank,
                                                    .shape = file->npy.shape,
                                                    .end = file->npy.data_bytes});
    return status;
}

static int compare_names(const void *left, const void *right)
{
    const entry *a = left, *b = right;
    return strcmp(a->tensor.name, b->tensor.name);
}

static sow_status open_input(opening *with, sowi_input *input)
{
    const unsigned char *head = NULL;
    size_t size = 0;
    sow_status status = check_regular(input, with->error);
    if (status == SOW_OK)
        status = sowi_input_peek(input, &head, &size, with->error);
    if (status != SOW_OK)
        return status;
    if (sowi_npy_begins(head, size))
        status = open_npy(with, input);
    else if (sowi_safetensors_begins(head, size) || head[0] != '{')
        status = open_safetensors(with, input);
    else
        status = open_shards(with, input);
    if (status == SOW_OK && with->file->count != 0)
        qsort(with->file->entries, with->file->count, sizeof(entry), compare_names);
    return status;
}

sow_status sow_tensor_file_open(sow_tensor_file **out, const char *path, sow_error *error)
{
    if (out == NULL || path == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "an argument is NULL");
    *out = NULL;
    sowi_input input = {.fd = -1};
    sow_status status;
    opening with = {calloc(1, sizeof(sow_tensor_file)), error};
    if (with.file == NULL)
        SOWI_TRY(status, sowi_fail_memory(error));
    SOWI_TRY(status, sowi_input_open(&input, path, error));
    with.file->path = sowi_arena_copy(&with.file->arena, input.path);
    if (with.file->path == NULL)
        SOWI_TRY(status, sowi_fail_memory(error));
    SOWI_TRY(status, open_input(&with, &input));
    *out = with.file;
    with.file = NULL;
done:
    sowi_input_close(&input);
    sow_tensor_file_release(with.file);
    return status;
}

void sow_tensor_file_release(sow_tensor_file *file)
{
    if (file == NULL)
        return;
    for (size_t i = 0; i < file->part_count; i++) {
        (void)close(file->parts[i].fd); /* nothing was written */
        sowi_safetensors_clear(&file->parts[i].header);
    }
    free(file->parts);
    free(file->entries);
    sowi_arena_clear(&file->arena);
    free(file);
}

const char *sowi_tensor_file_part_metadata(const sow_tensor_file *file, size_t part_index,
                                           const char *key)
{
    const sowi_safetensors *header = &file->parts[part_index].header;
    for (size_t i = 0; i < header->metadata_count; i++)
        if (strcmp(header->metadata[i].key, key) == 0)
            return header->metadata[i].value;
    return NULL;
}

const char *sow_tensor_file_metadata(const sow_tensor_file *file, const char *key)
{
    const char *found = NULL;
    const size_t parts = file == NULL || key == NULL ? 0 : file->part_count;
    for (size_t i = 0; i < parts && found == NULL; i++)
        found = sowi_tensor_file_part_metadata(file, i, key);
    return found;
}

size_t sowi_tensor_file_part_count(const sow_tensor_file *file)
{
    return file->part_count;
}

size_t sowi_tensor_file_part_of(const sow_tensor_file *file, size_t index)
{
    return file->entries[index].part;
}

bool sowi_tensor_file_is_npy(const sow_tensor_file *file)
{
    return file->npy.dtype != NULL;
}

const char *sowi_tensor_file_path(const sow_tensor_file *file)
{
    return file->path;
}

size_t sow_tensor_file_count(const sow_tensor_file *file)
{
    return file != NULL ? file->count : 0;
}

const sow_file_tensor *sow_tensor_file_at(const sow_tensor_file *file, size_t index)
{
    return index < sow_tensor_file_count(file) ? &file->entries[index].tensor : NULL;
}

size_t sow_tensor_file_find(const sow_tensor_file *file, const char *name)
{
    const entry key = {.tensor = {.name = name}};
    const size_t count = sow_tensor_file_count(file);
    const entry *found = count == 0 || name == NULL
                             ? NULL
                             : bsearch(&key, file->entries, count, sizeof *found, compare_names);
    return found != NULL ? (size_t)(found - file->entries) : count;
}

sow_status sow_tensor_file_read(const sow_tensor_file *file, size_t index, uint64_t offset_bytes,
                                size_t size_bytes, void *dst, sow_error *error)
{
    if (file == NULL || (dst == NULL && size_bytes != 0))
        return sowi_fail(error, SOW_ERR_ARGUMENT, "an argument is NULL");
    if (index >= file->count)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "no tensor of this index (%zu): %zu are there",
                         index, file->count);
    const entry *from = &file->entries[index];
    if (offset_bytes > from->tensor.size_bytes ||
        size_bytes > from->tensor.size_bytes - offset_bytes)
        return sowi_fail(error, SOW_ERR_ARGUMENT,
                         "bytes beyond the tensor (%zu from %" PRIu64 " on): it has %" PRIu64,
                         size_bytes, offset_bytes, from->tensor.size_bytes);
    const part *of = &file->parts[from->part];
    uint64_t at = from->begin + offset_bytes;
    for (size_t done = 0; done < size_bytes;) {
        const size_t rest = size_bytes - done;
        const ssize_t got = pread(of->fd, (unsigned char *)dst + done,
                                  rest < SSIZE_MAX ? rest : SSIZE_MAX, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return sowi_fail_system(error, "read", of->path, errno);
        if (got == 0)
            return sowi_fail(error, SOW_ERR_FORMAT, "%s: the file ends in tensor '%s'", of->path,
                             sowi_show(from->tensor.name).text);
        done += (size_t)got;
        at += (uint64_t)got;
    }
    return SOW_OK;
}
