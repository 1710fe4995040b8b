/* sow_placed_<bytes>: writes one value to placed elements, a work-item an element.
 * sow_sparse_<bytes>: writes zeros in columns, a work-item a run of a column.
 * Before this: SOWK_CONSTANT_BYTES and SOWK_SPARSE_LANES. */

#include "constant_type.clh"
#include "structure.clh"

__kernel void SOWK_JOIN(sow_placed, SOWK_CONSTANT_BYTES)(__global sowk_constant *dst,
                                                         const sowk_job job)
{
    const ulong item = job.first_item + get_global_id(0);
    ulong element = 0;
    if (get_global_id(0) < job.items &&
        sowk_position(&job, sowk_placed_index(&job, item), &element))
        dst[job.dst + element - job.begin] = (sowk_constant)job.param[SOWK_PLACED_PATTERN];
}

__kernel void SOWK_JOIN(sow_sparse, SOWK_CONSTANT_BYTES)(__global sowk_constant *dst,
                                                         const sowk_job job)
{
    if (get_global_id(0) >= job.items)
        return;
    sowk_column_run run;
    sowk_column_run_find(&run, &job, job.first_item + get_global_id(0));
    const ulong zeroed = sowk_zeroed(&run);
    for (uint i = run.begin; i < run.end; i++)
        if ((zeroed >> i & 1) != 0)
            dst[job.dst + run.element + i * run.step - job.begin] = 0;
}
