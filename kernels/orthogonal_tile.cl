/* sow_orthogonal_tile_<real>: a product of a step by work-groups that share what they load in local memory, for GPUs.
 * A group computes SOWK_SHARED_TILE rows and columns, an item 4 of each. The order of the sums is
 * product.clh's, so the bits are.
 *
 * Groups: columns, rows, and `parts` of each matrix: chunks of terms, one or more, whose sums are gathered after it, of each of
 * the panels where the step is that of the grams. */

#define SOWK_TILE_KERNEL  SOWK_JOIN(sow_orthogonal_tile, SOWK_REAL)
#define SOWK_SHARED_TILE  64
#define SOWK_SHARED_DEPTH 16
#define SOWK_SHARED_ITEMS 16

/* One more, so that items that walk along rows and those that walk along columns both find banks of their own. */
typedef sowk_r sowk_shared[SOWK_SHARED_DEPTH][SOWK_SHARED_TILE + 1];

/* Terms [k, k + SOWK_SHARED_DEPTH) of SOWK_SHARED_TILE rows of a, or columns of b, from `first` on; zeros beyond the
 * ends. Neighbouring items read what is consecutive in memory. */
static void sowk_share(__local sowk_r (*to)[SOWK_SHARED_TILE + 1], __global const sowk_r *from,
                       ulong line, ulong depth, uint first, uint lines, uint k, uint end)
{
    const uint item = get_local_id(1) * SOWK_SHARED_ITEMS + get_local_id(0);
    for (uint e = item; e < SOWK_SHARED_TILE * SOWK_SHARED_DEPTH;
         e += SOWK_SHARED_ITEMS * SOWK_SHARED_ITEMS) {
        const uint i = depth == 1 ? e / SOWK_SHARED_DEPTH : e % SOWK_SHARED_TILE;
        const uint j = depth == 1 ? e % SOWK_SHARED_DEPTH : e / SOWK_SHARED_TILE;
        to[j][i] = first + i < lines && k + j < end ? from[(first + i) * line + (k + j) * depth]
                                                    : SOWK_R(0);
    }
}

static sowk_product sowk_shared_product(const sowk_matrix *of, uint step, uint panel, uint part,
                                        uint chunks)
{
    const bool grams = step == SOWK_STEP_GRAMS;
    const sowk_product product = sowk_step_product(of, step, grams ? part / chunks : panel);
    return chunks > 1 ? sowk_chunk(of, product, sowk_result(of->job, step), part % chunks)
                      : product;
}

__kernel __attribute__((reqd_work_group_size(SOWK_SHARED_ITEMS, SOWK_SHARED_ITEMS, 1))) void
SOWK_TILE_KERNEL(__global sowk_r *a, __global sowk_r *work, const sowk_orthogonal_job job,
                 const uint step, const uint panel, const uint parts, const uint chunks)
{
    __local sowk_r rows[SOWK_SHARED_DEPTH][SOWK_SHARED_TILE + 1];
    __local sowk_r columns[SOWK_SHARED_DEPTH][SOWK_SHARED_TILE + 1];
    const ulong matrix = get_group_id(2) / parts;
    const uint part = get_group_id(2) % parts;
    const sowk_matrix of = {&job, a + job.first + matrix * job.matrix_stride,
                            work + job.work + matrix * job.work_stride};
    const sowk_product product = sowk_shared_product(&of, step, panel, part, chunks);
    const uint row = get_group_id(1) * SOWK_SHARED_TILE, x = get_local_id(0);
    const uint column = get_group_id(0) * SOWK_SHARED_TILE, y = get_local_id(1);
    sowk_r block[4][4], sums[4][4], totals[4][4];
    for (uint i = 0; i < 4; i++)
        for (uint j = 0; j < 4; j++)
            block[i][j] = sums[i][j] = totals[i][j] = SOWK_R(0);
    for (uint k = 0; k < product.depth; k += SOWK_SHARED_DEPTH) {
        if (k % SOWK_SUM_BLOCK == 0)
            for (uint i = 0; i < 4; i++)
                for (uint j = 0; j < 4; j++) {
                    sums[i][j] += block[i][j];
                    block[i][j] = SOWK_R(0);
                    if (k % SOWK_SUM_CHUNK == 0) {
                        totals[i][j] += sums[i][j];
                        sums[i][j] = SOWK_R(0);
                    }
                }
        sowk_share(rows, product.a, product.a_row, product.a_depth, row, product.rows, k,
                   product.depth);
        sowk_share(columns, product.b, product.b_column, product.b_depth, column, product.columns,
                   k, product.depth);
        barrier(CLK_LOCAL_MEM_FENCE);
        for (uint t = 0; t < SOWK_SHARED_DEPTH; t++)
            for (uint i = 0; i < 4; i++)
                for (uint j = 0; j < 4; j++)
                    block[i][j] = SOWK_R_FMA(rows[t][y + SOWK_SHARED_ITEMS * i],
                                             columns[t][x + SOWK_SHARED_ITEMS * j], block[i][j]);
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    for (uint i = 0; i < 4; i++)
        for (uint j = 0; j < 4; j++) {
            const uint r = row + y + SOWK_SHARED_ITEMS * i, c = column + x + SOWK_SHARED_ITEMS * j;
            if (r < product.rows && c < product.columns)
                sowk_product_element(&product, r, c, totals[i][j] + (sums[i][j] + block[i][j]));
        }
}
