/* Drawing the blocks of a run, on the host or on a device. */
#ifndef SOWI_RUN_DRAW_H
#define SOWI_RUN_DRAW_H

#include "run_whole.h"

typedef struct sowi_stage sowi_stage;

/* Zero is empty. */
typedef struct sowi_run_draw {
    sowi_stage *stage;     /* on a device; NULL: on the host, into: */
    unsigned char **bytes; /* memory for a block, a slot each */
    size_t slots;
    sowi_run_whole whole;
} sowi_run_draw;

/* How many threads best draw: threads on the host, 0 being all processors; on a device as many as it takes, which may
 * be none beside the caller's. */
uint64_t sowi_run_draw_threads(const sow_context *context, uint32_t threads);

/* context: NULL for the host; threads: as of sowi_run_draw_threads. SOW_ERR_NO_MEMORY, SOW_ERR_NO_OPENCL; clear is
 * due either way. */
sow_status sowi_run_draw_make(sowi_run_draw *draw, sow_context *context, uint32_t threads,
                              size_t slots, size_t block_bytes);
void sowi_run_draw_clear(sowi_run_draw *draw);

/* Draws the block in the slot. *bytes are its own until the slot is used again. Different slots may be used by
 * different threads, which on a device is what overlaps drawing and copying. Statuses of sow_fill. */
sow_status sowi_run_draw_block(sowi_run_draw *draw, size_t slot, const sowi_block *block,
                               unsigned char **bytes);

#endif
