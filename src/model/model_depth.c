/* How deep the model of a file is: n_layer, which recipes scale by, counted from the names of its blocks. */
#include <stdlib.h>
#include <string.h>

#include "model_parts.h"
#include "system_error.h"

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

/* Names are sorted, so that those of one prefix follow each other. The prefix that most names have counts. */
static unsigned long count_blocks(const sow_model *model)
{
    unsigned long best_depth = 0, depth = 0;
    size_t best_names = 0, names = 0, prefix = 0;
    const char *first = NULL;
    for (size_t i = 0; i < model->count; i++) {
        const char *name = model->tensors[i].name;
        const numbered of = find_number(name);
        if (of.prefix == 0)
            continue;
        if (first == NULL || of.prefix != prefix || strncmp(first, name, prefix) != 0) {
            first = name;
            prefix = of.prefix;
            names = 0;
            depth = 0;
        }
        names++;
        depth = of.number + 1 > depth ? of.number + 1 : depth;
        if (names > best_names) {
            best_names = names;
            best_depth = depth;
        }
    }
    return best_depth;
}

sow_status sowi_model_count_layers(sow_model *model, sow_error *error)
{
    const unsigned long depth = count_blocks(model);
    if (depth == 0)
        return SOW_OK;
    model->parameters = sowi_arena_take(&model->arena, sizeof *model->parameters);
    if (model->parameters == NULL)
        return sowi_fail_memory(error);
    model->parameters[0] = (sow_parameter){"n_layer", (double)depth};
    model->parameter_count = 1;
    return SOW_OK;
}
