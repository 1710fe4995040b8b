/* The parts of a path. */
#ifndef SOWI_PATHS_H
#define SOWI_PATHS_H

#include <stdbool.h>
#include <stddef.h>

/* What follows the folder. */
const char *sowi_base_of(const char *path);
/* The folder that holds the file; the caller frees it. NULL when out of memory. */
char *sowi_folder_of(const char *path);
/* The path of the file of that name in path's folder; the caller frees it. NULL when out of memory. */
char *sowi_beside(const char *path, const char *name);

bool sowi_ends_in(const char *path, const char *ending);

#endif
