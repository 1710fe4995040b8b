/* sow_orthogonal_step_<real>: one step of all matrices, a work-item a tile, or a chunk of a tile's terms.
 * sow_orthogonal_whole_<real>: the draws and all steps, a work-group a matrix.
 * Follows the parts of a fill of SOWK_REAL with normals in its program. */

#define SOWK_STEP_KERNEL  SOWK_JOIN(sow_orthogonal_step, SOWK_REAL)
#define SOWK_WHOLE_KERNEL SOWK_JOIN(sow_orthogonal_whole, SOWK_REAL)
#define SOWK_DRAW_ITEM    SOWK_JOIN(sowk_fill_normal, SOWK_REAL)
#define SOWK_DRAW_ELEMENT SOWK_JOIN(sowk_element, SOWK_REAL)
#define SOWK_DRAW_GROUP   ((SOWK_IS_F64 ? 2 : 4) * SOWK_LANES) /* elements of an item */

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
    sowk_step_tile(&of, step, panel, tile, chunk, chunks);
}

/* A work-group's part of the draws: the matrix's elements, where `all` are those of all matrices. */
static void sowk_draw_matrix(__global sowk_r *a, const sowk_job *all, ulong matrix, ulong elements)
{
    sowk_job draws = *all;
    draws.first += matrix * elements;
    draws.dst += matrix * elements;
    draws.run = draws.end = elements;
    draws.wholes = 0;
    draws.items =
        (draws.first + elements - 1) / SOWK_DRAW_GROUP - draws.first / SOWK_DRAW_GROUP + 1;
    for (ulong item = get_local_id(0); item < draws.items; item += get_local_size(0))
        SOWK_DRAW_ITEM(&draws, item, (__global SOWK_DRAW_ELEMENT *)a);
}

__kernel void SOWK_WHOLE_KERNEL(__global sowk_r *a, __global sowk_r *work,
                                const sowk_orthogonal_job job, const sowk_job draws)
{
    const ulong matrix = get_group_id(0);
    const sowk_matrix of = {&job, a + job.first + matrix * job.matrix_stride,
                            work + job.work + matrix * job.work_stride};
    sowk_draw_matrix(a, &draws, matrix, job.matrix_stride);
    barrier(CLK_GLOBAL_MEM_FENCE);
    sowk_orthogonal_cursor at = sowk_orthogonal_begin(&job);
    do {
        const uint tiles = sowk_step_tiles(&job, SOWK_STRIP, at.step, at.panel);
        for (uint tile = get_local_id(0); tile < tiles; tile += get_local_size(0))
            sowk_step_tile(&of, at.step, at.panel, tile, 0, 1);
        barrier(CLK_GLOBAL_MEM_FENCE);
    } while (sowk_orthogonal_next(&at));
}
