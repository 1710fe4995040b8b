/* What 'sowcl compare' draws: the plans of a model, of --init, or a set of its own. */
#ifndef COMPARE_CASES_H
#define COMPARE_CASES_H

#include "checkpoint_load.h"
#include "compare_options.h"
#include "comparison.h"

/* A plan and what is told of it. */
typedef struct compare_case {
    sow_plan plan;
    sow_tensor tensor;
    char *label, *expression;
} compare_case;

typedef struct compare_cases {
    compare_case *list;
    size_t count;
    char *what; /* "gpt2, recipe gpt2, seed 0" */
} compare_cases;

/* PROCEED, or an exit code after its message; compare_cases_clear is due either way. */
int compare_cases_make(compare_cases *cases, const compare_options *chosen);
void compare_cases_clear(compare_cases *cases);

#endif
