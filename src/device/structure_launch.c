#include "structure_launch.h"

#include "fail.h"
#include "structure.h"

/* Items of one launch at the most. */
#define ITEMS_MAX ((uint64_t)1 << 31)

static cl_int launch(sow_context *context, cl_kernel kernel, cl_mem buffer, const sowk_job *job,
                     sowi_chain *chain, bool is_last)
{
    const size_t local = context->local_size;
    const size_t global = (size_t)((job->items + local - 1) / local * local);
    cl_event event;
    cl_int code;
    SOWI_TRY(code, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    SOWI_TRY(code, clSetKernelArg(kernel, 1, sizeof *job, job));
    SOWI_TRY(code, clEnqueueNDRangeKernel(chain->queue, kernel, 1, NULL, &global, &local,
                                          sowi_chain_num_wait(chain), sowi_chain_wait(chain),
                                          sowi_chain_event(chain, &event, is_last)));
    sowi_chain_follow(chain, event);
done:
    return code;
}

sow_status sowi_structure_launch(sow_context *context, cl_kernel kernel, cl_mem buffer,
                                 uint64_t offset_elems, const sow_plan *plan, sowi_chain *chain,
                                 bool is_last)
{
    sowk_job job;
    sow_status status = SOW_OK;
    sowi_structure_job_make(&job, plan, context->lanes, offset_elems);
    const uint64_t all = job.items;
    for (uint64_t done = 0; done < all && status == SOW_OK; done += job.items) {
        job.first_item = done;
        job.items = all - done < ITEMS_MAX ? all - done : ITEMS_MAX;
        status = launch(context, kernel, buffer, &job, chain, is_last && done + job.items == all);
    }
    return status;
}
