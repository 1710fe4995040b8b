#include "target.h"

#include <stddef.h>
#include <string.h>

bool target_is_stdout(const char *path)
{
    return strcmp(path, "-") == 0;
}

bool target_has_ending(const char *path, const char *ending)
{
    const size_t length = strlen(path);
    const size_t ending_length = strlen(ending);
    return length >= ending_length && strcmp(path + length - ending_length, ending) == 0;
}
