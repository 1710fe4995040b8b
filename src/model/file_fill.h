/* What a file of one tensor tells of how it was drawn beyond its name, dtype, seed and expression: text under a key of its metadata,
 * compact JSON, {"layout": "io", "shape": [...], "start": [...], "stream": "..."}: the whole tensor's shape, and where the file's
 * part begins in it, if it is a part. */
#ifndef SOWI_FILE_FILL_H
#define SOWI_FILE_FILL_H

#include "sowcl/model.h"

#define SOWI_FILE_FILL_KEY "sowcl.fill"

typedef struct sowi_file_fill {
    char text[64 * SOW_MAX_RANK];
} sowi_file_fill;

sowi_file_fill sowi_file_fill_print(const sow_tensor *drawn, uint64_t stream);

#endif
