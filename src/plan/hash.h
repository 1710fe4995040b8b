/* XXH3-128 in pieces, and XXH64: the project's only door to xxHash. */
#ifndef SOWI_HASH_H
#define SOWI_HASH_H

#include <stddef.h>
#include <stdint.h>

/* A running XXH3-128. */
typedef struct sowi_hash sowi_hash;

/* NULL when out of memory. */
sowi_hash *sowi_hash_create(void);
void sowi_hash_release(sowi_hash *hash); /* NULL is allowed */
void sowi_hash_reset(sowi_hash *hash);
void sowi_hash_update(sowi_hash *hash, const void *data, size_t size);
void sowi_hash_update_u64(sowi_hash *hash, uint64_t value);       /* its 8 bytes, little-endian */
void sowi_hash_digest(const sowi_hash *hash, uint8_t digest[16]); /* canonical: big-endian */

/* XXH3-128 of one piece, canonical. */
void sowi_hash_xxh3_128(const void *data, size_t size, uint8_t digest[16]);
uint64_t sowi_hash_xxh64(const void *data, size_t size);
uint64_t sowi_hash_xxh3_64(const void *data, size_t size);

#endif
