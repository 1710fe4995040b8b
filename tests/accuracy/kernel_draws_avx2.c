#define SOWK_LANES        8
#define SOWT_KERNEL_DRAWS sowt_kernel_draws_avx2
#include "kernel_draws_lanes.h"
