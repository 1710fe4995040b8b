#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arithmetic.h"
#include "decimal.h"
#include "file_model.h"
#include "json_write.h"
#include "model_depth.h"
#include "system_error.h"

typedef struct named {
    const char *name;
    size_t index; /* of the checkpoint's tensor */
} named;

typedef struct printing {
    const sow_checkpoint *checkpoint;
    const sowi_shards *shards;
    size_t shard;
    named *tensors; /* the shard's, sorted by name */
    size_t count;
    unsigned long depth, whole_depth; /* that readers count in the shard, and in all shards */
    FILE *out;
} printing;

static int compare_names(const void *left, const void *right)
{
    const named *a = left, *b = right;
    return strcmp(a->name, b->name);
}

/* Sorts them; returns the depth that their names tell. */
static unsigned long sort(named *tensors, size_t count)
{
    sowi_depth depth = {0};
    qsort(tensors, count, sizeof *tensors, compare_names);
    for (size_t i = 0; i < count; i++)
        sowi_depth_take(&depth, tensors[i].name);
    return depth.best;
}

static sow_status list_tensors(printing *with, sow_error *error)
{
    const sow_checkpoint *checkpoint = with->checkpoint;
    const size_t begin = sowi_shard_begin(with->shards, with->shard);
    with->tensors = malloc((checkpoint->count + 1) * sizeof *with->tensors);
    if (with->tensors == NULL)
        return sowi_fail_memory(error);
    for (size_t i = 0; i < checkpoint->count; i++)
        with->tensors[i] = (named){checkpoint->tensors[i]->name, i};
    with->whole_depth = sort(with->tensors, checkpoint->count);
    with->count = with->shards->ends[with->shard] - begin;
    for (size_t i = 0; i < with->count; i++) {
        const size_t index = with->shards->order[begin + i];
        with->tensors[i] = (named){checkpoint->tensors[index]->name, index};
    }
    with->depth = sort(with->tensors, with->count);
    return SOW_OK;
}

static bool is_used(const printing *with, const char *parameter)
{
    for (size_t i = 0; i < with->count; i++)
        if (sowi_is_named_in(with->checkpoint->tensors[with->tensors[i].index]->expression,
                             parameter))
            return true;
    return false;
}

/* Whether readers of a file take the value that counts, without being told. */
static bool is_known(const sowi_parameter_note *note, unsigned long depth)
{
    if (strcmp(note->name, sowi_depth_name) == 0 && depth != 0)
        return note->value == (double)depth;
    return note->has_default && note->value == note->by_default;
}

/* Begins the object's next member, or the object. */
static void begin_member(FILE *out, size_t *members, const char *name)
{
    fputc(*members == 0 ? '{' : ',', out);
    sowi_json_write_string(out, name);
    fputc(':', out);
    ++*members;
}

static void print_parameters(printing *with, size_t *parts)
{
    size_t members = 0;
    for (size_t i = 0; i < with->checkpoint->parameter_note_count; i++) {
        const sowi_parameter_note *note = &with->checkpoint->parameter_notes[i];
        if ((is_known(note, with->depth) && is_known(note, with->whole_depth)) ||
            !is_used(with, note->name))
            continue;
        if (members == 0)
            begin_member(with->out, parts, "parameters");
        begin_member(with->out, &members, note->name);
        fputs(sowi_decimal_print(note->value).text, with->out);
    }
    if (members != 0)
        fputc('}', with->out);
}

/* Whether readers of the shard would miss the weight that the tensor takes fans of. */
static bool lacks_weight(const printing *with, const sowi_tensor_note *note)
{
    return note->takes_weight &&
           (note->weight == SIZE_MAX || with->shards->shard_of[note->weight] != with->shard);
}

static void print_text(FILE *out, size_t *members, const char *name, const char *text)
{
    begin_member(out, members, name);
    sowi_json_write_string(out, text);
}

/* Keys are sorted. */
static void print_entry(const printing *with, size_t index)
{
    const sow_checkpoint_tensor *tensor = with->checkpoint->tensors[index];
    const sowi_tensor_note *note = &with->checkpoint->notes[index];
    FILE *out = with->out;
    size_t members = 0;
    if (note->has_traits && tensor->kind[0] != '\0')
        print_text(out, &members, "kind", tensor->kind);
    if (note->has_traits && tensor->tensor.layout == SOW_LAYOUT_IO)
        print_text(out, &members, "layout", "io");
    if (note->has_traits && tensor->padding_idx >= 0) {
        begin_member(out, &members, "padding_idx");
        fprintf(out, "%" PRId64, tensor->padding_idx);
    }
    if (lacks_weight(with, note)) {
        begin_member(out, &members, "weight_fans");
        fprintf(out, "[%" PRIu64 ",%" PRIu64 "]", note->weight_fans[0], note->weight_fans[1]);
    }
    if (note->within != NULL)
        print_text(out, &members, "within", note->within);
    fputs(members == 0 ? "{}" : "}", out);
}

static void print_tensors(const printing *with, size_t *parts)
{
    size_t members = 0;
    for (size_t i = 0; i < with->count; i++) {
        const size_t index = with->tensors[i].index;
        const sowi_tensor_note *note = &with->checkpoint->notes[index];
        if (!note->has_traits && !lacks_weight(with, note))
            continue;
        if (members == 0)
            begin_member(with->out, parts, "tensors");
        begin_member(with->out, &members, with->tensors[i].name);
        print_entry(with, index);
    }
    if (members != 0)
        fputc('}', with->out);
}

/* *text is empty where there is nothing to tell. */
static sow_status print(printing *with, char **text, size_t *size, sow_error *error)
{
    size_t parts = 0;
    with->out = open_memstream(text, size);
    if (with->out == NULL)
        return sowi_fail_memory(error);
    print_parameters(with, &parts);
    print_tensors(with, &parts);
    if (parts != 0)
        fputc('}', with->out);
    const int failed = ferror(with->out);
    return fclose(with->out) != 0 || failed != 0 ? sowi_fail_memory(error) : SOW_OK;
}

sow_status sowi_file_model_print(char **text, const sow_checkpoint *checkpoint,
                                 const sowi_shards *shards, size_t shard, sow_error *error)
{
    printing with = {.checkpoint = checkpoint, .shards = shards, .shard = shard};
    size_t size = 0;
    *text = NULL;
    sow_status status = list_tensors(&with, error);
    if (status == SOW_OK)
        status = print(&with, text, &size, error);
    if (status != SOW_OK || size == 0 || size > SOWI_FILE_MODEL_MAX) {
        free(*text);
        *text = NULL;
    }
    free(with.tensors);
    return status;
}
