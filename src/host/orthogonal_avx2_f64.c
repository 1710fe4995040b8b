#define SOWK_LANES      8
#define SOWK_REAL       f64
#define SOWI_ORTHOGONAL sowi_orthogonal_avx2_f64
#include "orthogonal_lanes.h"
