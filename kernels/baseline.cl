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

#if SOWK_SEVERAL
typedef uint4 sowk_read;
/* Work-items of a group at the most. */
#define SOWK_READ_GROUP 64
#else
typedef uint16 sowk_read;
/* What a work-item reads, in bytes: one is work enough for a group of its own. */
#define SOWK_READ_BYTES 65536
#endif

static uint sowk_fold(sowk_read words)
{
#if SOWK_SEVERAL
    const uint4 four = words;
#else
    const uint8 eight = words.lo ^ words.hi;
    const uint4 four = eight.lo ^ eight.hi;
#endif
    return four.x ^ four.y ^ four.z ^ four.w;
}

/* The bytes after the last whole vector, as words. */
static uint sowk_read_rest(__global const uchar *src, ulong first, ulong size_bytes)
{
    uint folded = 0;
    for (ulong i = first; i < size_bytes; i++)
        folded ^= (uint)src[i] << 8 * (uint)(i % 4);
    return folded;
}

/* Reads every byte once, as vectors, and computes next to nothing: what figures are measured against. Stores the
 * xor of the 32-bit words that each work-group has read. Groups share vectors in turns on GPUs, where
 * work-items lie side by side, and in stretches on CPUs. */
__kernel void sow_baseline_read(__global const sowk_read *src, const ulong size_bytes,
                                __global uint *dst)
{
    const ulong item = get_global_id(0), vectors = size_bytes / sizeof(sowk_read);
#if SOWK_SEVERAL
    const ulong begin = item, step = get_global_size(0), end = vectors;
#else
    const ulong run = SOWK_READ_BYTES / sizeof(sowk_read);
    const ulong begin = item * run, step = 1, end = min(begin + run, vectors);
#endif
    sowk_read words = (sowk_read)(0);
    for (ulong i = begin; i < end; i += step)
        words ^= src[i];
    uint folded = sowk_fold(words);
    if (item == 0)
        folded ^=
            sowk_read_rest((__global const uchar *)src, vectors * sizeof(sowk_read), size_bytes);
#if SOWK_SEVERAL
    __local uint group[SOWK_READ_GROUP];
    group[get_local_id(0)] = folded;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (get_local_id(0) != 0)
        return;
    for (uint i = 1; i < get_local_size(0); i++)
        folded ^= group[i];
#endif
    dst[get_group_id(0)] = folded;
}

/* A launch that does nothing. */
__kernel void sow_baseline_empty(__global uint *dst, const sowk_job job)
{
    (void)dst;
    (void)job;
}
