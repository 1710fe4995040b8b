/* Distributions in host memory. */
#ifndef SOWI_DRAW_HOST_H
#define SOWI_DRAW_HOST_H

#include "sowcl/base.h"

/* Fills dst with the plan's elements, count > 0, without what comes over them; orthogonal_host.h has orthogonal matrices.
 * options as sow_fill_host_plan checked them. */
void sowi_draw_host(void *dst, const sow_plan *plan, const sow_host_options *options);

#endif
