/* Several plans that go to one buffer. */
#ifndef SOWI_PIECE_H
#define SOWI_PIECE_H

#include "sowcl/base.h"

/* A plan and where its first element goes: a multiple of its dtype's size. */
typedef struct sowi_piece {
    const sow_plan *plan;
    uint64_t offset_bytes;
} sowi_piece;

#endif
