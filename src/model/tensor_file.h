/* What the model of an open file needs to know of it. */
#ifndef SOWI_TENSOR_FILE_H
#define SOWI_TENSOR_FILE_H

#include <stdbool.h>

#include "sowcl/model.h"

/* Whether it is a .npy file, whose one array has no name of its own. */
bool sowi_tensor_file_is_npy(const sow_tensor_file *file);
/* The path it was opened by. */
const char *sowi_tensor_file_path(const sow_tensor_file *file);

#endif
