#include "paths.h"

#include <stdlib.h>
#include <string.h>

const char *sowi_base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

char *sowi_folder_of(const char *path)
{
    const char *base = sowi_base_of(path);
    if (base == path)
        return strdup(".");
    const size_t length = (size_t)(base - path);
    return strndup(path, length == 1 ? 1 : length - 1);
}

char *sowi_beside(const char *path, const char *name)
{
    const size_t folder = (size_t)(sowi_base_of(path) - path);
    char *joined = malloc(folder + strlen(name) + 1);
    if (joined == NULL)
        return NULL;
    memcpy(joined, path, folder);
    strcpy(joined + folder, name);
    return joined;
}

bool sowi_ends_in(const char *path, const char *ending)
{
    const size_t length = strlen(path), tail = strlen(ending);
    return length >= tail && strcmp(path + length - tail, ending) == 0;
}
