/* Drawing a plan to host memory, on a device or on the host. */
#include "sowcl/model.h"

#ifdef SOWI_OPENCL
#include "device/stage.h"
#endif

sow_status sow_draw(sow_context *context, void *dst, const sow_plan *plan, uint32_t threads)
{
    if (context == NULL)
        return sow_fill_host_plan(dst, plan, &(sow_host_options){.threads = threads});
#ifdef SOWI_OPENCL
    return sowi_stage_draw(context, dst, plan);
#else
    return SOW_ERR_NO_OPENCL;
#endif
}
