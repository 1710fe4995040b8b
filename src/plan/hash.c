#include "hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <string.h>

#include "sowcl/base.h"

struct sowi_hash {
    XXH3_state_t *state; /* needs 64-byte alignment, which XXH3_createState gives */
};

sowi_hash *sowi_hash_create(void)
{
    sowi_hash *hash = malloc(sizeof *hash);
    if (hash == NULL)
        return NULL;
    hash->state = XXH3_createState();
    if (hash->state == NULL) {
        free(hash);
        return NULL;
    }
    sowi_hash_reset(hash);
    return hash;
}

void sowi_hash_release(sowi_hash *hash)
{
    if (hash == NULL)
        return;
    XXH3_freeState(hash->state);
    free(hash);
}

void sowi_hash_reset(sowi_hash *hash)
{
    XXH3_128bits_reset(hash->state);
}

void sowi_hash_update(sowi_hash *hash, const void *data, size_t size)
{
    if (size != 0)
        XXH3_128bits_update(hash->state, data, size);
}

void sowi_hash_update_u64(sowi_hash *hash, uint64_t value)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    sowi_hash_update(hash, bytes, sizeof bytes);
}

static void write_canonical(XXH128_hash_t value, uint8_t digest[16])
{
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, value);
    memcpy(digest, canonical.digest, 16);
}

void sowi_hash_digest(const sowi_hash *hash, uint8_t digest[16])
{
    write_canonical(XXH3_128bits_digest(hash->state), digest);
}

void sowi_hash_xxh3_128(const void *data, size_t size, uint8_t digest[16])
{
    write_canonical(XXH3_128bits(data, size), digest);
}

uint64_t sowi_hash_xxh64(const void *data, size_t size)
{
    return XXH64(data, size, 0);
}

uint64_t sowi_hash_xxh3_64(const void *data, size_t size)
{
    return XXH3_64bits(data, size);
}

uint64_t sow_stream_from_name(const char *name)
{
    return sowi_hash_xxh64(name, strlen(name));
}
