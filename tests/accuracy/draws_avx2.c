#define SOWK_LANES     8
#define SOWT_DRAWS_SET sowt_draws_avx2
#include "draws_lanes.h"
