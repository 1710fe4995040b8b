/* Figures of chunks of integers. */
#include "host.h"
#include "stats_host.h"

#define SOWI_STATS_NAME sowi_stats_chunks_int
#define SOWI_BINS_NAME  sowi_bins_int
#define SOWK_LANES      1
#define SOWK_REAL       f32

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

#define SOWI_STATS_DTYPES(XX) \
    XX(SOW_I64, i64) XX(SOW_I32, i32) XX(SOW_I16, i16) XX(SOW_I8, i8) XX(SOW_U8, u8)
#include "stats_choose.h"
