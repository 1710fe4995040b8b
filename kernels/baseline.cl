/* sow_baseline_<what>: what fills are measured against, with a fill's arguments and geometry. Before this
 * the program holds the definition of SOWK_LANES and the .clh parts. */

#include "baseline.clh"

/* The items of a work-item: as in fill.cl, where one lane is alone it takes several. */
#if SOWK_SEVERAL
#define SOWK_EACH_ITEM(item) \
    for (ulong item = get_global_id(0); item < job.items; item += get_global_size(0))
#else
#define SOWK_EACH_ITEM(item)             \
    const ulong item = get_global_id(0); \
    if (item < job.items)
#endif

/* Draws as many words as a fill of 32-bit elements, of at most 2^34, and stores one for each block. */
__kernel void sow_baseline_philox(__global sowk_w *dst, const sowk_job job)
{
    const sowk_upper_keys upper = sowk_philox_upper(&job.keys, 0);
    SOWK_EACH_ITEM(item)
    {
        dst[item] = sowk_baseline_philox(&job, upper, item);
    }
}

/* Stores as much as a fill of 32-bit elements, and computes nothing. The value is parameter 0. */
__kernel void sow_baseline_store(__global float4 *dst, const sowk_job job)
{
    const float4 value = (float4)(SOWK_BITS_TO_FLOAT((uint)job.param[0]));
    SOWK_EACH_ITEM(item)
    {
        for (uint i = 0; i < SOWK_LANES; i++)
            dst[item * SOWK_LANES + i] = value;
    }
}

/* A launch that does nothing. */
__kernel void sow_baseline_empty(__global uint *dst, const sowk_job job)
{
    (void)dst;
    (void)job;
}
