#define SOWK_LANES     1
#define SOWT_DRAWS_SET sowt_draws_plain
#include "draws_lanes.h"
