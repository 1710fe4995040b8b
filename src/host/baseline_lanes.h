/* The body of an instruction set's file, as fill_lanes.h: SOWK_LANES and SOWI_PHILOX_ITEMS are defined
 * before it is read. */

#include "baseline_host.h"
#include "host.h"

#include "baseline.clh"

SOWI_FLATTEN void SOWI_PHILOX_ITEMS(const sowk_job *job, uint64_t first, uint64_t end,
                                    uint32_t *dst)
{
    const sowk_upper_keys upper = sowk_philox_upper(&job->keys, 0);
    for (uint64_t item = first; item < end; item++) {
        const sowk_w words = sowk_baseline_philox(job, upper, item);
        memcpy(dst + item * SOWK_LANES, &words, sizeof words);
    }
}
