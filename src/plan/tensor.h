/* Checked tensors. */
#ifndef SOWI_TENSOR_H
#define SOWI_TENSOR_H

#include <stdbool.h>

#include "sowcl/base.h"

/* Checks dtype, layout, shape and region. */
sow_status sowi_tensor_check(const sow_tensor *tensor, sow_error *error);

/* Writes the region of a checked tensor into the plan: count, begin, first, run and the outer dimensions,
 * neighbouring dimensions merged where the region covers the inner one whole. */
void sowi_tensor_region(const sow_tensor *tensor, sow_plan *plan);

/* Whether the whole shape has no element. */
bool sowi_tensor_is_empty(const sow_tensor *tensor);

/* Whether the region is all of the tensor, by an extent of zeros. */
bool sowi_tensor_is_whole(const sow_tensor *tensor);

#endif
