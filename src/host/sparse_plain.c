/* Sparse columns on the host, in plain C. */
#define SOWI_CLEAR_COLUMNS sowi_clear_columns_plain
#include "sparse_lanes.h"
