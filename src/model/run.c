/* Drawing a checkpoint: the data of its files in blocks, which are drawn, checked and written side by side. */
#include "run.h"

#include <stdlib.h>
#include <string.h>

#include "digest_total.h"
#include "fail.h"
#include "pipeline.h"
#include "run_check.h"
#include "run_draw.h"
#include "run_output.h"
#include "safetensors.h"
#include "system_error.h"
#include "words.h"

/* A block stays in a processor's cache from the draw to the write; a device is given more to do at once. */
enum { HOST_BLOCK_BYTES = 2 << 20, DEVICE_BLOCK_BYTES = 4 << 20, BLOCK_PARTS = 4096 };

/* Blocks under way beyond those that are being drawn: one is checked, one written, the rest even out. */
enum { SPARE_SLOTS = 4 };

typedef struct run {
    sow_checkpoint *checkpoint;
    sow_context *context;
    const sow_run_options *options;
    sow_error *error;
    sowi_run_output output;
    sowi_pipeline_size size;
    sowi_block *blocks; /* a slot each */
    sowi_block_cutter cutter;
    sowi_run_draw draw;
    sowi_run_check check;
    uint64_t done_bytes;
} run;

static bool cut_block(void *user, size_t slot)
{
    run *with = user;
    return sowi_block_cut(&with->cutter, &with->blocks[slot]);
}

static sow_status refuse_block(const sowi_block *block, sow_status status, sow_error *error)
{
    const char *first = block->parts[0].tensor->name;
    const char *last = block->parts[block->part_count - 1].tensor->name;
    if (block->part_count == 1)
        return sowi_fail(error, status, "tensor '%s' could not be drawn: %s", sowi_show(first).text,
                         sow_status_text(status));
    return sowi_fail(error, status, "tensors '%s' to '%s' could not be drawn: %s",
                     sowi_show(first).text, sowi_show(last).text, sow_status_text(status));
}

static sow_status draw_block(void *user, size_t slot, sow_error *error)
{
    run *with = user;
    sowi_block *block = &with->blocks[slot];
    const sow_status status = sowi_run_draw_block(&with->draw, slot, block, &block->data);
    return status == SOW_OK ? SOW_OK : refuse_block(block, status, error);
}

static sow_status check_block(void *user, size_t slot, sow_error *error)
{
    run *with = user;
    (void)error;
    sowi_run_check_block(&with->check, &with->blocks[slot], with->blocks[slot].data);
    return SOW_OK;
}

static sow_status report(run *with, size_t bytes, sow_error *error)
{
    with->done_bytes += bytes;
    if (with->options->progress != NULL &&
        with->options->progress(with->options->user, with->done_bytes, with->checkpoint->bytes) !=
            0)
        return sowi_fail(error, SOW_ERR_CANCELLED, "cancelled");
    return SOW_OK;
}

/* Reserves room while programs are built and the first blocks drawn: on some file systems it takes as long as
 * writing. */
static sow_status begin_writing(void *user, sow_error *error)
{
    run *with = user;
    return sowi_run_output_reserve(&with->output, error);
}

static sow_status write_block(void *user, size_t slot, sow_error *error)
{
    run *with = user;
    const sowi_block *block = &with->blocks[slot];
    sow_status status = SOW_OK;
    SOWI_TRY(status,
             sowi_run_output_write(&with->output, block->shard, block->data, block->bytes, error));
    if (block->bytes != 0)
        SOWI_TRY(status, report(with, block->bytes, error));
    if (block->ends_shard)
        SOWI_TRY(status, sowi_run_output_finish(&with->output, block->shard, error));
done:
    return status;
}

/* Threads that draw, if there are blocks for them. */
static size_t count_drawers(const run *with, size_t block_bytes)
{
    const uint64_t blocks = with->checkpoint->bytes / block_bytes;
    const uint64_t most = blocks < SOWI_DRAWERS_MAX ? blocks : SOWI_DRAWERS_MAX;
    const uint64_t wanted = sowi_run_draw_threads(with->context, with->options->threads);
    return (size_t)(wanted < most ? wanted : most);
}

