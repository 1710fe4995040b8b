/* Drawing on a device into host memory. This header needs no OpenCL. */
#ifndef SOWI_STAGE_H
#define SOWI_STAGE_H

#include "sowcl/base.h"

typedef struct sow_context sow_context;

/* Draws the plan's elements on the context's device and copies them to dst, piece by piece through a
 * staging buffer that the context keeps. Returns when dst is complete. One caller at a time; others wait.
 * SOW_ERR_ARGUMENT, statuses of sow_fill_plan. */
sow_status sowi_stage_draw(sow_context *context, void *dst, const sow_plan *plan);

#endif
