/* The digest over all tensors of a file, from theirs. */
#ifndef SOWI_DIGEST_TOTAL_H
#define SOWI_DIGEST_TOTAL_H

#include <stddef.h>
#include <stdint.h>

#include "sowcl/base.h"

typedef struct sowi_digest_entry {
    const char *name;
    const char *dtype; /* safetensors' name */
    size_t rank;
    const uint64_t *shape;
    uint8_t digest[16]; /* of the tensor's bytes */
} sowi_digest_entry;

/* Sorts the entries by the bytes of their names and digests them: XXH3-128 over, for each, name, NUL,
 * dtype, NUL, rank (u64, little-endian), dimensions (the same), digest. SOW_ERR_NO_MEMORY. */
sow_status sowi_digest_total(sowi_digest_entry *entries, size_t count, uint8_t digest[16]);

#endif
