#include "tensor.h"

#include <inttypes.h>
#include <stddef.h>

#include "dtype.h"
#include "fail.h"

/* Element indices stay below this: Philox blocks from 2^63 on are reserved. */
#define INDEX_LIMIT ((uint64_t)1 << 63)

/* The product of sizes, or a refusal at INDEX_LIMIT and beyond. A zero anywhere makes it 0, but the other
 * sizes must still be sane, so that strides and fans never overflow. */
static sow_status checked_product(const uint64_t *sizes, uint32_t rank, uint64_t *product)
{
    uint64_t nonzero = 1;
    bool zero = false;
    for (uint32_t d = 0; d < rank; d++) {
        if (sizes[d] == 0)
            zero = true;
        else if (sizes[d] >= INDEX_LIMIT || nonzero > (INDEX_LIMIT - 1) / sizes[d])
            return SOW_ERR_SHAPE;
        else
            nonzero *= sizes[d];
    }
    *product = zero ? 0 : nonzero;
    return SOW_OK;
}

bool sowi_tensor_is_whole(const sow_tensor *tensor)
{
    for (uint32_t d = 0; d < tensor->rank; d++)
        if (tensor->extent[d] != 0)
            return false;
    return true;
}

static sow_status check_region(const sow_tensor *tensor, sow_error *error)
{
    const bool whole = sowi_tensor_is_whole(tensor);
    for (uint32_t d = 0; d < tensor->rank; d++) {
        const uint64_t size = tensor->shape[d];
        const uint64_t start = tensor->start[d];
        if (whole && start != 0)
            return sowi_fail(error, SOW_ERR_REGION,
                             "start of dimension %" PRIu32 " without an extent (%" PRIu64
                             "): 0 where the extent is all zeros, the whole tensor",
                             d, start);
        if (start > size || tensor->extent[d] > size - start)
            return sowi_fail(error, SOW_ERR_REGION,
                             "region of dimension %" PRIu32 " (start %" PRIu64 ", extent %" PRIu64
                             "): within the dimension's size, %" PRIu64,
                             d, start, tensor->extent[d], size);
    }
    return SOW_OK;
}

sow_status sowi_tensor_check(const sow_tensor *tensor, sow_error *error)
{
    if (tensor == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "tensor (NULL): a tensor");
    if (sowi_dtype_row_of(tensor->dtype) == NULL)
        return sowi_fail(error, SOW_ERR_DTYPE, "dtype (%d): one of sow_dtype", (int)tensor->dtype);
    if (tensor->layout != SOW_LAYOUT_OI && tensor->layout != SOW_LAYOUT_IO)
        return sowi_fail(error, SOW_ERR_LAYOUT, "layout (%d): SOW_LAYOUT_OI or SOW_LAYOUT_IO",
                         (int)tensor->layout);
    if (tensor->rank > SOW_MAX_RANK)
        return sowi_fail(error, SOW_ERR_SHAPE, "rank (%" PRIu32 "): at most %d dimensions",
                         tensor->rank, SOW_MAX_RANK);
    uint64_t elements;
    if (checked_product(tensor->shape, tensor->rank, &elements) != SOW_OK)
        return sowi_fail(error, SOW_ERR_SHAPE,
                         "number of elements (%" PRIu64 " x ...): fewer than 2^63",
                         tensor->shape[0]);
    return check_region(tensor, error);
}

bool sowi_tensor_is_empty(const sow_tensor *tensor)
{
    for (uint32_t d = 0; d < tensor->rank; d++)
        if (tensor->shape[d] == 0)
            return true;
    return false;
}

sow_status sow_tensor_count(const sow_tensor *tensor, uint64_t *count)
{
    if (count == NULL)
        return SOW_ERR_ARGUMENT;
    const sow_status status = sowi_tensor_check(tensor, NULL);
    if (status != SOW_OK)
        return status;
    return checked_product(sowi_tensor_is_whole(tensor) ? tensor->shape : tensor->extent,
                           tensor->rank, count);
}

sow_status sow_tensor_fans(const sow_tensor *tensor, uint64_t *fan_in, uint64_t *fan_out)
{
    if (fan_in == NULL || fan_out == NULL)
        return SOW_ERR_ARGUMENT;
    const sow_status status = sowi_tensor_check(tensor, NULL);
    if (status != SOW_OK)
        return status;
    if (tensor->rank < 2)
        return SOW_ERR_FAN;
    const bool oi = tensor->layout == SOW_LAYOUT_OI;
    const uint32_t in = oi ? 1 : tensor->rank - 2;
    const uint32_t out = oi ? 0 : tensor->rank - 1;
    uint64_t receptive_field = 1;
    for (uint32_t d = 0; d < tensor->rank; d++)
        if (d != in && d != out)
            receptive_field *= tensor->shape[d];
    *fan_in = tensor->shape[in] * receptive_field;
    *fan_out = tensor->shape[out] * receptive_field;
    return SOW_OK;
}

void sowi_tensor_region(const sow_tensor *tensor, sow_plan *plan)
{
    const bool whole = sowi_tensor_is_whole(tensor);
    const uint64_t *extents = whole ? tensor->shape : tensor->extent;
    uint64_t stride = 1;
    plan->begin = 0;
    plan->count = 1;
    plan->first = 0;
    plan->run = 1;
    plan->outer_rank = 0;
    /* From the innermost dimension out: a dimension whose stride is just the span of the one merged so
     * far continues it without a gap. */
    uint64_t *merged = &plan->run;
    uint64_t merged_stride = 1;
    for (uint32_t d = tensor->rank; d-- > 0;) {
        const uint64_t extent = extents[d];
        plan->count *= extent;
        plan->first += tensor->start[d] * stride;
        if (*merged * merged_stride == stride) {
            *merged *= extent;
        } else if (extent != 1) {
            plan->outer_extent[plan->outer_rank] = extent;
            plan->outer_stride[plan->outer_rank] = stride;
            merged = &plan->outer_extent[plan->outer_rank++];
            merged_stride = stride;
        }
        stride *= tensor->shape[d];
    }
}
