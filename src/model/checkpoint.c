/* Resolving a model by a recipe: an initializer, a stream and a plan for each tensor. */
#include "checkpoint_notes.h"
#include "checkpoint_parts.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "moments_memory.h"
#include "numbers.h"
#include "safetensors.h"
#include "system_error.h"
#include "words.h"

/* What it takes to resolve one tensor after the other. */
typedef struct resolver {
    sow_checkpoint *checkpoint;
    const sow_model *model;
    const sow_recipe *recipe;
    const char **inits; /* the rules' expressions, kept by the checkpoint */
    sowi_numbers numbers;
    sowi_moments_memory moments;
    const sow_checkpoint_options *options;
    size_t *places; /* tensor of the model -> tensor of the checkpoint; left_out */
    sow_error *error;
} resolver;

static const size_t left_out = SIZE_MAX;

typedef struct named_stream {
    uint64_t stream;
    const char *name;
} named_stream;

static int compare_streams(const void *left, const void *right)
{
    const named_stream *a = left, *b = right;
    return (a->stream > b->stream) - (a->stream < b->stream);
}

/* All of the model's tensors, so that --only changes no outcome. */
static sow_status check_streams(const sow_model *model, sow_error *error)
{
    named_stream *streams = malloc((model->count + 1) * sizeof *streams);
    if (streams == NULL)
        return sowi_fail_memory(error);
    for (size_t i = 0; i < model->count; i++) {
        const char *name = model->tensors[i].name;
        streams[i] = (named_stream){sow_stream_from_name(name), name};
    }
    qsort(streams, model->count, sizeof *streams, compare_streams);
    sow_status status = SOW_OK;
    for (size_t i = 1; i < model->count && status == SOW_OK; i++)
        if (streams[i - 1].stream == streams[i].stream)
            status = sowi_fail(error, SOW_ERR_STREAM,
                               "tensors '%s' and '%s' get one stream (0x%016" PRIx64
                               "): rename one of them",
                               sowi_show(streams[i - 1].name).text, sowi_show(streams[i].name).text,
                               streams[i].stream);
    free(streams);
    return status;
}

static sow_status refuse_unmatched(const resolver *with, const sowi_model_tensor *tensor)
{
    char shape[24 * SOW_MAX_RANK] = "";
    for (uint32_t i = 0; i < tensor->tensor.rank; i++) {
        const size_t used = strlen(shape);
        snprintf(shape + used, sizeof shape - used, "%s%" PRIu64, i == 0 ? "" : ", ",
                 tensor->tensor.shape[i]);
    }
    return sowi_fail(with->error, SOW_ERR_NO_RULE,
                     "no rule of recipe %s takes tensor '%s' (kind %s, shape [%s]): add one that "
                     "fits it",
                     sowi_show(with->recipe->name).text, sowi_show(tensor->name).text,
                     tensor->kind[0] == '\0' ? "unknown" : sowi_show(tensor->kind).text, shape);
}

static sow_status parse_init(resolver *with, const sowi_model_tensor *tensor, const char *init,
                             sow_initializer *initializer)
{
    if (sowi_numbers_take_tensor(&with->numbers, with->model, tensor) != SOW_OK)
        return sowi_fail_memory(with->error);
    return sow_initializer_parse(initializer, init, with->numbers.items, with->numbers.count,
                                 with->error);
}

/* The row that is set to zero: the initializer's, or else the model's. */
static void settle_padding(sow_checkpoint_tensor *out)
{
    if (out->initializer.padding != 0)
        out->padding_idx = (int64_t)(out->initializer.padding - 1);
    else if (out->padding_idx >= 0)
        out->initializer = sow_with_padding_idx(out->initializer, (uint64_t)out->padding_idx);
}

