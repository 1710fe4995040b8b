/* The body of an instruction set's file, as fill_lanes.h: SOWK_LANES, SOWK_REAL and the names of its functions, SOWI_STATS_NAME
 * and SOWI_BINS_NAME, are defined before it is read. */

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

#include "stats_choose.h"
