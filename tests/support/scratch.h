/* A test's folder for files, made when first asked for. */
#ifndef SOWT_SCRATCH_H
#define SOWT_SCRATCH_H

#include <stddef.h>

/* The path of a file in the folder; valid until the eighth call after this one. */
const char *sowt_scratch_path(const char *name);
/* Writes a file and returns its path. */
const char *sowt_scratch_write(const char *name, const void *bytes, size_t size);
const char *sowt_scratch_text(const char *name, const char *text);
/* The file's bytes with a NUL after them; the caller frees them. Fails the test if there is no file. */
char *sowt_scratch_read(const char *path, size_t *size);
/* The number of files in the folder. */
int sowt_scratch_count(void);

/* Removes all files. */
void sowt_scratch_clear(void);
/* Removes the folder too: a teardown for SOWT_RUN. */
int sowt_scratch_remove(void **state);

#endif
