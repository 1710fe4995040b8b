/* What the files of a sharded checkpoint are called, as Hugging Face does it. */
#ifndef SOWI_SHARD_NAMES_H
#define SOWI_SHARD_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* Paths that shards can be named after end in ".safetensors", and what is before that can begin a shard's
 * name. */
bool sowi_can_be_sharded(const char *path);

/* "w-00001-of-00003.safetensors" for "w.safetensors", shard 0 and count 3; the caller frees it. NULL when
 * out of memory. */
char *sowi_shard_path(const char *path, size_t shard, size_t count);
/* "w.safetensors.index.json" for "w.safetensors"; the same. */
char *sowi_shard_index_path(const char *path);

/* True for the plain name of a file beside an index: not empty, no '/', no "..", no dot in front, no
 * control characters. */
bool sowi_is_shard_name(const char *name);

#endif
