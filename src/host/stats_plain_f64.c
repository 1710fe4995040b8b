/* Figures of chunks in plain C, computed in f64. */
#define SOWK_LANES      1
#define SOWK_REAL       f64
#define SOWI_STATS_NAME sowi_stats_chunks_plain_f64
#define SOWI_BINS_NAME  sowi_bins_plain_f64
#include "stats_lanes.h"
