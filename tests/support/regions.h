/* Random tensors with a region, and the naive walk over a region's elements. */
#ifndef SOWT_REGIONS_H
#define SOWT_REGIONS_H

#include "sowcl/base.h"

/* A tensor of 0 to SOW_MAX_RANK dimensions of at most size_max, with a region that is not empty. */
sow_tensor sowt_random_region(uint64_t *random, sow_dtype dtype, uint64_t size_max);

/* The row-major index in the whole tensor of element i of the region, dimension by dimension. */
uint64_t sowt_region_index(const sow_tensor *tensor, uint64_t i);

#endif
