#include "simd.h"

bool sowi_has_avx2(void)
{
#if defined(SOWI_HAVE_AVX2)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}

bool sowi_simd_is_possible(sow_simd simd)
{
    return simd == SOW_SIMD_BEST || simd == SOW_SIMD_PLAIN ||
           (simd == SOW_SIMD_AVX2 && sowi_has_avx2());
}

bool sowi_simd_is_avx2(sow_simd simd)
{
    return simd != SOW_SIMD_PLAIN && sowi_has_avx2();
}
