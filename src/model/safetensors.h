/* The safetensors format: 8 bytes of header length (little-endian), the header in JSON, the data. Here
 * the dtypes and the header; https://github.com/huggingface/safetensors is the reference. */
#ifndef SOWI_SAFETENSORS_H
#define SOWI_SAFETENSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "input.h"
#include "sowcl/base.h"

/* The reference's limit, for reading and writing. */
#define SOWI_SAFETENSORS_HEADER_MAX 100000000u

/* What the format can hold; more than sowcl can fill. */
typedef struct sowi_safetensors_dtype {
    const char *name;
    unsigned bits;   /* of an element */
    const char *npy; /* the same type's letter and size in .npy; NULL if it has none */
} sowi_safetensors_dtype;

/* NULL if unknown. */
const sowi_safetensors_dtype *sowi_safetensors_dtype_named(const char *name);
const sowi_safetensors_dtype *sowi_safetensors_dtype_of(sow_dtype dtype);
const sowi_safetensors_dtype *sowi_safetensors_dtype_of_npy(const char *npy);
/* SOW_ERR_DTYPE for a type that sowcl does not know. */
sow_status sowi_safetensors_dtype_to_sow(const sowi_safetensors_dtype *dtype, sow_dtype *out);
/* Below 0 when the reference's writer puts tensors of dtype a before those of b, 0 for the same. */
int sowi_safetensors_dtype_order(const sowi_safetensors_dtype *a, const sowi_safetensors_dtype *b);

typedef struct sowi_safetensors_tensor {
    const char *name;
    const sowi_safetensors_dtype *dtype;
    size_t rank;
    const uint64_t *shape;
    uint64_t begin, end; /* bytes, from the start of the data */
} sowi_safetensors_tensor;

/* Text about the file; keys are unique. */
typedef struct sowi_metadata {
    const char *key, *value;
} sowi_metadata;

/* A header. Zero is empty. */
typedef struct sowi_safetensors {
    sowi_arena arena; /* names, shapes and metadata */
    sowi_metadata *metadata;
    size_t metadata_count;
    sowi_safetensors_tensor *tensors;
    size_t count;
    uint64_t data_bytes;
} sowi_safetensors;

/* True if a file of these first bytes is meant to be one. JSON begins with '{', too, but has text where the
 * upper bytes of the header's length are 0. */
bool sowi_safetensors_begins(const unsigned char *bytes, size_t size);

/* Reads the header and leaves the input at the first byte of the data. Tensors come in the order of
 * their data, which they tile; a regular file's size is checked. SOW_ERR_FORMAT, SOW_ERR_FILE,
 * SOW_ERR_NO_MEMORY; out is then empty. */
sow_status sowi_safetensors_read(sowi_safetensors *out, sowi_input *input, sow_error *error);
void sowi_safetensors_clear(sowi_safetensors *header);

/* Makes the bytes in front of the data, as the reference writes them: __metadata__ (keys sorted), the
 * tensors in the order given, spaces up to a multiple of 8. Tensors lie in that order too, without gaps. The
 * caller frees *bytes. Sorts metadata. SOW_ERR_ARGUMENT (names that are not UTF-8 or reserved; a header
 * that is too long), SOW_ERR_NO_MEMORY. */
sow_status sowi_safetensors_header(char **bytes, size_t *size, sowi_metadata *metadata,
                                   size_t metadata_count, const sowi_safetensors_tensor *tensors,
                                   size_t count, sow_error *error);

/* What every file of sowcl says about itself. */
enum { SOWI_PROVENANCE_COUNT = 4 };
typedef struct sowi_provenance {
    char seed[24], stream_version[16];
} sowi_provenance;
/* Writes the pairs, which point into provenance, and returns their number; recipe may be NULL. */
size_t sowi_provenance_pairs(sowi_provenance *provenance, uint64_t seed, const char *recipe,
                             sowi_metadata pairs[SOWI_PROVENANCE_COUNT]);

#endif
