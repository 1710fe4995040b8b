/* What the model of an open file needs to know of it. */
#ifndef SOWI_TENSOR_FILE_H
#define SOWI_TENSOR_FILE_H

#include <stdbool.h>

#include "sowcl/model.h"

/* Whether it is a .npy file, whose one array has no name of its own. */
bool sowi_tensor_file_is_npy(const sow_tensor_file *file);
/* The path it was opened by. */
const char *sowi_tensor_file_path(const sow_tensor_file *file);

/* Parts: the file, or the shards of an index. The part that holds a tensor, and the text under key in a part's metadata, NULL if it has
 * none. */
size_t sowi_tensor_file_part_count(const sow_tensor_file *file);
size_t sowi_tensor_file_part_of(const sow_tensor_file *file, size_t index);
const char *sowi_tensor_file_part_metadata(const sow_tensor_file *file, size_t part,
                                           const char *key);

#endif
