#include "checkpoint_notes.h"

#include <stdlib.h>
#include <string.h>

#include "system_error.h"
#include "tensor_variables.h"

/* What it takes to note one tensor after the other. */
typedef struct noting {
    sow_checkpoint *checkpoint;
    const sow_model *model;
    const sow_recipe *recipe;
    sowi_numbers *numbers;
    const size_t *places;
    sow_error *error;
} noting;

/* Where a layout may decide more than numbers, the answer is no. */
static bool have_same_values(const sow_plan *a, const sow_plan *b)
{
    return a->distribution == b->distribution && a->distribution != SOW_DIST_ORTHOGONAL &&
           a->structure == SOW_STRUCTURE_NONE && b->structure == SOW_STRUCTURE_NONE &&
           memcmp(a->param, b->param, sizeof a->param) == 0 && a->pattern == b->pattern &&
           a->overlay_begin == b->overlay_begin && a->overlay_end == b->overlay_end &&
           a->overlay_pattern == b->overlay_pattern;
}

/* Whether the expression gives the plain tensor, which has no layout and no padding row, the values of the real one. */
static sow_status compare_plain(const noting *with, const sow_checkpoint_tensor *real,
                                const sowi_model_tensor *plain, bool *same)
{
    sow_plan plan;
    sow_initializer initializer;
    sow_tensor tensor = real->tensor;
    tensor.layout = plain->tensor.layout;
    sow_status status = sowi_numbers_take_tensor(with->numbers, with->model, plain);
    if (status == SOW_OK)
        status = sow_initializer_parse(&initializer, real->expression, with->numbers->items,
                                       with->numbers->count, NULL);
    if (status == SOW_OK)
        status = sow_plan_make(&plan, &tensor, &initializer, real->plan.key, NULL);
    if (status == SOW_ERR_NO_MEMORY)
        return sowi_fail_memory(with->error);
    *same = status == SOW_OK && have_same_values(&plan, &real->plan);
    return SOW_OK;
}

static sow_status note_traits(const noting *with, const sow_checkpoint_tensor *real,
                              const sowi_model_tensor *tensor, sowi_tensor_note *note)
{
    sowi_model_tensor plain = *tensor;
    if (tensor->kind[0] == '\0' && tensor->within == NULL && tensor->padding_idx < 0 &&
        tensor->tensor.layout == SOW_LAYOUT_OI)
        return SOW_OK; /* there is nothing more to it */
    plain.kind = "";
    plain.within = NULL;
    plain.padding_idx = -1;
    plain.tensor.layout = SOW_LAYOUT_OI;
    const size_t rule = sowi_recipe_match(with->recipe, &plain);
    bool same =
        rule < with->recipe->count && strcmp(with->recipe->rules[rule].init, real->expression) == 0;
    sow_status status = SOW_OK;
    if (same && (tensor->tensor.layout != SOW_LAYOUT_OI || tensor->padding_idx >= 0))
        status = compare_plain(with, real, &plain, &same);
    note->has_traits = !same;
    if (status != SOW_OK || same || tensor->within == NULL)
        return status;
    note->within = sowi_arena_copy(&with->checkpoint->arena, tensor->within);
    return note->within != NULL ? SOW_OK : sowi_fail_memory(with->error);
}

/* The weight that a bias takes fans of; one that readers of a file would find by its name, and of these fans. */
static sow_status note_weight(const noting *with, const sowi_model_tensor *tensor,
                              sowi_tensor_note *note)
{
    const sowi_model_tensor *weight = NULL;
    bool tied = false;
    if (sowi_weight_of(with->model, tensor, &weight, &tied) != SOW_OK)
        return sowi_fail_memory(with->error);
    if (weight == NULL ||
        sow_tensor_fans(&weight->tensor, &note->weight_fans[0], &note->weight_fans[1]) != SOW_OK)
        return SOW_OK;
    note->takes_weight = true;
    if (!tied && weight->tensor.layout == SOW_LAYOUT_OI)
        note->weight = with->places[weight - with->model->tensors];
    return SOW_OK;
}

static sow_status note_tensor(const noting *with, size_t index)
{
    const sow_checkpoint_tensor *real = with->checkpoint->tensors[index];
    const sowi_model_tensor *tensor = sowi_model_find(with->model, real->name);
    sowi_tensor_note *note = &with->checkpoint->notes[index];
    *note = (sowi_tensor_note){.weight = SIZE_MAX};
    const sow_status status = note_traits(with, real, tensor, note);
    return status == SOW_OK && sowi_names_weight(real->expression) ? note_weight(with, tensor, note)
                                                                   : status;
}

static const sow_parameter *find(const sow_parameter *parameters, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(parameters[i].name, name) == 0)
            return &parameters[i];
    return NULL;
}

static int compare_names(const void *left, const void *right)
{
    const sowi_parameter_note *a = left, *b = right;
    return strcmp(a->name, b->name);
}

/* The values that count, and the recipe's own. */
static sow_status note_parameters(const noting *with)
{
    sow_checkpoint *checkpoint = with->checkpoint;
    const sow_parameter *all = with->numbers->items;
    checkpoint->parameter_notes = sowi_arena_take(
        &checkpoint->arena, (with->numbers->shared + 1) * sizeof *checkpoint->parameter_notes);
    if (checkpoint->parameter_notes == NULL)
        return sowi_fail_memory(with->error);
    for (size_t i = 0; i < with->numbers->shared; i++) {
        const char *name = all[i].name;
        if (find(all, i, name) != NULL || !sowi_recipe_takes(with->recipe, name))
            continue;
        const sow_parameter *own =
            find(with->recipe->parameters, with->recipe->parameter_count, name);
        sowi_parameter_note *note = &checkpoint->parameter_notes[checkpoint->parameter_note_count];
        *note = (sowi_parameter_note){.name = sowi_arena_copy(&checkpoint->arena, name),
                                      .value = all[i].value,
                                      .has_default = own != NULL,
                                      .by_default = own != NULL ? own->value : 0};
        if (note->name == NULL)
            return sowi_fail_memory(with->error);
        checkpoint->parameter_note_count++;
    }
    qsort(checkpoint->parameter_notes, checkpoint->parameter_note_count,
          sizeof *checkpoint->parameter_notes, compare_names);
    return SOW_OK;
}

sow_status sowi_checkpoint_note(sow_checkpoint *checkpoint, const sow_model *model,
                                const sow_recipe *recipe, sowi_numbers *numbers,
                                const size_t *places, sow_error *error)
{
    const noting with = {checkpoint, model, recipe, numbers, places, error};
    checkpoint->notes =
        sowi_arena_take(&checkpoint->arena, (checkpoint->count + 1) * sizeof *checkpoint->notes);
    if (checkpoint->notes == NULL)
        return sowi_fail_memory(error);
    sow_status status = sowi_recipe_is_mistaken(recipe, &checkpoint->recipe_is_mistaken, error);
    if (status == SOW_OK)
        status = note_parameters(&with);
    for (size_t i = 0; i < checkpoint->count && status == SOW_OK; i++)
        status = note_tensor(&with, i);
    return status;
}
