/* sow_fill_constant_<bytes>: writes one value to `count` elements from `dst_first` on. Each item writes
 * SOWK_CONSTANT_RUN of them. Before this: SOWK_LANES and SOWK_CONSTANT_BYTES. */

#include "base.clh"

#if SOWK_CONSTANT_BYTES == 1
typedef uchar sowk_constant;
#elif SOWK_CONSTANT_BYTES == 2
typedef ushort sowk_constant;
#elif SOWK_CONSTANT_BYTES == 4
typedef uint sowk_constant;
#else
typedef ulong sowk_constant;
#endif

#if SOWK_LANES == 8
#define SOWK_CONSTANT_RUN 64
#else
#define SOWK_CONSTANT_RUN 4
#endif

#define SOWK_KERNEL SOWK_JOIN(sow_fill_constant, SOWK_CONSTANT_BYTES)

__kernel void SOWK_KERNEL(__global sowk_constant *dst, const ulong dst_first, const ulong count,
                          const ulong pattern)
{
    const ulong begin = get_global_id(0) * SOWK_CONSTANT_RUN;
    if (begin >= count)
        return;
    __global sowk_constant *p = dst + dst_first + begin;
    const sowk_constant value = (sowk_constant)pattern;
    if (count - begin >= SOWK_CONSTANT_RUN) {
        for (uint i = 0; i < SOWK_CONSTANT_RUN; i++)
            p[i] = value;
    } else {
        for (uint i = 0; i < count - begin; i++)
            p[i] = value;
    }
}
