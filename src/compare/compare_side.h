/* One side of a comparison: draws a plan's blocks, a slot for each that is under way. */
#ifndef SOWI_COMPARE_SIDE_H
#define SOWI_COMPARE_SIDE_H

#include "sowcl/compare.h"

/* A multiple of every dtype's size; stays in a processor's cache from the draw to the comparison. */
#define SOWI_SIDE_BLOCK_BYTES ((size_t)4 << 20)
#define SOWI_SIDE_SLOTS       2

typedef struct sowi_stage sowi_stage;

typedef struct sowi_side {
    const sow_compare_side *drawn_on;
    uint32_t threads;                      /* of the host; 0: all processors */
    sowi_stage *stage;                     /* of a device */
    unsigned char *slots[SOWI_SIDE_SLOTS]; /* of the host */
    sow_plan blocks[SOWI_SIDE_SLOTS];      /* those that are under way, and */
    uint64_t begins[SOWI_SIDE_SLOTS];      /* where in their plan they begin */
    unsigned char *whole; /* the elements of a plan that blocks cannot be drawn of; NULL: none */
} sowi_side;

/* sowi_side_clear is due either way. SOW_ERR_NO_MEMORY, SOW_ERR_NO_OPENCL; SOW_ERR_ARGUMENT: the host has no native functions. */
sow_status sowi_side_make(sowi_side *side, const sow_compare_side *drawn_on, uint32_t threads);
void sowi_side_clear(sowi_side *side);

/* Sees to a plan whose blocks come next. What draws all of it for any part is drawn here, once. Statuses of sow_fill_plan. */
sow_status sowi_side_aim(sowi_side *side, const sow_plan *plan);

/* Begins the block of count elements from `begin` on, at most SOWI_SIDE_BLOCK_BYTES; a device then draws by itself. Statuses of
 * sow_fill_plan. */
sow_status sowi_side_begin(sowi_side *side, size_t slot, const sow_plan *plan, uint64_t begin,
                           uint64_t count);
/* *bytes are the block's, until the slot is begun again. Statuses of sow_fill_plan. */
sow_status sowi_side_end(sowi_side *side, size_t slot, const unsigned char **bytes);

#endif
