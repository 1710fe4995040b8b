/* Sparse columns on the host, with AVX2. Compiled and called as fill_avx2.c. */
#define SOWI_CLEAR_COLUMNS sowi_clear_columns_avx2
#include "sparse_lanes.h"
