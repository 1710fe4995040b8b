#define SOWK_LANES      8
#define SOWK_REAL       f32
#define SOWI_ORTHOGONAL sowi_orthogonal_avx2_f32
#include "orthogonal_lanes.h"
