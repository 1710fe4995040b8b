/* Philox alone on the host, with AVX2. Compiled and called as fill_avx2.c. */
#define SOWK_LANES        8
#define SOWI_PHILOX_ITEMS sowi_philox_items_avx2
#include "baseline_lanes.h"