static sow_status make_plan(resolver *with, sow_checkpoint_tensor *out)
{
    settle_padding(out);
    const sow_key key = {with->options->seed, sow_stream_from_name(out->name)};
    sow_status status =
        sow_plan_make(&out->plan, &out->tensor, &out->initializer, key, with->error);
    if (status != SOW_OK)
        return status;
    status = sowi_moments_recall(&with->moments, &out->plan, &out->mean, &out->std);
    if (status != SOW_OK)
        return sowi_fail(with->error, status, "no moments: %s", sow_status_text(status));
    out->size_bytes = out->plan.count * sow_dtype_size(out->tensor.dtype);
    return SOW_OK;
}

static sow_status resolve(resolver *with, const sowi_model_tensor *tensor,
                          sow_checkpoint_tensor *out)
{
    const size_t rule = sowi_recipe_match(with->recipe, tensor);
    if (rule == with->recipe->count)
        return refuse_unmatched(with, tensor);
    *out = (sow_checkpoint_tensor){
        .name = sowi_arena_copy(&with->checkpoint->arena, tensor->name),
        .kind = sowi_arena_copy(&with->checkpoint->arena, tensor->kind),
        .expression = with->inits[rule],
        .tensor = tensor->tensor,
        .padding_idx = tensor->padding_idx,
    };
    if (out->name == NULL || out->kind == NULL)
        return sowi_fail_memory(with->error);
    if (with->options->convert != 0 && sow_dtype_is_float(tensor->tensor.dtype))
        out->tensor.dtype = with->options->dtype;
    sow_status status = parse_init(with, tensor, out->expression, &out->initializer);
    if (status == SOW_OK)
        status = make_plan(with, out);
    if (status != SOW_OK)
        sowi_fail_prefix(with->error, "tensor '%s', rules[%zu] of %s (%s)",
                         sowi_show(out->name).text, rule, sowi_show(with->recipe->name).text,
                         sowi_show(out->expression).text);
    return status;
}

static bool is_selected(const sow_checkpoint_options *options, const char *name)
{
    return options->only == NULL || fnmatch(options->only, name, 0) == 0;
}

static sow_status add_up(sow_checkpoint *checkpoint, const sow_checkpoint_tensor *tensor,
                         sow_error *error)
{
    /* elements are at least a byte each, so that their sum is below the bytes' */
    if (tensor->size_bytes > (uint64_t)INT64_MAX - checkpoint->bytes)
        return sowi_fail(error, SOW_ERR_SHAPE, "the model is too large: 2^63 bytes and more");
    checkpoint->bytes += tensor->size_bytes;
    checkpoint->parameters += tensor->plan.count;
    return SOW_OK;
}

static int compare_file_order(const void *left, const void *right)
{
    const sow_checkpoint_tensor *a = *(sow_checkpoint_tensor *const *)left;
    const sow_checkpoint_tensor *b = *(sow_checkpoint_tensor *const *)right;
    const int by_dtype = sowi_safetensors_dtype_order(sowi_safetensors_dtype_of(a->tensor.dtype),
                                                      sowi_safetensors_dtype_of(b->tensor.dtype));
    return by_dtype != 0 ? by_dtype : strcmp(a->name, b->name);
}

static bool may_be_left_out(const resolver *with, sow_status status)
{
    return with->options->leave_out != 0 &&
           (status == SOW_ERR_NO_RULE || status == SOW_ERR_DTYPE || status == SOW_ERR_SHAPE);
}

/* Where all were left out, why the first one was. */
static sow_status check_any(resolver *with, const sowi_model_tensor *first_left_out)
{
    sow_checkpoint_tensor ignored;
    if (with->checkpoint->count != 0)
        return SOW_OK;
    if (first_left_out != NULL)
        return resolve(with, first_left_out, &ignored);
    if (with->options->only != NULL)
        return sowi_fail(with->error, SOW_ERR_ARGUMENT, "no tensor's name fits (%s): a glob",
                         sowi_show(with->options->only).text);
    return SOW_OK;
}

