/* What the processor can do. */
#ifndef SOWI_SIMD_H
#define SOWI_SIMD_H

#include <stdbool.h>

#include "sowcl/base.h"

/* AVX2 and FMA. */
bool sowi_has_avx2(void);

/* Whether the choice is a known one that the processor can follow. */
bool sowi_simd_is_possible(sow_simd simd);

/* Whether such a choice is AVX2 here. */
bool sowi_simd_is_avx2(sow_simd simd);

#endif
