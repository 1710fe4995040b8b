/* The elements that figures are found of, and what they come to. */
#include <stdlib.h>

#include "bench_stats.h"
#include "fail.h"
#include "fold.h"
#include "host/stats_host.h"
#include "stats_sums.h"

/* Whole chunks of any dtype. */
#define PIECE_BYTES ((size_t)4 << 20)

/* What of the plan's is drawn for an element of the dtype: itself, or a part of a 32-bit word. */
static sow_status plan_for(const sowi_stats_known *known, sow_plan *plan)
{
    const bool floating = sow_dtype_is_float(known->dtype) != 0;
    const uint64_t words = (known->size_bytes + 3) / 4;
    const sow_tensor tensor = {.dtype = floating ? known->dtype : SOW_I32,
                               .rank = 1,
                               .shape = {floating ? known->count : words}};
    const sow_initializer initializer = floating ? sow_normal(0, 1) : sow_bits();
    const sow_key key = {.stream = known->dtype};
    return sow_plan_make(plan, &tensor, &initializer, key, NULL);
}

/* The bytes at `at`; piece has room for whole words. */
static sow_status draw_piece(const sowi_stats_known *known, const sow_plan *plan, uint64_t at,
                             size_t size, const sow_host_options *host, unsigned char *piece)
{
    const uint64_t drawn = sow_dtype_size(plan->dtype);
    sow_plan part = *plan;
    sow_status status;
    SOWI_TRY(status, sow_plan_slice(&part, at / drawn, (size + drawn - 1) / drawn));
    SOWI_TRY(status, sow_fill_host_plan(piece, &part, host));
    for (size_t i = 0; known->dtype == SOW_BOOL && i < size; i++)
        piece[i] &= 1;
done:
    return status;
}

sow_status sowi_stats_known_draw(sowi_place *place, uint32_t threads, sowi_stats_known *known)
{
    const sow_host_options host = {.threads = threads};
    sowi_stats_sums sums;
    sow_plan plan;
    sow_status status = SOW_ERR_NO_MEMORY;
    unsigned char *const piece = malloc(PIECE_BYTES);
    if (piece == NULL)
        goto done;
    known->size_bytes = known->count * sow_dtype_size(known->dtype);
    known->folded = 0;
    SOWI_TRY(status, plan_for(known, &plan));
    sowi_stats_begin(&sums, known->dtype);
    for (uint64_t at = 0; at < known->size_bytes; at += PIECE_BYTES) {
        const uint64_t left = known->size_bytes - at;
        const size_t size = left < PIECE_BYTES ? (size_t)left : PIECE_BYTES;
        SOWI_TRY(status, draw_piece(known, &plan, at, size, &host, piece));
        SOWI_TRY(status,
                 sowi_stats_add_host(&sums, piece, size / sow_dtype_size(known->dtype), &host));
        known->folded ^= sowi_fold(piece, size);
        SOWI_TRY(status, place->ops->write(place, at, size, piece));
    }
    sowi_stats_end(&sums, &known->stats);
done:
    free(piece);
    return status;
}
