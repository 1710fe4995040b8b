/* Filling a buffer with several plans. */
#ifndef SOWI_PIECES_H
#define SOWI_PIECES_H

#include "piece.h"
#include "sowcl/sowcl.h"

/* Enqueues the fills of all pieces, which do not overlap, on an in-order queue. Plans without elements
 * write nothing. Statuses of sow_fill_plan; on failure the pieces may hold anything. */
sow_status sowi_fill_pieces(sow_context *context, cl_command_queue queue, cl_mem buffer,
                            const sowi_piece *pieces, size_t count);

#endif
