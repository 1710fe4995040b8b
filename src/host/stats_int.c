/* Figures of chunks of integers. */
#include <assert.h>

#include "host.h"
#include "stats_host.h"

#define SOWK_DTYPE i64
#include "stats_int.clh"
#include "stats_loop.h"
#undef SOWK_DTYPE
#define SOWK_DTYPE i32
#include "stats_int.clh"
#include "stats_loop.h"
#undef SOWK_DTYPE
#define SOWK_DTYPE i16
#include "stats_int.clh"
#include "stats_loop.h"
#undef SOWK_DTYPE
#define SOWK_DTYPE i8
#include "stats_int.clh"
#include "stats_loop.h"
#undef SOWK_DTYPE
#define SOWK_DTYPE u8
#include "stats_int.clh"
#include "stats_loop.h"
#undef SOWK_DTYPE

void sowi_stats_chunks_int(sow_dtype dtype, const void *data, uint64_t count, uint64_t first,
                           uint64_t end, sowk_stats_part *parts)
{
    switch (dtype) {
    case SOW_I64:
        sowi_stats_loop_i64(data, count, first, end, parts);
        return;
    case SOW_I32:
        sowi_stats_loop_i32(data, count, first, end, parts);
        return;
    case SOW_I16:
        sowi_stats_loop_i16(data, count, first, end, parts);
        return;
    case SOW_I8:
        sowi_stats_loop_i8(data, count, first, end, parts);
        return;
    default:
        assert(dtype == SOW_U8);
        sowi_stats_loop_u8(data, count, first, end, parts);
    }
}
