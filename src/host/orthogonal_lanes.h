/* The body of an instruction set's file for one type: SOWK_LANES, SOWK_REAL and SOWI_ORTHOGONAL, the name of its set,
 * are defined before it is read. */

#include "orthogonal_host.h"

#include "orthogonal.clh"

static void run_tiles(const sowk_orthogonal_job *job, void *a, void *work, uint32_t step,
                      uint32_t panel, uint64_t first, uint64_t end)
{
    const uint64_t tiles = sowk_step_tiles(job, SOWK_STRIP, step, panel);
    for (uint64_t index = first; index < end; index++) {
        const uint64_t matrix = index / tiles;
        const sowk_matrix of = {job, (sowk_r *)a + job->first + matrix * job->matrix_stride,
                                (sowk_r *)work + job->work + matrix * job->work_stride};
        sowk_step_tile(&of, step, panel, (uint32_t)(index % tiles), 0, 1);
    }
}

const sowi_orthogonal_set SOWI_ORTHOGONAL = {run_tiles, SOWK_STRIP};
