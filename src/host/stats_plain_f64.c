/* Figures of chunks in plain C, computed in f64. */
#define SOWK_LANES        1
#define SOWK_REAL         f64
#define SOWI_STATS_CHUNKS sowi_stats_chunks_plain_f64
#include "stats_lanes.h"
