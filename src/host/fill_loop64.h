/* loop_<distribution>_f64, as fill_loop.h. */

#include "fill64.clh"

#define SOWI_LOOP SOWK_JOIN(SOWK_JOIN(loop, SOWK_DISTRIBUTION), f64)
#define SOWI_ITEM SOWK_JOIN(SOWK_JOIN(sowk_fill, SOWK_DISTRIBUTION), f64)

SOWI_FLATTEN static void SOWI_LOOP(const sowk_job *job, uint64_t first, uint64_t end, void *dst)
{
    for (uint64_t item = first; item < end; item++)
        SOWI_ITEM(job, item, dst);
}

#undef SOWI_LOOP
#undef SOWI_ITEM
