/* Philox alone on the host, in plain C. */
#define SOWK_LANES        1
#define SOWI_PHILOX_ITEMS sowi_philox_items_plain
#include "baseline_lanes.h"
