/* sow_fill_constant_<bytes>: writes one value to `count` elements from `dst_first` on. Before this the same
 * as before constant.clh. */

#include "constant.clh"

#define SOWK_KERNEL SOWK_JOIN(sow_fill_constant, SOWK_CONSTANT_BYTES)

__kernel void SOWK_KERNEL(__global sowk_constant *dst, const ulong dst_first, const ulong count,
                          const ulong pattern)
{
    sowk_fill_constant(dst + dst_first, get_global_id(0), count, pattern);
}
