/* How two arrays differ, piece by piece; see sowcl/compare.h. */
#ifndef SOWI_DIFFERENCE_H
#define SOWI_DIFFERENCE_H

#include "sowcl/compare.h"

/* Takes count elements for equal that somebody else has compared. */
void sowi_difference_skip(sow_difference_sum *sum, uint64_t count);

#endif
