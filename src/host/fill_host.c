/* Filling host memory: a distribution, and what comes over it. */
#include <stdint.h>

#include "draw_host.h"
#include "orthogonal_host.h"
#include "simd.h"
#include "structure.h"
#include "structure_host.h"

static void write_over(void *dst, const sow_plan *plan, const sow_host_options *options)
{
    sow_plan overlay;
    if (plan->structure != SOW_STRUCTURE_NONE)
        sowi_structure_fill_host(dst, plan, options);
    if (sowi_plan_overlay(plan, &overlay))
        sowi_draw_host((uint8_t *)dst + (overlay.begin - plan->begin) * sow_dtype_size(plan->dtype),
                       &overlay, options);
}

sow_status sow_fill_host_plan(void *dst, const sow_plan *plan, const sow_host_options *options)
{
    if (plan == NULL || (dst == NULL && plan->count != 0))
        return SOW_ERR_ARGUMENT;
    const sow_host_options defaults = {0};
    if (options == NULL)
        options = &defaults;
    if (!sowi_simd_is_possible(options->simd))
        return SOW_ERR_ARGUMENT;
    if (plan->count == 0)
        return SOW_OK;
    if (plan->count > SIZE_MAX / sow_dtype_size(plan->dtype))
        return SOW_ERR_NO_MEMORY;
    sow_status status = SOW_OK;
    if (plan->distribution == SOW_DIST_ORTHOGONAL)
        status = sowi_orthogonal_fill_host(dst, plan, options);
    else
        sowi_draw_host(dst, plan, options);
    if (status == SOW_OK)
        write_over(dst, plan, options);
    return status;
}

sow_status sow_fill_host(void *dst, const sow_tensor *tensor, const sow_initializer *initializer,
                         sow_key key)
{
    sow_plan plan;
    const sow_status status = sow_plan_make(&plan, tensor, initializer, key, NULL);
    if (status != SOW_OK)
        return status;
    const sow_host_options one_thread = {.threads = 1};
    return sow_fill_host_plan(dst, &plan, &one_thread);
}
