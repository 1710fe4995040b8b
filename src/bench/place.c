/* Opening a place, and its buffer for as many elements as there is memory for. */
#include "place.h"

#include <inttypes.h>

#include "fail.h"

#define DEFAULT_COUNT ((uint64_t)1 << 26)
#define LEAST_COUNT   ((uint64_t)1 << 12) /* that a lack of memory leads to */

sow_status sowi_place_open(sowi_place *place, struct sow_context *context)
{
    if (context == NULL) {
        sowi_place_host(place);
        return SOW_OK;
    }
#ifdef SOWI_OPENCL
    return sowi_place_device(place, context);
#else
    return SOW_ERR_NO_OPENCL;
#endif
}

/* Half of the memory at the most: to be short of it is to be killed, not refused. */
static bool fits(const sowi_place *place, uint64_t buffer_bytes, uint64_t memset_bytes)
{
    const uint64_t half = place->bytes_total / 2;
    const uint64_t most = place->bytes_most < half ? place->bytes_most : half;
    return buffer_bytes <= most && (place->is_device || memset_bytes <= half);
}

static sow_status allocate_for(sowi_place *place, const sowi_place_need *need, uint64_t count)
{
    const uint64_t elements = sowi_whole_blocks(count);
    const uint64_t buffer_bytes = elements * need->element_bytes;
    const uint64_t memset_bytes = need->memset ? elements * 4 : 0;
    if (!fits(place, buffer_bytes, memset_bytes))
        return SOW_ERR_NO_MEMORY;
    const sow_status status = place->ops->allocate(place, buffer_bytes, memset_bytes);
    if (status != SOW_OK)
        place->ops->release(place);
    return status;
}

sow_status sowi_place_allocate(sowi_place *place, const sowi_place_need *need, uint64_t asked,
                               uint64_t *count, sow_error *error)
{
    *count = asked != 0 ? asked : DEFAULT_COUNT;
    sow_status status = allocate_for(place, need, *count);
    /* What is not sowcl's own failure is the device's lack of memory. */
    while ((status == SOW_ERR_NO_MEMORY || (status < SOW_OK && status > SOW_ERR_ARGUMENT)) &&
           asked == 0 && *count > LEAST_COUNT) {
        *count /= 2;
        status = allocate_for(place, need, *count);
    }
    return status == SOW_OK ? status
                            : sowi_fail(error, status, "count (%" PRIu64 "): %s", *count,
                                        sow_status_text(status));
}