/* Takes the memory for the blocks under way. */
static sow_status prepare(run *with, sowi_run_sizes sizes)
{
    sow_status status = SOW_OK;
    const size_t bytes = with->context != NULL ? DEVICE_BLOCK_BYTES : HOST_BLOCK_BYTES;
    const sowi_block_limits limits = {
        .bytes = sizes.block.bytes != 0 ? sizes.block.bytes : bytes,
        .parts = sizes.block.parts != 0 ? sizes.block.parts : BLOCK_PARTS,
    };
    with->size.drawers = count_drawers(with, limits.bytes);
    with->size.slots = with->size.drawers == 0 ? 1
                       : sizes.slots != 0      ? sizes.slots
                                               : with->size.drawers + SPARE_SLOTS;
    with->cutter = (sowi_block_cutter){
        .checkpoint = with->checkpoint, .shards = &with->output.shards, .limits = limits};
    with->check.measures = with->options->no_moments == 0;
    with->check.hash = sowi_hash_create();
    with->blocks = calloc(with->size.slots, sizeof *with->blocks);
    if (with->check.hash == NULL || with->blocks == NULL)
        return sowi_fail_memory(with->error);
    for (size_t i = 0; i < with->size.slots && status == SOW_OK; i++)
        status = sowi_block_make(&with->blocks[i], limits);
    if (status == SOW_OK)
        status = sowi_run_draw_make(&with->draw, with->context, with->options->threads,
                                    with->size.slots, limits.bytes);
    return status == SOW_OK ? SOW_OK
                            : sowi_fail(with->error, status, "nothing can be drawn: %s",
                                        sow_status_text(status));
}

static void clear(run *with)
{
    sowi_run_draw_clear(&with->draw);
    for (size_t i = 0; i < with->size.slots && with->blocks != NULL; i++)
        sowi_block_clear(&with->blocks[i]);
    free(with->blocks);
    sowi_hash_release(with->check.hash);
    sowi_run_output_close(&with->output);
}

static sow_status run_blocks(run *with)
{
    const sowi_pipeline_steps steps = {
        .begin = begin_writing,
        .cut = cut_block,
        .draw = draw_block,
        .check = check_block,
        .write = write_block,
        .user = with,
    };
    return sowi_pipeline_run(&steps, with->size, with->error);
}

static sow_status digest_all(const run *with)
{
    sow_checkpoint *checkpoint = with->checkpoint;
    sowi_digest_entry *entries = calloc(checkpoint->count + 1, sizeof *entries);
    if (entries == NULL)
        return sowi_fail_memory(with->error);
    for (size_t i = 0; i < checkpoint->count; i++) {
        const sow_checkpoint_tensor *tensor = checkpoint->tensors[i];
        entries[i] = (sowi_digest_entry){
            .name = tensor->name,
            .dtype = sowi_safetensors_dtype_of(tensor->tensor.dtype)->name,
            .rank = tensor->tensor.rank,
            .shape = tensor->tensor.shape,
        };
        memcpy(entries[i].digest, tensor->digest, sizeof entries[i].digest);
    }
    const sow_status status = sowi_digest_total(entries, checkpoint->count, checkpoint->digest);
    free(entries);
    return status == SOW_OK ? SOW_OK : sowi_fail_memory(with->error);
}

/* Puts the files in place and notes them; a last chance to cancel. */
static sow_status commit(run *with)
{
    sowi_run_output *output = &with->output;
    sow_status status = report(with, 0, with->error);
    if (status == SOW_OK)
        status = sowi_run_output_commit(output, with->error);
    if (status != SOW_OK)
        return status;
    with->checkpoint->files = output->paths;
    with->checkpoint->file_count = output->path_count;
    output->paths = NULL;
    output->path_count = 0;
    return SOW_OK;
}

sow_status sowi_checkpoint_run_in_blocks(sow_checkpoint *checkpoint, sow_context *context,
                                         const sow_run_options *options, sowi_run_sizes sizes,
                                         sow_error *error)
{
    static const sow_run_options standard = {0};
    if (checkpoint == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "an argument is NULL");
    run with = {.checkpoint = checkpoint,
                .context = context,
                .options = options == NULL ? &standard : options,
                .error = error};
    sow_status status;
    sowi_checkpoint_forget_files(checkpoint);
    SOWI_TRY(status, sowi_run_output_open(&with.output, checkpoint, with.options->path,
                                          with.options->max_shard_bytes, error));
    SOWI_TRY(status, prepare(&with, sizes));
    SOWI_TRY(status, run_blocks(&with));
    SOWI_TRY(status, digest_all(&with));
    SOWI_TRY(status, commit(&with));
done:
    clear(&with);
    return status;
}

sow_status sow_checkpoint_run(sow_checkpoint *checkpoint, sow_context *context,
                              const sow_run_options *options, sow_error *error)
{
    return sowi_checkpoint_run_in_blocks(checkpoint, context, options, (sowi_run_sizes){.slots = 0},
                                         error);
}
