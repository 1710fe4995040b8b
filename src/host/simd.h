/* What the processor can do. */
#ifndef SOWI_SIMD_H
#define SOWI_SIMD_H

#include <stdbool.h>

/* AVX2 and FMA. */
bool sowi_has_avx2(void);

#endif
