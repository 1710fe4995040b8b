/* Several files that appear together: parts, and an index that names them. All are written to temporaries
 * beside their targets, which are renamed only when every one is complete, the index last. So an index
 * never stands without its parts, nor with those of another run. */
#ifndef SOWI_FILE_SET_H
#define SOWI_FILE_SET_H

#include "atomic_file.h"

typedef struct sowi_file_set sowi_file_set;

/* An empty set. path is what its temporaries are named after; what dead processes left of it is removed.
 * SOW_ERR_NO_MEMORY; *out is then NULL. */
sow_status sowi_file_set_create(sowi_file_set **out, const char *path, sow_error *error);

/* Adds a part, or at the end the index, and reserves its size on the disk. A path that holds anything but a
 * regular file is refused. *file belongs to the set. SOW_ERR_FILE, SOW_ERR_NO_MEMORY. */
sow_status sowi_file_set_add(sowi_file_set *set, const char *path, uint64_t size,
                             sowi_atomic_file **file, sow_error *error);

/* Puts all files, which are finished, in their places. The old index goes first. On failure the parts that
 * were put in place are removed again; what they replaced is then gone, and so is the old index. */
sow_status sowi_file_set_commit(sowi_file_set *set, sow_error *error);
/* Removes what was not committed. NULL is allowed. */
void sowi_file_set_release(sowi_file_set *set);

/* Removes a file, if it is there. SOW_ERR_FILE. */
sow_status sowi_remove_file(const char *path, sow_error *error);

#endif
