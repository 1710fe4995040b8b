#define SOWK_LANES      1
#define SOWK_REAL       f64
#define SOWI_ORTHOGONAL sowi_orthogonal_plain_f64
#include "orthogonal_lanes.h"
