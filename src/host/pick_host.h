/* Elements of a region from matrices that were made apart, in host memory. */
#ifndef SOWI_PICK_HOST_H
#define SOWI_PICK_HOST_H

#include "sowcl/base.h"

/* Writes those elements of the plan to dst that belong to its matrices [first, first + count), which lie in source in the type they
 * are computed in, and the zeros beside them. */
void sowi_pick_host(void *dst, const sow_plan *plan, const void *source, uint64_t first,
                    uint64_t count);

#endif
