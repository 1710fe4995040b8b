/* The host path in plain C. */
#define SOWK_LANES      1
#define SOWI_FILL_ITEMS sowi_fill_items_plain
#include "fill_lanes.h"
