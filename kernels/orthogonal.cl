/* sow_orthogonal_step_<real>: one step of all matrices, a work-item a tile, or a chunk of one's terms.
 * sow_orthogonal_whole_<real>: all steps, a work-group a matrix. */

#define SOWK_STEP_KERNEL  SOWK_JOIN(sow_orthogonal_step, SOWK_REAL)
#define SOWK_WHOLE_KERNEL SOWK_JOIN(sow_orthogonal_whole, SOWK_REAL)

static void sowk_step_chunk(const sowk_matrix *of, uint step, uint panel, uint tile, uint chunk,
                            uint chunks)
{
    if (step == SOWK_STEP_GRAMS) {
        sowk_grams(of, tile, chunk, chunks);
        return;
    }
    const sowk_product product =
        sowk_chunk(of, sowk_panel_product(of, step, panel), of->job->w, chunk);
    sowk_multiply(&product, tile);
}

__kernel void SOWK_STEP_KERNEL(__global sowk_r *a, __global sowk_r *work,
                               const sowk_orthogonal_job job, const uint step, const uint panel,
                               const uint chunks)
{
    sowk_matrix of = {&job, a + job.first, work + job.work};
    const uint tiles = sowk_step_tiles(&job, SOWK_STRIP, step, panel);
    const ulong index = get_global_id(0), matrix = index / tiles / chunks;
    const uint tile = (uint)(index % tiles), chunk = (uint)(index / tiles % chunks);
    if (matrix >= job.matrices)
        return;
    of.a += matrix * job.matrix_stride;
    of.work += matrix * job.work_stride;
    if (chunks > 1)
        sowk_step_chunk(&of, step, panel, tile, chunk, chunks);
    else
        sowk_step_tile(&of, step, panel, tile);
}

__kernel void SOWK_WHOLE_KERNEL(__global sowk_r *a, __global sowk_r *work,
                                const sowk_orthogonal_job job)
{
    const ulong matrix = get_group_id(0);
    const sowk_matrix of = {&job, a + job.first + matrix * job.matrix_stride,
                            work + job.work + matrix * job.work_stride};
    sowk_orthogonal_cursor at = sowk_orthogonal_begin(&job);
    do {
        const uint tiles = sowk_step_tiles(&job, SOWK_STRIP, at.step, at.panel);
        for (uint tile = get_local_id(0); tile < tiles; tile += get_local_size(0))
            sowk_step_tile(&of, at.step, at.panel, tile);
        barrier(CLK_GLOBAL_MEM_FENCE);
    } while (sowk_orthogonal_next(&at));
}
