#include "target.h"

#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

bool target_is_stdout(const char *path)
{
    return strcmp(path, "-") == 0;
}

bool target_is_file(const char *path)
{
    struct stat info;
    return !target_is_stdout(path) && (stat(path, &info) != 0 || S_ISREG(info.st_mode));
}

bool target_is_same_file(const char *path, const char *other)
{
    struct stat a, b;
    return stat(path, &a) == 0 && stat(other, &b) == 0 && S_ISREG(a.st_mode) &&
           a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool target_has_ending(const char *path, const char *ending)
{
    const size_t length = strlen(path);
    const size_t ending_length = strlen(ending);
    return length >= ending_length && strcmp(path + length - ending_length, ending) == 0;
}
