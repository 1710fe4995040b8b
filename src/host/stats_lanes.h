/* The body of an instruction set's file, as fill_lanes.h: SOWK_LANES, SOWK_REAL and SOWI_STATS_CHUNKS, the name of its
 * function, are defined before it is read. */

#include <assert.h>

#include "host.h"
#include "stats_host.h"

#include "stats.clh"

#if SOWK_IS_F64
#define SOWK_DTYPE f64
#include "stats_chunk.clh"
#include "stats_loop.h"
#undef SOWK_DTYPE
#define SOWI_STATS_DTYPES(XX) XX(SOW_F64, f64)
#else
#define SOWK_DTYPE f32
#include "stats_chunk.clh"
#include "stats_loop.h"
#undef SOWK_DTYPE
#define SOWK_DTYPE f16
#include "stats_chunk.clh"
#include "stats_loop.h"
#undef SOWK_DTYPE
#define SOWK_DTYPE bf16
#include "stats_chunk.clh"
#include "stats_loop.h"
#undef SOWK_DTYPE
#define SOWK_DTYPE f8_e4m3
#include "stats_chunk.clh"
#include "stats_loop.h"
#undef SOWK_DTYPE
#define SOWK_DTYPE f8_e5m2
#include "stats_chunk.clh"
#include "stats_loop.h"
#undef SOWK_DTYPE
#define SOWI_STATS_DTYPES(XX) \
    XX(SOW_F32, f32)          \
    XX(SOW_F16, f16) XX(SOW_BF16, bf16) XX(SOW_F8_E4M3, f8_e4m3) XX(SOW_F8_E5M2, f8_e5m2)
#endif

void SOWI_STATS_CHUNKS(sow_dtype dtype, const void *data, uint64_t count, uint64_t first,
                       uint64_t end, sowk_stats_part *parts)
{
#define SOWI_STATS_CASE(value, name)                            \
    if (dtype == (value)) {                                     \
        sowi_stats_loop_##name(data, count, first, end, parts); \
        return;                                                 \
    }
    SOWI_STATS_DTYPES(SOWI_STATS_CASE)
#undef SOWI_STATS_CASE
    assert(0 && "the real's dtype");
}
