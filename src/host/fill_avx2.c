/* The host path with AVX2 and FMA: 8 blocks at a time. Compiled with -mavx2 -mfma, called only where the
 * processor has both. */
#define SOWK_LANES      8
#define SOWI_FILL_ITEMS sowi_fill_items_avx2
#include "fill_lanes.h"
