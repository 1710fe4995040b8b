#define SOWK_LANES        1
#define SOWT_KERNEL_DRAWS sowt_kernel_draws_plain
#include "kernel_draws_lanes.h"
