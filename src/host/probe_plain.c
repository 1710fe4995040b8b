/* The host's arithmetic on trial, in plain C. */
#define SOWK_LANES       1
#define SOWI_PROBE_ITEMS sowi_probe_items_plain
#include "probe_lanes.h"
