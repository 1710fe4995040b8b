/* sow_difference_<bytes>: notes which blocks of two arrays, of elements of so many bytes, differ in any bit. Before this:
 * SOWK_LANES, SOWK_CONSTANT_BYTES and difference.clh. */

#include "constant_type.clh"

#define SOWK_KERNEL SOWK_JOIN(sow_difference, SOWK_CONSTANT_BYTES)
#define SOWK_ITEMS  SOWK_DIFFERENCE_ITEMS(SOWK_LANES)

/* differs: a byte for each work-item of the blocks. */
__kernel void SOWK_KERNEL(__global const sowk_constant *a, const ulong a_first,
                          __global const sowk_constant *b, const ulong b_first, const ulong count,
                          __global uchar *differs)
{
    const uint block = (uint)(get_global_id(0) / SOWK_ITEMS);
    const ulong begin = (ulong)block * SOWK_DIFFERENCE_BLOCK;
    if (begin >= count)
        return;
    const uint elements =
        count - begin < SOWK_DIFFERENCE_BLOCK ? (uint)(count - begin) : SOWK_DIFFERENCE_BLOCK;
    __global const sowk_constant *p = a + a_first + begin;
    __global const sowk_constant *q = b + b_first + begin;
    sowk_constant bits = 0;
    for (uint i = (uint)(get_global_id(0) % SOWK_ITEMS); i < elements; i += SOWK_ITEMS)
        bits |= p[i] ^ q[i];
    differs[get_global_id(0)] = (uchar)(bits != 0);
}
