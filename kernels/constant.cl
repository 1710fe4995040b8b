/* sow_fill_constant_<bytes>: writes one value to `count` elements from `dst_first` on.
 * sow_fill_batch_constant_<bytes>: the same for the rows of a table.
 * Each item writes SOWK_CONSTANT_RUN elements. Before this: SOWK_LANES and SOWK_CONSTANT_BYTES. */

#include "batch.clh"
#include "constant_type.clh"

#if SOWK_LANES == 8
#define SOWK_CONSTANT_RUN 64
#else
#define SOWK_CONSTANT_RUN 4
#endif

#define SOWK_KERNEL       SOWK_JOIN(sow_fill_constant, SOWK_CONSTANT_BYTES)
#define SOWK_BATCH_KERNEL SOWK_JOIN(sow_fill_batch_constant, SOWK_CONSTANT_BYTES)

static void sowk_constant_item(__global sowk_constant *dst, ulong item, ulong count, ulong pattern)
{
    const ulong begin = item * SOWK_CONSTANT_RUN;
    if (begin >= count)
        return;
    __global sowk_constant *p = dst + begin;
    const sowk_constant value = (sowk_constant)pattern;
    if (count - begin >= SOWK_CONSTANT_RUN) {
        for (uint i = 0; i < SOWK_CONSTANT_RUN; i++)
            p[i] = value;
    } else {
        for (uint i = 0; i < count - begin; i++)
            p[i] = value;
    }
}

__kernel void SOWK_KERNEL(__global sowk_constant *dst, const ulong dst_first, const ulong count,
                          const ulong pattern)
{
    sowk_constant_item(dst + dst_first, get_global_id(0), count, pattern);
}

__kernel void SOWK_BATCH_KERNEL(__global sowk_constant *dst, __global const ulong *table,
                                const ulong groups_at)
{
    __global const sowk_row *row = SOWK_ROW(table, groups_at);
    const ulong item = get_global_id(0) - (ulong)row->first_group * get_local_size(0);
    sowk_constant_item(dst + row->dst, item, row->count, table[row->param]);
}
