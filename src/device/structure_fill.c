#include "structure_fill.h"

#include "fail.h"
#include "kernel_pool.h"
#include "launch.h"
#include "structure.h"
#include "structure_launch.h"

/* The program of a structure of the plan's dtype. */
static sow_distribution structure_program(const sow_plan *plan)
{
    return plan->structure == SOW_STRUCTURE_PLACED ? SOWI_PROGRAM_PLACED : SOWI_PROGRAM_SPARSE;
}

static sow_status fill_structure(sow_context *context, cl_mem buffer, uint64_t offset_elems,
                                 const sow_plan *plan, sowi_chain *chain)
{
    const sow_distribution program = structure_program(plan);
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
        status = sowi_program_prepare(context, SOWI_ONE, structure_program(plan), plan->dtype);
    if (status == SOW_OK && plan->overlay_begin < plan->overlay_end)
        status = sowi_program_prepare(context, SOWI_ONE, SOW_DIST_CONSTANT, plan->dtype);
    return status;
}
