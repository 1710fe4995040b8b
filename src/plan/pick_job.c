#include "job.h"
#include "orthogonal.h"

#include "pick_job.clh"

void sowi_pick_job_make(sowk_job *job, const sow_plan *plan, uint64_t first, uint64_t count,
                        uint64_t source, uint64_t dst)
{
    const sow_matrices *of = &plan->matrices;
    const uint64_t one = of->rows * of->columns;
    sowi_job_make(job, plan, 1, dst);
    job->param[SOWK_PICK_ORIGIN] = of->origin;
    job->param[SOWK_PICK_SPREAD] = of->spread;
    job->param[SOWK_PICK_FIRST] = first * one;
    job->param[SOWK_PICK_END] = (first + count) * one;
    job->param[SOWK_PICK_SOURCE] = source;
    /* elements beside the matrices are zero: only a tensor of one matrix has any */
    job->param[SOWK_PICK_ZEROS] = of->count == 1;
}