static sow_status resolve_all(resolver *with)
{
    const sowi_model_tensor *first_left_out = NULL;
    sow_checkpoint *checkpoint = with->checkpoint;
    checkpoint->tensors = calloc(with->model->count + 1, sizeof *checkpoint->tensors);
    if (checkpoint->tensors == NULL)
        return sowi_fail_memory(with->error);
    for (size_t i = 0; i < with->model->count; i++) {
        const sowi_model_tensor *tensor = &with->model->tensors[i];
        if (!is_selected(with->options, tensor->name))
            continue;
        sow_checkpoint_tensor *out = sowi_arena_take(&checkpoint->arena, sizeof *out);
        if (out == NULL)
            return sowi_fail_memory(with->error);
        sow_status status = resolve(with, tensor, out);
        if (may_be_left_out(with, status)) {
            first_left_out = first_left_out == NULL ? tensor : first_left_out;
            continue;
        }
        checkpoint->tensors[checkpoint->count++] = out;
        if (status == SOW_OK)
            status = add_up(checkpoint, out, with->error);
        if (status != SOW_OK)
            return status;
    }
    qsort(checkpoint->tensors, checkpoint->count, sizeof *checkpoint->tensors, compare_file_order);
    return check_any(with, first_left_out);
}

/* Where the model's tensors have come to stand. */
static sow_status note_places(resolver *with)
{
    const sow_model *model = with->model;
    sow_checkpoint *checkpoint = with->checkpoint;
    size_t *listed = malloc((model->count + 1) * sizeof *listed); /* position -> tensor */
    with->places = malloc((model->count + 1) * sizeof *with->places);
    checkpoint->model_order = malloc((checkpoint->count + 1) * sizeof *checkpoint->model_order);
    if (listed == NULL || with->places == NULL || checkpoint->model_order == NULL) {
        free(listed);
        return sowi_fail_memory(with->error);
    }
    for (size_t i = 0; i < model->count; i++) {
        with->places[i] = left_out;
        listed[model->tensors[i].position] = i;
    }
    for (size_t i = 0; i < checkpoint->count; i++)
        with->places[sowi_model_find(model, checkpoint->tensors[i]->name) - model->tensors] = i;
    size_t count = 0;
    for (size_t i = 0; i < model->count; i++)
        if (with->places[listed[i]] != left_out)
            checkpoint->model_order[count++] = with->places[listed[i]];
    free(listed);
    return SOW_OK;
}

/* The aliases of tensors that are there. */
static sow_status copy_aliases(const resolver *with)
{
    sow_checkpoint *checkpoint = with->checkpoint;
    const sow_model *model = with->model;
    checkpoint->aliases = calloc(model->alias_count + 1, sizeof *checkpoint->aliases);
    if (checkpoint->aliases == NULL)
        return sowi_fail_memory(with->error);
    for (size_t i = 0; i < model->alias_count; i++) {
        const sowi_model_alias *alias = &model->aliases[i];
        const size_t tensor = with->places[alias->target - model->tensors];
        if (tensor == left_out)
            continue;
        sowi_checkpoint_alias *copy = &checkpoint->aliases[checkpoint->alias_count++];
        copy->name = sowi_arena_copy(&checkpoint->arena, alias->name);
        copy->tensor = tensor;
        if (copy->name == NULL)
            return sowi_fail_memory(with->error);
    }
    return SOW_OK;
}

/* Makes the lists that all tensors share. */
static sow_status prepare(resolver *with)
{
    const sow_status status =
        sowi_numbers_gather(&with->numbers, with->model, with->recipe, with->options, with->error);
    if (status != SOW_OK)
        return status;
    with->inits = malloc((with->recipe->count + 1) * sizeof *with->inits);
    with->checkpoint->recipe = sowi_arena_copy(&with->checkpoint->arena, with->recipe->name);
    if (with->inits == NULL || with->checkpoint->recipe == NULL)
        return sowi_fail_memory(with->error);
    for (size_t i = 0; i < with->recipe->count; i++) {
        with->inits[i] = sowi_arena_copy(&with->checkpoint->arena, with->recipe->rules[i].init);
        if (with->inits[i] == NULL)
            return sowi_fail_memory(with->error);
    }
    return SOW_OK;
}

