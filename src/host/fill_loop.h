/* loop_<distribution>_<dtype>: the items of a job one after the other. Read once for each combination of
 * SOWK_DISTRIBUTION and SOWK_DTYPE. */

#include "fill.clh"

#define SOWI_LOOP SOWK_JOIN(SOWK_JOIN(loop, SOWK_DISTRIBUTION), SOWK_DTYPE)
#define SOWI_ITEM SOWK_JOIN(SOWK_JOIN(sowk_fill, SOWK_DISTRIBUTION), SOWK_DTYPE)

SOWI_FLATTEN static void SOWI_LOOP(const sowk_job *job, uint64_t first, uint64_t end, void *dst)
{
    for (uint64_t item = first; item < end; item++)
        SOWI_ITEM(job, item, dst);
}

#undef SOWI_LOOP
#undef SOWI_ITEM
