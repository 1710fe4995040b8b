/* Where -o writes to. */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>

/* "-" */
bool target_is_stdout(const char *path);
/* Both are there and the same regular file, whatever their names. */
bool target_is_same_file(const char *path, const char *other);
/* A regular file, or nothing yet. */
bool target_is_file(const char *path);
/* Ends in the ending, ".npy" for example. */
bool target_has_ending(const char *path, const char *ending);

#endif
