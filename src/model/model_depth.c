#include "model_depth.h"

#include <stdlib.h>
#include <string.h>

#include "system_error.h"

const char sowi_depth_name[] = "n_layer";

/* The first component of a name that is a number: "transformer.h.11.ln_1.bias" has 11 after "transformer.h.". */
typedef struct numbered {
    size_t prefix; /* bytes before the number; 0: the name has none */
    unsigned long number;
} numbered;

static numbered find_number(const char *name)
{
    for (const char *at = strchr(name, '.'); at != NULL; at = strchr(at + 1, '.')) {
        char *end = NULL;
        if (at[1] < '0' || at[1] > '9')
            continue;
        const unsigned long number = strtoul(at + 1, &end, 10);
        if (*end == '.' && number < 100000)
            return (numbered){(size_t)(at + 1 - name), number};
    }
    return (numbered){.prefix = 0};
}

void sowi_depth_take(sowi_depth *depth, const char *name)
{
    const numbered of = find_number(name);
    if (of.prefix == 0)
        return;
    if (depth->first == NULL || of.prefix != depth->prefix ||
        strncmp(depth->first, name, of.prefix) != 0) {
        depth->first = name;
        depth->prefix = of.prefix;
        depth->names = 0;
        depth->blocks = 0;
    }
    depth->names++;
    depth->blocks = of.number + 1 > depth->blocks ? of.number + 1 : depth->blocks;
    if (depth->names > depth->best_names) {
        depth->best_names = depth->names;
        depth->best = depth->blocks;
    }
}

sow_status sowi_model_count_layers(sow_model *model, sow_error *error)
{
    const size_t count = model->parameter_count;
    sowi_depth depth = {0};
    for (size_t i = 0; i < model->count; i++)
        sowi_depth_take(&depth, model->tensors[i].name);
    if (depth.best == 0)
        return SOW_OK;
    sow_parameter *grown = sowi_arena_take(&model->arena, (count + 1) * sizeof *grown);
    if (grown == NULL)
        return sowi_fail_memory(error);
    if (count != 0)
        memcpy(grown, model->parameters, count * sizeof *grown);
    grown[count] =
        (sow_parameter){sowi_depth_name, (double)depth.best}; /* of one name the first counts */
    model->parameters = grown;
    model->parameter_count = count + 1;
    return SOW_OK;
}
