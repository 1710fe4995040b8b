#include "structure_fill.h"

#include "fail.h"
#include "launch.h"
#include "program.h"
#include "structure.h"

/* Items of one launch at the most. */
#define ITEMS_MAX ((uint64_t)1 << 31)

bool sowi_is_written_over(const sow_plan *plan)
{
    sow_plan overlay;
    return plan->structure != SOW_STRUCTURE_NONE || sowi_plan_overlay(plan, &overlay);
}

sow_distribution sowi_structure_program(const sow_plan *plan)
{
    return plan->structure == SOW_STRUCTURE_PLACED ? SOWI_PROGRAM_PLACED : SOWI_PROGRAM_SPARSE;
}

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

static sow_status fill_structure(sow_context *context, cl_mem buffer, uint64_t offset_elems,
                                 const sow_plan *plan, sowi_chain *chain)
{
    const sow_distribution program = sowi_structure_program(plan);
    cl_kernel kernel;
    sow_status status = sowi_kernel_take(context, SOWI_ONE, program, plan->dtype, &kernel);
    if (status != SOW_OK)
        return status;
    status = sowi_structure_launch(context, kernel, buffer, offset_elems, plan, chain, true);
    sowi_kernel_return(context, SOWI_ONE, program, plan->dtype, kernel);
    return status;
}

static sow_status fill_overlay(sow_context *context, cl_mem buffer, uint64_t offset_elems,
                               const sow_plan *overlay, sowi_chain *chain)
{
    cl_kernel kernel;
    cl_event event;
    sow_status status =
        sowi_kernel_take(context, SOWI_ONE, overlay->distribution, overlay->dtype, &kernel);
    if (status != SOW_OK)
        return status;
    status = sowi_launch(context, kernel, chain->queue, buffer, offset_elems, overlay,
                         sowi_chain_num_wait(chain), sowi_chain_wait(chain),
                         sowi_chain_event(chain, &event, true));
    sowi_kernel_return(context, SOWI_ONE, overlay->distribution, overlay->dtype, kernel);
    if (status == SOW_OK)
        sowi_chain_follow(chain, event);
    return status;
}

sow_status sowi_write_over(sow_context *context, cl_mem buffer, uint64_t offset_elems,
                           const sow_plan *plan, sowi_chain *chain)
{
    sow_plan overlay;
    sow_status status = SOW_OK;
    if (plan->structure != SOW_STRUCTURE_NONE)
        status = fill_structure(context, buffer, offset_elems, plan, chain);
    if (status == SOW_OK && sowi_plan_overlay(plan, &overlay))
        status = fill_overlay(context, buffer, offset_elems + (overlay.begin - plan->begin),
                              &overlay, chain);
    return status;
}

sow_status sowi_write_over_prepare(sow_context *context, const sow_plan *plan)
{
    sow_status status = SOW_OK;
    if (plan->structure != SOW_STRUCTURE_NONE)
        status = sowi_program_prepare(context, SOWI_ONE, sowi_structure_program(plan), plan->dtype);
    if (status == SOW_OK && plan->overlay_begin < plan->overlay_end)
        status = sowi_program_prepare(context, SOWI_ONE, SOW_DIST_CONSTANT, plan->dtype);
    return status;
}
