/* sow_baseline_<what>: what fills are measured against, with a fill's arguments and geometry. Before this
 * the program holds the definition of SOWK_LANES and the .clh parts. */

#include "baseline.clh"

/* Draws as many words as a fill of 32-bit elements and stores one for each item. */
__kernel void sow_baseline_philox(__global uint *dst, const sowk_job job)
{
    const ulong item = get_global_id(0);
    if (item < job.items)
        dst[item] = sowk_baseline_philox(&job, item);
}

/* Stores as much as a fill of 32-bit elements, and computes nothing. The value is parameter 0. */
__kernel void sow_baseline_store(__global float4 *dst, const sowk_job job)
{
    const ulong item = get_global_id(0);
    if (item >= job.items)
        return;
    const float4 value = (float4)(SOWK_BITS_TO_FLOAT((uint)job.param[0]));
    for (uint i = 0; i < SOWK_LANES; i++)
        dst[item * SOWK_LANES + i] = value;
}

/* A launch that does nothing. */
__kernel void sow_baseline_empty(__global uint *dst, const sowk_job job)
{
    (void)dst;
    (void)job;
}
