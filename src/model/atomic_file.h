/* Output files that appear under their names only when they are complete: written to a temporary file
 * beside the target, synchronised, renamed. A target that exists and is no regular file (a pipe, a device)
 * and standard output ("-") are written straight to. */
#ifndef SOWI_ATOMIC_FILE_H
#define SOWI_ATOMIC_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "sowcl/base.h"

typedef struct sowi_atomic_file sowi_atomic_file;

/* Opens the file and reserves size bytes on the disk, if it is not 0. Removes what dead processes left of the same target.
 * SOW_ERR_FILE, SOW_ERR_PIPE, SOW_ERR_NO_MEMORY; *out is then NULL. */
sow_status sowi_atomic_file_create(sowi_atomic_file **out, const char *path, uint64_t size,
                                   sow_error *error);
/* The same for one of several files that appear together (file_set.h), whose temporaries are all named after
 * target: number is this one's. A path that holds anything but a regular file is refused; nothing is swept. */
sow_status sowi_atomic_file_create_part(sowi_atomic_file **out, const char *path,
                                        const char *target, size_t number, uint64_t size,
                                        sow_error *error);
/* Reserves size bytes in all, where that was not done at the start. What is written straight to its target
 * reserves nothing. SOW_ERR_FILE. */
sow_status sowi_atomic_file_reserve(sowi_atomic_file *file, uint64_t size, sow_error *error);
sow_status sowi_atomic_file_write(sowi_atomic_file *file, const void *data, size_t size,
                                  sow_error *error);

/* The steps of a commit, for files that appear together: synchronise the content, then give it its name. */
sow_status sowi_atomic_file_finish(sowi_atomic_file *file, sow_error *error);
sow_status sowi_atomic_file_place(sowi_atomic_file *file, sow_error *error);
/* Puts the file in its place. On failure the old file, if any, is as it was, save when only the folder
 * could not be synchronised: the new one then stands, and the text says so. */
sow_status sowi_atomic_file_commit(sowi_atomic_file *file, sow_error *error);
/* Removes what was not committed. NULL is allowed. */
void sowi_atomic_file_release(sowi_atomic_file *file);

/* Makes the names in the file's folder outlive a loss of power. SOW_ERR_FILE, SOW_ERR_NO_MEMORY. */
sow_status sowi_synchronise_folder_of(const char *path, sow_error *error);

#endif
