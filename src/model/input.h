/* Files that are read from front to back: regular files, pipes, standard input ("-"). */
#ifndef SOWI_INPUT_H
#define SOWI_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sowcl/base.h"

enum { SOWI_INPUT_HEAD = 16 };

typedef struct sowi_input {
    int fd;
    const char *path; /* as messages name it; borrowed */
    bool sized;       /* a regular file: size is its length */
    uint64_t size;
    unsigned char head[SOWI_INPUT_HEAD]; /* bytes looked at and not yet read */
    size_t head_begin, head_end;
} sowi_input;

/* SOW_ERR_FILE. */
sow_status sowi_input_open(sowi_input *input, const char *path, sow_error *error);
void sowi_input_close(sowi_input *input);

/* The first bytes of the file, fewer than SOWI_INPUT_HEAD only where it ends; before any read. */
sow_status sowi_input_peek(sowi_input *input, const unsigned char **bytes, size_t *size,
                           sow_error *error);

/* Reads size bytes; *got is less only where the file ends. SOW_ERR_FILE. */
sow_status sowi_input_read(sowi_input *input, void *dst, size_t size, size_t *got,
                           sow_error *error);

/* Reads what is left; the caller frees *text. SOW_ERR_FILE (more than limit bytes too),
 * SOW_ERR_NO_MEMORY. */
sow_status sowi_input_read_all(sowi_input *input, size_t limit, char **text, size_t *size,
                               sow_error *error);

#endif
