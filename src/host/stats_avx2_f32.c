/* Figures of chunks with AVX2, in f32. Compiled and called as fill_avx2.c. */
#define SOWK_LANES      8
#define SOWK_REAL       f32
#define SOWI_STATS_NAME sowi_stats_chunks_avx2_f32
#include "stats_lanes.h"
