/* How two arrays differ, piece by piece; see sowcl/compare.h. */
#ifndef SOWI_DIFFERENCE_H
#define SOWI_DIFFERENCE_H

#include "sowcl/compare.h"

/* A sowi_difference_visit, of src/device: adds to a sum, the user. Elements are equal that come without addresses. */
void sowi_difference_visit_sum(void *user, const void *a, const void *b, uint64_t count);

#endif
