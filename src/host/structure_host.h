/* Structures in host memory. */
#ifndef SOWI_STRUCTURE_HOST_H
#define SOWI_STRUCTURE_HOST_H

#include "sowcl/base.h"

/* Writes the plan's structure over dst, its elements, by so many threads. */
void sowi_structure_fill_host(void *dst, const sow_plan *plan, uint32_t threads);

#endif
