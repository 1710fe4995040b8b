#include "shard_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paths.h"

static const char ending[] = ".safetensors", index_ending[] = ".index.json";

/* Room for the number and the count, of at most 20 digits each. */
enum { NUMBERS_BYTES = sizeof "-of--" + 2 * 20 };

bool sowi_can_be_sharded(const char *path)
{
    return sowi_ends_in(path, ending) && sowi_is_shard_name(sowi_base_of(path));
}

char *sowi_shard_path(const char *path, size_t shard, size_t count)
{
    const size_t stem = strlen(path) - strlen(ending);
    const size_t size = strlen(path) + NUMBERS_BYTES;
    char *name = malloc(size);
    if (name == NULL)
        return NULL;
    memcpy(name, path, stem);
    snprintf(name + stem, size - stem, "-%05zu-of-%05zu%s", shard + 1, count, ending);
    return name;
}

char *sowi_shard_index_path(const char *path)
{
    char *name = malloc(strlen(path) + sizeof index_ending);
    if (name == NULL)
        return NULL;
    strcpy(name, path);
    return strcat(name, index_ending);
}

bool sowi_is_shard_name(const char *name)
{
    if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL ||
        strstr(name, "..") != NULL)
        return false;
    for (; *name != '\0'; name++)
        if ((unsigned char)*name < 0x20 || *name == 0x7f)
            return false;
    return true;
}
