/* sow_fill_batch_<distribution>_<dtype>: fills many small tensors, each by work-groups of its own. Follows
 * fill.cl in its program. */

#include "batch.clh"

#define SOWK_BATCH_KERNEL SOWK_JOIN(SOWK_JOIN(sow_fill_batch, SOWK_DISTRIBUTION), SOWK_DTYPE)
#define SOWK_ITEM         SOWK_JOIN(SOWK_JOIN(sowk_fill, SOWK_DISTRIBUTION), SOWK_DTYPE)

__kernel void SOWK_BATCH_KERNEL(__global SOWK_JOIN(sowk_element, SOWK_DTYPE) * dst,
                                __global const ulong *table, const ulong groups_at)
{
    __global const sowk_row *row = SOWK_ROW(table, groups_at);
    const ulong item = get_global_id(0) - (ulong)row->first_group * get_local_size(0);
    if (item >= row->items)
        return;
    sowk_job job = {
        .end = row->count,
        .dst = row->dst,
        .first = row->first,
        .run = row->count,
        .items = row->items,
        .first_whole = row->first_whole,
        .wholes = row->wholes,
        .whole_group = row->whole_group,
        .whole_dst = row->whole_dst,
        .keys = row->keys,
    };
    /* Unrolled, or PoCL leaves the job in memory, which costs it half of the speed. */
#pragma unroll
    for (uint i = 0; i < SOWK_PARAMETERS; i++)
        job.param[i] = table[row->param + i];
    SOWK_ITEM(&job, item, dst);
}
