#include "pieces.h"

sow_status sowi_fill_pieces(sow_context *context, cl_command_queue queue, cl_mem buffer,
                            const sowi_piece *pieces, size_t count)
{
    sow_status status = SOW_OK;
    for (size_t i = 0; i < count && status == SOW_OK; i++) {
        const sow_plan *plan = pieces[i].plan;
        const uint64_t offset_elems = pieces[i].offset_bytes / sow_dtype_size(plan->dtype);
        status = sow_fill_plan(context, queue, buffer, offset_elems, plan, 0, NULL, NULL);
    }
    return status;
}
