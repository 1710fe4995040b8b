#include "run_draw.h"

#include <stdlib.h>
#include <unistd.h>

#ifdef SOWI_OPENCL
#include "device/stage.h"
#endif

enum { ALIGNMENT = 4096 };

uint64_t sowi_run_draw_threads(const sow_context *context, uint32_t threads)
{
#ifdef SOWI_OPENCL
    if (context != NULL)
        return sowi_stage_threads(context);
#endif
    (void)context;
    const long online = threads != 0 ? 0 : sysconf(_SC_NPROCESSORS_ONLN);
    return threads != 0 ? threads : online > 0 ? (uint64_t)online : 1;
}

static sow_status make_memory(sowi_run_draw *draw, size_t block_bytes)
{
    const size_t size = (block_bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    draw->bytes = calloc(draw->slots, sizeof *draw->bytes);
    if (draw->bytes == NULL)
        return SOW_ERR_NO_MEMORY;
    for (size_t i = 0; i < draw->slots; i++) {
        draw->bytes[i] = aligned_alloc(ALIGNMENT, size);
        if (draw->bytes[i] == NULL)
            return SOW_ERR_NO_MEMORY;
    }
    return SOW_OK;
}

sow_status sowi_run_draw_make(sowi_run_draw *draw, sow_context *context, uint32_t threads,
                              size_t slots, size_t block_bytes)
{
    sowi_run_whole_make(&draw->whole, context, threads);
    draw->slots = slots;
    if (context == NULL)
        return make_memory(draw, block_bytes);
#ifdef SOWI_OPENCL
    return sowi_stage_create(&draw->stage, context, slots, block_bytes, SOWI_STAGE_BEST);
#else
    return SOW_ERR_NO_OPENCL;
#endif
}

void sowi_run_draw_clear(sowi_run_draw *draw)
{
    for (size_t i = 0; i < draw->slots && draw->bytes != NULL; i++)
        free(draw->bytes[i]);
    free(draw->bytes);
    if (draw->slots != 0) /* it was made */
        sowi_run_whole_clear(&draw->whole);
#ifdef SOWI_OPENCL
    sowi_stage_release(draw->stage);
#endif
    *draw = (sowi_run_draw){.stage = NULL};
}

static sow_status draw_on_host(unsigned char *bytes, const sowi_block *block)
{
    static const sow_host_options one_thread = {.threads = 1};
    sow_status status = SOW_OK;
    for (size_t i = 0; i < block->piece_count && status == SOW_OK; i++)
        status = sow_fill_host_plan(bytes + block->pieces[i].offset_bytes, block->pieces[i].plan,
                                    &one_thread);
    return status;
}

#ifdef SOWI_OPENCL
static sow_status draw_on_device(sowi_stage *stage, size_t slot, const sowi_block *block,
                                 unsigned char **bytes)
{
    *bytes = NULL;
    if (block->bytes == 0)
        return SOW_OK;
    const sow_status status = sowi_stage_begin(stage, slot, block->pieces, block->piece_count);
    return status == SOW_OK ? sowi_stage_end(stage, slot, block->bytes, bytes) : status;
}
#endif

static sow_status draw_pieces(sowi_run_draw *draw, size_t slot, const sowi_block *block,
                              unsigned char **bytes)
{
#ifdef SOWI_OPENCL
    if (draw->stage != NULL)
        return draw_on_device(draw->stage, slot, block, bytes);
#endif
    *bytes = draw->bytes[slot];
    return draw_on_host(*bytes, block);
}

sow_status sowi_run_draw_block(sowi_run_draw *draw, size_t slot, const sowi_block *block,
                               unsigned char **bytes)
{
    sow_status status = draw_pieces(draw, slot, block, bytes);
    for (size_t i = 0; i < block->whole_count && status == SOW_OK; i++)
        status = sowi_run_whole_copy(&draw->whole, &block->wholes[i].part,
                                     *bytes + block->wholes[i].offset_bytes);
    return status;
}
