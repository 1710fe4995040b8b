/* The host's arithmetic on trial, with AVX2. Compiled as fill_avx2.c. */
#define SOWK_LANES       8
#define SOWI_PROBE_ITEMS sowi_probe_items_avx2
#include "probe_lanes.h"
