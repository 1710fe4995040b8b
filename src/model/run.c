/* Drawing a checkpoint: each tensor in pieces through one staging buffer, which are digested, measured and
 * written as they come. */
#include <stdlib.h>
#include <string.h>

#include "checkpoint_parts.h"
#include "digest_total.h"
#include "fail.h"
#include "hash.h"
#include "measure.h"
#include "run_output.h"
#include "safetensors.h"
#include "system_error.h"
#include "words.h"

enum { STAGING_BYTES = 32 << 20, STAGING_ALIGNMENT = 64 };

typedef struct run {
    sow_checkpoint *checkpoint;
    sow_context *context;
    const sow_run_options *options;
    sow_error *error;
    unsigned char *staging;
    sowi_hash *hash;
    sowi_run_output output;
    uint64_t done_bytes;
} run;

/* A range of a tensor's elements. */
typedef struct range {
    uint64_t begin, end;
} range;

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The elements of the row that is set to zero; empty if there is none. */
static range padding_of(const sow_checkpoint_tensor *tensor)
{
    if (tensor->padding_idx < 0)
        return (range){0, 0};
    const uint64_t row = tensor->plan.count / tensor->tensor.shape[0];
    const uint64_t begin = row * (uint64_t)tensor->padding_idx;
    return (range){begin, begin + row};
}

static sow_status draw_piece(const run *with, const sow_checkpoint_tensor *tensor, range piece)
{
    sow_plan plan = tensor->plan;
    sow_status status = sow_plan_slice(&plan, piece.begin, piece.end - piece.begin);
    if (status == SOW_OK)
        status = sow_draw(with->context, with->staging, &plan, with->options->threads);
    if (status != SOW_OK)
        return sowi_fail(with->error, status, "tensor '%s' could not be drawn: %s",
                         sowi_show(tensor->name).text, sow_status_text(status));
    return SOW_OK;
}

/* Zeroes what the piece has of the padding row and measures the rest. */
static void finish_piece(const run *with, const sow_checkpoint_tensor *tensor, range piece,
                         sowi_measure *measure)
{
    const size_t size = sow_dtype_size(tensor->tensor.dtype);
    const range padding = padding_of(tensor);
    const uint64_t begin = smaller(larger(padding.begin, piece.begin), piece.end);
    const uint64_t end = smaller(larger(padding.end, begin), piece.end);
    const size_t before = (size_t)(begin - piece.begin);
    const size_t zeros = (size_t)(end - begin), after = (size_t)(piece.end - end);
    unsigned char *row = with->staging + before * size;
    memset(row, 0, zeros * size);
    if (with->options->no_moments == 0) {
        sowi_measure_add(measure, with->staging, before);
        sowi_measure_add(measure, row + zeros * size, after);
    }
}

static sow_status report(run *with, size_t bytes)
{
    with->done_bytes += bytes;
    if (with->options->progress != NULL &&
        with->options->progress(with->options->user, with->done_bytes, with->checkpoint->bytes) !=
            0)
        return sowi_fail(with->error, SOW_ERR_CANCELLED, "cancelled");
    return SOW_OK;
}

static sow_status run_tensor(run *with, sow_checkpoint_tensor *tensor, size_t shard)
{
    const size_t size = sow_dtype_size(tensor->tensor.dtype);
    const uint64_t step = STAGING_BYTES / size;
    sowi_measure measure = {.dtype = tensor->tensor.dtype, .shift = tensor->mean};
    sow_status status = SOW_OK;
    sowi_hash_reset(with->hash);
    for (range piece = {0, 0}; piece.begin < tensor->plan.count; piece.begin = piece.end) {
        piece.end = piece.begin + smaller(step, tensor->plan.count - piece.begin);
        const size_t bytes = (size_t)(piece.end - piece.begin) * size;
        SOWI_TRY(status, draw_piece(with, tensor, piece));
        finish_piece(with, tensor, piece, &measure);
        sowi_hash_update(with->hash, with->staging, bytes);
        SOWI_TRY(status,
                 sowi_run_output_write(&with->output, shard, with->staging, bytes, with->error));
        SOWI_TRY(status, report(with, bytes));
    }
    sowi_hash_digest(with->hash, tensor->digest);
    if (with->options->no_moments == 0)
        sowi_measure_moments(&measure, &tensor->measured_mean, &tensor->measured_std);
done:
    return status;
}

/* Shard by shard, so that one file is written after the other. */
static sow_status run_shard(run *with, size_t shard)
{
    const sowi_shards *shards = &with->output.shards;
    sow_status status = SOW_OK;
    for (size_t i = sowi_shard_begin(shards, shard); i < shards->ends[shard] && status == SOW_OK;
         i++)
        status = run_tensor(with, with->checkpoint->tensors[shards->order[i]], shard);
    return status == SOW_OK ? sowi_run_output_finish(&with->output, shard, with->error) : status;
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
    sow_status status = report(with, 0);
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

sow_status sow_checkpoint_run(sow_checkpoint *checkpoint, sow_context *context,
                              const sow_run_options *options, sow_error *error)
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
    with.staging = aligned_alloc(STAGING_ALIGNMENT, STAGING_BYTES);
    with.hash = sowi_hash_create();
    if (with.staging == NULL || with.hash == NULL)
        SOWI_TRY(status, sowi_fail_memory(error));
    SOWI_TRY(status, sowi_run_output_open(&with.output, checkpoint, with.options->path,
                                          with.options->max_shard_bytes, error));
    for (size_t s = 0; s < with.output.shards.count; s++)
        SOWI_TRY(status, run_shard(&with, s));
    SOWI_TRY(status, digest_all(&with));
    SOWI_TRY(status, commit(&with));
done:
    sowi_run_output_close(&with.output);
    sowi_hash_release(with.hash);
    free(with.staging);
    return status;
}
