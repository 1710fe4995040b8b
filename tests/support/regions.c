#include "regions.h"

#include "random_numbers.h"

sow_tensor sowt_random_region(uint64_t *random, sow_dtype dtype, uint64_t size_max)
{
    sow_tensor tensor = {.dtype = dtype};
    tensor.rank = (uint32_t)sowt_random_below(random, SOW_MAX_RANK + 1);
    for (uint32_t d = 0; d < tensor.rank; d++) {
        const uint64_t size = 1 + sowt_random_below(random, size_max);
        tensor.shape[d] = size;
        tensor.extent[d] = size;
        if (sowt_random_below(random, 2) == 0) /* half of the dimensions are whole */
            continue;
        tensor.start[d] = sowt_random_below(random, size);
        tensor.extent[d] = 1 + sowt_random_below(random, size - tensor.start[d]);
    }
    return tensor;
}

uint64_t sowt_region_index(const sow_tensor *tensor, uint64_t i)
{
    uint64_t coordinate[SOW_MAX_RANK];
    for (uint32_t d = tensor->rank; d-- > 0;) {
        coordinate[d] = tensor->start[d] + i % tensor->extent[d];
        i /= tensor->extent[d];
    }
    uint64_t index = 0;
    for (uint32_t d = 0; d < tensor->rank; d++)
        index = index * tensor->shape[d] + coordinate[d];
    return index;
}
