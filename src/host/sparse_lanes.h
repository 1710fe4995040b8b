/* The body of an instruction set's file, as fill_lanes.h: SOWI_CLEAR_COLUMNS, the name of its function, is
 * defined before it is read. The compiler makes vectors of the rows that are permuted together. */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "host.h"
#include "structure_host.h"

#define SOWK_SPARSE_LANES SOWI_SPARSE_LANES
#include "structure.clh"

SOWI_FLATTEN void SOWI_CLEAR_COLUMNS(const sowk_job *job, uint64_t first, uint64_t end, size_t size,
                                     unsigned char *dst)
{
    for (uint64_t item = first; item < end; item++) {
        sowk_column_run run;
        sowk_column_run_find(&run, job, item);
        const uint64_t zeroed = sowk_zeroed(&run);
        for (uint32_t i = run.begin; i < run.end; i++)
            if ((zeroed >> i & 1) != 0)
                memset(dst + (size_t)(run.element + i * run.step - job->begin) * size, 0, size);
    }
}
