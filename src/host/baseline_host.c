#include "baseline_host.h"

#include "host.h"

sowi_philox_items *sowi_philox_items_best(uint32_t *lanes)
{
#if defined(SOWI_HAVE_AVX2)
    /* A fill of nothing tells whether the host path has the set. */
    const sow_plan nothing = {.count = 0};
    const sow_host_options avx2 = {.simd = SOW_SIMD_AVX2};
    if (sow_fill_host_plan(NULL, &nothing, &avx2) == SOW_OK) {
        *lanes = SOWI_LANES_AVX2;
        return sowi_philox_items_avx2;
    }
#endif
    *lanes = SOWI_LANES_PLAIN;
    return sowi_philox_items_plain;
}