sow_status sow_checkpoint_create(sow_checkpoint **out, const sow_model *model,
                                 const sow_recipe *recipe, const sow_checkpoint_options *options,
                                 sow_error *error)
{
    if (out == NULL || model == NULL || recipe == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "an argument is NULL");
    static const sow_checkpoint_options standard = {0};
    *out = NULL;
    resolver with = {.model = model,
                     .recipe = recipe,
                     .options = options == NULL ? &standard : options,
                     .error = error};
    if (with.options->convert != 0 && !sow_dtype_is_float(with.options->dtype)) {
        const char *name = sow_dtype_name(with.options->dtype);
        return sowi_fail(
            error, SOW_ERR_DTYPE,
            "tensors are not converted to that dtype (%s): f32, f16, bf16, f64, f8_e4m3 or f8_e5m2",
            name == NULL ? "unknown" : name);
    }
    sow_status status;
    with.checkpoint = calloc(1, sizeof *with.checkpoint);
    if (with.checkpoint == NULL)
        SOWI_TRY(status, sowi_fail_memory(error));
    with.checkpoint->seed = with.options->seed;
    SOWI_TRY(status, check_streams(model, error));
    SOWI_TRY(status, prepare(&with));
    SOWI_TRY(status, resolve_all(&with));
    SOWI_TRY(status, note_places(&with));
    SOWI_TRY(status, copy_aliases(&with));
    SOWI_TRY(status, sowi_checkpoint_note(with.checkpoint, model, recipe, &with.numbers,
                                          with.places, error));
    *out = with.checkpoint;
    with.checkpoint = NULL;
done:
    sowi_moments_forget(&with.moments);
    free(with.places);
    free(with.inits);
    free(with.numbers.items);
    sow_checkpoint_release(with.checkpoint);
    return status;
}

void sow_checkpoint_release(sow_checkpoint *checkpoint)
{
    if (checkpoint == NULL)
        return;
    sowi_checkpoint_forget_files(checkpoint);
    free(checkpoint->aliases);
    free(checkpoint->model_order);
    free(checkpoint->tensors);
    sowi_arena_clear(&checkpoint->arena);
    free(checkpoint);
}

void sowi_checkpoint_forget_files(sow_checkpoint *checkpoint)
{
    for (size_t i = 0; i < checkpoint->file_count; i++)
        free(checkpoint->files[i]);
    free(checkpoint->files);
    checkpoint->files = NULL;
    checkpoint->file_count = 0;
}

size_t sow_checkpoint_count(const sow_checkpoint *checkpoint)
{
    return checkpoint->count;
}

const sow_checkpoint_tensor *sow_checkpoint_tensor_at(const sow_checkpoint *checkpoint,
                                                      size_t index)
{
    return index < checkpoint->count ? checkpoint->tensors[index] : NULL;
}

uint64_t sow_checkpoint_parameters(const sow_checkpoint *checkpoint)
{
    return checkpoint->parameters;
}

uint64_t sow_checkpoint_bytes(const sow_checkpoint *checkpoint)
{
    return checkpoint->bytes;
}

size_t sow_checkpoint_file_count(const sow_checkpoint *checkpoint)
{
    return checkpoint->file_count;
}

const char *sow_checkpoint_file_at(const sow_checkpoint *checkpoint, size_t index)
{
    return index < checkpoint->file_count ? checkpoint->files[index] : NULL;
}

void sow_checkpoint_digest(const sow_checkpoint *checkpoint, uint8_t digest[16])
{
    memcpy(digest, checkpoint->digest, 16);
}

const char *sow_checkpoint_alias(const sow_checkpoint *checkpoint, const char *name)
{
    for (size_t i = 0; i < checkpoint->alias_count; i++)
        if (strcmp(checkpoint->aliases[i].name, name) == 0)
            return checkpoint->tensors[checkpoint->aliases[i].tensor]->name;
    return NULL;
}
