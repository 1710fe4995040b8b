#include "simd.h"

bool sowi_has_avx2(void)
{
#if defined(SOWI_HAVE_AVX2)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}
