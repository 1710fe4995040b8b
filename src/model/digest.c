/* Digests of bytes, of files, and of the files of an index. Each is read once, from front to back, in
 * pieces. */
#include <stdlib.h>
#include <string.h>

#include "digest_total.h"
#include "fail.h"
#include "hash.h"
#include "npy.h"
#include "shard_index.h"
#include "sowcl/model.h"
#include "system_error.h"
#include "words.h"

enum { PIECE_BYTES = 1 << 20 };

struct sow_file_digest {
    sowi_safetensors *headers; /* own the names and shapes; none for .npy */
    size_t header_count;
    sowi_npy npy;
    sowi_digest_entry *entries;
    size_t count;
    uint8_t total[16];
};

void sow_digest_bytes(const void *data, size_t size, uint8_t digest[16])
{
    sowi_hash_xxh3_128(data, size, digest);
}

void sow_digest_print(const uint8_t digest[16], char text[33])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < 16; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    text[32] = '\0';
}

/* What it takes to read the tensors one after the other. */
typedef struct reader {
    sow_file_digest *file;
    sowi_input *input; /* the file that is being read; of shards one after the other */
    sowi_hash *hash;
    unsigned char *piece; /* PIECE_BYTES */
    sow_error *error;
} reader;

static sow_status digest_data(const reader *from, uint64_t bytes, sowi_digest_entry *entry)
{
    sowi_hash_reset(from->hash);
    while (bytes != 0) {
        const size_t wanted = bytes < PIECE_BYTES ? (size_t)bytes : PIECE_BYTES;
        size_t got = 0;
        const sow_status status =
            sowi_input_read(from->input, from->piece, wanted, &got, from->error);
        if (status != SOW_OK)
            return status;
        if (got < wanted)
            return sowi_fail(from->error, SOW_ERR_FORMAT, "%s: the file ends in tensor '%s'",
                             from->input->path, sowi_show(entry->name).text);
        sowi_hash_update(from->hash, from->piece, wanted);
        bytes -= wanted;
    }
    sowi_hash_digest(from->hash, entry->digest);
    return SOW_OK;
}

static sow_status check_end(const reader *from)
{
    size_t got = 0;
    const sow_status status = sowi_input_read(from->input, from->piece, 1, &got, from->error);
    if (status == SOW_OK && got != 0)
        return sowi_fail(from->error, SOW_ERR_FORMAT, "%s: bytes after the last tensor",
                         from->input->path);
    return status;
}

static sow_status reserve_entries(sow_file_digest *file, size_t more, sow_error *error)
{
    sowi_digest_entry *grown = realloc(file->entries, (file->count + more + 1) * sizeof *grown);
    if (grown == NULL)
        return sowi_fail_memory(error);
    file->entries = grown;
    return SOW_OK;
}

/* Takes the header over, for its names. */
static sow_status keep_header(sow_file_digest *file, sowi_safetensors *header, sow_error *error)
{
    sowi_safetensors *grown = realloc(file->headers, (file->header_count + 1) * sizeof *grown);
    if (grown == NULL)
        return sowi_fail_memory(error);
    file->headers = grown;
    file->headers[file->header_count++] = *header;
    *header = (sowi_safetensors){0};
    return SOW_OK;
}

/* The tensors that follow their header; a sowi_shard_visitor, too. */
static sow_status digest_tensors(void *user, sowi_safetensors *header, sowi_input *input)
{
    reader *from = user;
    sow_file_digest *file = from->file;
    sow_status status;
    from->input = input;
    SOWI_TRY(status, reserve_entries(file, header->count, from->error));
    SOWI_TRY(status, keep_header(file, header, from->error));
    const sowi_safetensors *kept = &file->headers[file->header_count - 1];
    for (size_t i = 0; i < kept->count; i++) {
        const sowi_safetensors_tensor *tensor = &kept->tensors[i];
        sowi_digest_entry *entry = &file->entries[file->count++];
        *entry = (sowi_digest_entry){.name = tensor->name,
                                     .dtype = tensor->dtype->name,
                                     .rank = tensor->rank,
                                     .shape = tensor->shape};
        SOWI_TRY(status, digest_data(from, tensor->end - tensor->begin, entry));
    }
    SOWI_TRY(status, check_end(from));
done:
    return status;
}

