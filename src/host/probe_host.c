#include "probe_host.h"

#include "simd.h"

size_t sowi_probe_host_sets(sowi_probe_items *sets[2])
{
    sets[0] = sowi_probe_items_plain;
#if defined(SOWI_HAVE_AVX2)
    if (sowi_has_avx2()) {
        sets[1] = sowi_probe_items_avx2;
        return 2;
    }
#endif
    return 1;
}

uint32_t sowi_probe_host_width(size_t set, unsigned family)
{
    switch (family) {
    case SOWK_PROBE_u32:
    case SOWK_PROBE_word:
    case SOWK_PROBE_f32:
    case SOWK_PROBE_store:
        return set == 0 ? 1 : 8;
    case SOWK_PROBE_f64:
        return set == 0 ? 1 : 4;
    case SOWK_PROBE_u64:
    case SOWK_PROBE_plan:
        return set == 0 ? 1 : 0;
    default:
        return 0;
    }
}
