/* Drawing on a device for the host: a stage has slots, each a buffer that the device fills and the host
 * then sees. Slots work side by side, so that one is drawn while another is read. This header needs no
 * OpenCL. */
#ifndef SOWI_STAGE_H
#define SOWI_STAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "sowcl/base.h"

typedef struct sow_context sow_context;
typedef struct sowi_stage sowi_stage;

/* How the host comes to see what the device has drawn. */
typedef enum sowi_stage_memory {
    SOWI_STAGE_BEST,   /* MAPPED where device and host share memory, else COPIED */
    SOWI_STAGE_MAPPED, /* the device's buffer itself */
    SOWI_STAGE_COPIED  /* read into memory that the driver can copy to best */
} sowi_stage_memory;

/* How many threads best draw on the context's device: while one waits for its slot, others have handed over
 * theirs. 0: the thread that has the context does it best. */
size_t sowi_stage_threads(const sow_context *context);

/* Makes a stage of slots of slot_bytes each; a slot takes its memory when it is first drawn into. The
 * context must outlive the stage. SOW_ERR_NO_MEMORY; *out is then NULL. */
sow_status sowi_stage_create(sowi_stage **out, sow_context *context, size_t slots,
                             size_t slot_bytes, sowi_stage_memory memory);
/* Waits for what was begun. NULL is allowed. */
void sowi_stage_release(sowi_stage *stage);

/* From now on normals that have a control (src/plan/law.h) are drawn by the device's own functions, or by its native ones. */
void sowi_stage_use_library(sowi_stage *stage, bool native);

/* Begins to draw the pieces into the slot. Returns at once but for programs that have to be built. What the
 * slot held is lost. Different slots may be used by different threads. Statuses of sow_fill_plan and OpenCL's. */
sow_status sowi_stage_begin(sowi_stage *stage, size_t slot, const sow_batch_item *pieces,
                            size_t count);
/* Waits until the slot that was begun is drawn. *bytes are its first size_bytes, not 0, which may be read and
 * written until the slot is begun again or the stage is released. OpenCL's statuses; *bytes is then NULL. */
sow_status sowi_stage_end(sowi_stage *stage, size_t slot, size_t size_bytes, unsigned char **bytes);

/* Draws the plan's elements on the context's device and copies them to dst, piece by piece through a
 * stage that the context keeps. Returns when dst is complete. One caller at a time; others wait.
 * SOW_ERR_ARGUMENT, SOW_ERR_NO_MEMORY, statuses of sow_fill_plan. */
sow_status sowi_stage_draw(sow_context *context, void *dst, const sow_plan *plan);

#endif
