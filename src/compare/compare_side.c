#include "compare_side.h"

#include <stdbool.h>
#include <stdlib.h>

#include "host/library_host.h"
#include "law.h"

#ifdef SOWI_OPENCL
#include "device/stage.h"
#endif

static sow_status make_slots(sowi_side *side)
{
    for (size_t i = 0; i < SOWI_SIDE_SLOTS; i++) {
        side->slots[i] = malloc(SOWI_SIDE_BLOCK_BYTES);
        if (side->slots[i] == NULL)
            return SOW_ERR_NO_MEMORY;
    }
    return SOW_OK;
}

sow_status sowi_side_make(sowi_side *side, const sow_compare_side *drawn_on, uint32_t threads)
{
    *side = (sowi_side){.drawn_on = drawn_on, .threads = threads};
    if (drawn_on->context == NULL)
        return drawn_on->math == SOW_MATH_NATIVE ? SOW_ERR_ARGUMENT : make_slots(side);
#ifdef SOWI_OPENCL
    const sow_status status = sowi_stage_create(&side->stage, drawn_on->context, SOWI_SIDE_SLOTS,
                                                SOWI_SIDE_BLOCK_BYTES, SOWI_STAGE_BEST);
    if (status == SOW_OK && drawn_on->math != SOW_MATH_OURS)
        sowi_stage_use_library(side->stage, drawn_on->math == SOW_MATH_NATIVE);
    return status;
#else
    return SOW_ERR_NO_OPENCL;
#endif
}

void sowi_side_clear(sowi_side *side)
{
#ifdef SOWI_OPENCL
    sowi_stage_release(side->stage);
#endif
    for (size_t i = 0; i < SOWI_SIDE_SLOTS; i++)
        free(side->slots[i]);
    free(side->whole);
    *side = (sowi_side){.stage = NULL};
}

static sow_status draw(const sowi_side *side, unsigned char *dst, const sow_plan *plan)
{
#ifdef SOWI_OPENCL
    if (side->stage != NULL)
        return sowi_stage_draw(side->drawn_on->context, dst, plan);
#endif
    if (side->drawn_on->math != SOW_MATH_OURS && sowi_plan_has_control(plan))
        return sowi_library_fill_host(dst, plan, side->threads);
    return sow_fill_host_plan(dst, plan, &(sow_host_options){.threads = side->threads});
}

/* A part takes as long to draw as all of it. */
static bool is_made_whole(const sow_plan *plan)
{
    return plan->distribution == SOW_DIST_ORTHOGONAL &&
           plan->count > SOWI_SIDE_BLOCK_BYTES / sow_dtype_size(plan->dtype);
}

sow_status sowi_side_aim(sowi_side *side, const sow_plan *plan)
{
    const size_t size = sow_dtype_size(plan->dtype);
    free(side->whole);
    side->whole = NULL;
    if (!is_made_whole(plan))
        return SOW_OK;
    if (plan->count > SIZE_MAX / size)
        return SOW_ERR_NO_MEMORY;
    side->whole = malloc((size_t)plan->count * size);
    return side->whole != NULL ? draw(side, side->whole, plan) : SOW_ERR_NO_MEMORY;
}

sow_status sowi_side_begin(sowi_side *side, size_t slot, const sow_plan *plan, uint64_t begin,
                           uint64_t count)
{
    sow_plan *block = &side->blocks[slot];
    *block = *plan;
    side->begins[slot] = begin;
    const sow_status status = sow_plan_slice(block, begin, count);
    if (status != SOW_OK || side->whole != NULL)
        return status;
#ifdef SOWI_OPENCL
    if (side->stage != NULL)
        return sowi_stage_begin(side->stage, slot, &(sow_batch_item){block, 0}, 1);
#endif
    return SOW_OK;
}

sow_status sowi_side_end(sowi_side *side, size_t slot, const unsigned char **bytes)
{
    const sow_plan *block = &side->blocks[slot];
    const size_t size = sow_dtype_size(block->dtype);
    if (side->whole != NULL) {
        *bytes = side->whole + (size_t)side->begins[slot] * size;
        return SOW_OK;
    }
#ifdef SOWI_OPENCL
    if (side->stage != NULL) {
        unsigned char *drawn;
        const sow_status status =
            sowi_stage_end(side->stage, slot, (size_t)block->count * size, &drawn);
        *bytes = drawn;
        return status;
    }
#endif
    *bytes = side->slots[slot];
    return draw(side, side->slots[slot], block);
}
