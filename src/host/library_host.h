/* Normals by the C library's logarithm, root, sine and cosine: the host's control. */
#ifndef SOWI_LIBRARY_HOST_H
#define SOWI_LIBRARY_HOST_H

#include "sowcl/base.h"

/* Fills dst with the plan's elements, drawn by kernels/library_normal.clh from the words that sow_fill_host_plan draws
 * from. threads: 0 means as many as there are processors. SOW_ERR_INITIALIZER for a plan without a control
 * (sowi_plan_has_control), SOW_ERR_NO_MEMORY. */
sow_status sowi_library_fill_host(void *dst, const sow_plan *plan, uint32_t threads);

#endif
