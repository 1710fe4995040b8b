/* The .npy format of NumPy: one array. C order and little-endian only. */
#ifndef SOWI_NPY_H
#define SOWI_NPY_H

#include "safetensors.h"

/* NumPy's own limit. */
enum { SOWI_NPY_RANK_MAX = 64 };

typedef struct sowi_npy {
    const sowi_safetensors_dtype *dtype;
    size_t rank;
    uint64_t shape[SOWI_NPY_RANK_MAX];
    uint64_t data_bytes;
} sowi_npy;

/* True if a file of these first bytes is meant to be .npy. */
bool sowi_npy_begins(const unsigned char *bytes, size_t size);

/* Reads the header (versions 1 to 3) and leaves the input at the data. SOW_ERR_FORMAT, SOW_ERR_FILE,
 * SOW_ERR_NO_MEMORY. */
sow_status sowi_npy_read(sowi_npy *out, sowi_input *input, sow_error *error);

/* Makes the header, version 1.0, padded to a multiple of 64 bytes; the caller frees *bytes. SOW_ERR_DTYPE
 * for a type that NumPy does not have, SOW_ERR_NO_MEMORY. */
sow_status sowi_npy_header(char **bytes, size_t *size, const sowi_safetensors_dtype *dtype,
                           size_t rank, const uint64_t *shape, sow_error *error);

#endif