static sow_status digest_safetensors(reader *from)
{
    sowi_safetensors header;
    sow_status status = sowi_safetensors_read(&header, from->input, from->error);
    if (status == SOW_OK)
        status = digest_tensors(from, &header, from->input);
    sowi_safetensors_clear(&header);
    return status;
}

static sow_status digest_shards(reader *from)
{
    sowi_shard_index index;
    sow_status status = sowi_shard_index_load(&index, from->input, from->error);
    if (status == SOW_OK)
        status = sowi_shard_index_walk(&index, digest_tensors, from, from->error);
    sowi_shard_index_clear(&index);
    return status;
}

/* An array has no name; as sow_save writes it to .safetensors without one, it is "tensor". */
static sow_status digest_npy(const reader *from)
{
    sow_file_digest *file = from->file;
    sow_status status;
    SOWI_TRY(status, sowi_npy_read(&file->npy, from->input, from->error));
    SOWI_TRY(status, reserve_entries(file, 1, from->error));
    file->entries[file->count++] = (sowi_digest_entry){.name = "tensor",
                                                       .dtype = file->npy.dtype->name,
                                                       .rank = file->npy.rank,
                                                       .shape = file->npy.shape};
    SOWI_TRY(status, digest_data(from, file->npy.data_bytes, &file->entries[0]));
    SOWI_TRY(status, check_end(from));
done:
    return status;
}

static sow_status digest_file(reader *from)
{
    sow_file_digest *file = from->file;
    const unsigned char *head = NULL;
    size_t size = 0;
    sow_status status;
    SOWI_TRY(status, sowi_input_peek(from->input, &head, &size, from->error));
    if (sowi_npy_begins(head, size))
        SOWI_TRY(status, digest_npy(from));
    else if (sowi_safetensors_begins(head, size) || head[0] != '{')
        SOWI_TRY(status, digest_safetensors(from));
    else
        SOWI_TRY(status, digest_shards(from));
    status = sowi_digest_total(file->entries, file->count, file->total);
    if (status != SOW_OK)
        (void)sowi_fail_memory(from->error);
done:
    return status;
}

sow_status sow_file_digest_read(sow_file_digest **out, const char *path, sow_error *error)
{
    if (out == NULL || path == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "an argument is NULL");
    *out = NULL;
    sowi_input input = {.fd = -1};
    reader from = {.input = &input, .error = error};
    sow_status status;
    sow_file_digest *file = calloc(1, sizeof *file);
    from.file = file;
    from.hash = sowi_hash_create();
    from.piece = malloc(PIECE_BYTES);
    if (file == NULL || from.hash == NULL || from.piece == NULL)
        SOWI_TRY(status, sowi_fail_memory(error));
    SOWI_TRY(status, sowi_input_open(&input, path, error));
    SOWI_TRY(status, digest_file(&from));
    *out = file;
    file = NULL;
done:
    sowi_input_close(&input);
    free(from.piece);
    sowi_hash_release(from.hash);
    sow_file_digest_release(file);
    return status;
}

void sow_file_digest_release(sow_file_digest *file)
{
    if (file == NULL)
        return;
    for (size_t i = 0; i < file->header_count; i++)
        sowi_safetensors_clear(&file->headers[i]);
    free(file->headers);
    free(file->entries);
    free(file);
}

size_t sow_file_digest_count(const sow_file_digest *file)
{
    return file->count;
}

const char *sow_file_digest_name(const sow_file_digest *file, size_t index)
{
    return file->entries[index].name;
}

void sow_file_digest_at(const sow_file_digest *file, size_t index, uint8_t digest[16])
{
    memcpy(digest, file->entries[index].digest, 16);
}

void sow_file_digest_total(const sow_file_digest *file, uint8_t digest[16])
{
    memcpy(digest, file->total, 16);
}
