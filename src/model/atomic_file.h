/* Output files that appear under their names only when they are complete: written to a temporary file
 * beside the target, synchronised, renamed. A target that exists and is no regular file (a pipe, a device)
 * and standard output ("-") are written straight to. */
#ifndef SOWI_ATOMIC_FILE_H
#define SOWI_ATOMIC_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "sowcl/base.h"

typedef struct sowi_atomic_file sowi_atomic_file;

/* Opens the file and reserves size bytes on the disk. Removes what dead processes left of the same target.
 * SOW_ERR_FILE, SOW_ERR_PIPE, SOW_ERR_NO_MEMORY; *out is then NULL. */
sow_status sowi_atomic_file_create(sowi_atomic_file **out, const char *path, uint64_t size,
                                   sow_error *error);
sow_status sowi_atomic_file_write(sowi_atomic_file *file, const void *data, size_t size,
                                  sow_error *error);
/* Puts the file in its place. On failure the old file, if any, is as it was, save when only the folder
 * could not be synchronised: the new one then stands, and the text says so. */
sow_status sowi_atomic_file_commit(sowi_atomic_file *file, sow_error *error);
/* Removes what was not committed. NULL is allowed. */
void sowi_atomic_file_release(sowi_atomic_file *file);

#endif
