#define SOWK_LANES      1
#define SOWK_REAL       f32
#define SOWI_ORTHOGONAL sowi_orthogonal_plain_f32
#include "orthogonal_lanes.h"
