/* Comparing two buffers of one OpenCL context. */
#include "device/difference_device.h"
#include "difference.h"

sow_status sow_compare_buffers(sow_context *context, cl_command_queue queue, cl_mem a,
                               uint64_t a_offset_elems, cl_mem b, uint64_t b_offset_elems,
                               sow_dtype dtype, uint64_t count, const sow_tolerance *tolerance,
                               sow_difference *out)
{
    sow_difference_sum sum;
    const sowi_array sides[2] = {{a, a_offset_elems}, {b, b_offset_elems}};
    sow_status status = sow_difference_begin(&sum, dtype, dtype, tolerance);
    if (status != SOW_OK)
        return status;
    if (out == NULL)
        return SOW_ERR_ARGUMENT;
    status = sowi_difference_walk(context, queue, &sides[0], &sides[1], sow_dtype_size(dtype),
                                  count, sowi_difference_visit_sum, &sum);
    if (status == SOW_OK)
        sow_difference_end(&sum, out);
    return status;
}
