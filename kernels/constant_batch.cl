/* sow_fill_batch_constant_<bytes>: as fill_batch.cl, for constants. Before this the same as before
 * constant.clh, and batch.clh. */

#include "batch.clh"
#include "constant.clh"

#define SOWK_KERNEL SOWK_JOIN(sow_fill_batch_constant, SOWK_CONSTANT_BYTES)

__kernel void SOWK_KERNEL(__global sowk_constant *dst, __global const ulong *table,
                          const ulong groups_at)
{
    __global const sowk_row *row = SOWK_ROW(table, groups_at);
    const ulong item = get_global_id(0) - (ulong)row->first_group * get_local_size(0);
    sowk_fill_constant(dst + row->dst, item, row->count, table[row->param]);
}
