/* What 'sowcl compare' found: sides, what was compared, and how each pair of sides differs. Filled by the command, told as a
 * table, as JSON and as a page. */
#ifndef COMPARISON_H
#define COMPARISON_H

#include <stdbool.h>
#include <stddef.h>

#include "sowcl/compare.h"

/* A device, the host, one of them with other math, or a file. */
typedef struct comparison_side {
    char name[192];         /* as tables name it, unique */
    char details[320];      /* platform, version and driver; "" if there are none */
    sow_math math;          /* other than ours: a control */
    double cpu_ns, wall_ns; /* what a normal draw takes there, an element; 0: not measured */
} comparison_side;

/* A tensor, or a plan of --init. */
typedef struct comparison_case {
    char *label;               /* the tensor's name, or the expression */
    char *expression;          /* the initializer; "" where a file tells none */
    char shape[128];           /* "768x3072" */
    sow_dtype dtype, dtype_b;  /* they differ between files only */
    bool missing_a, missing_b; /* a file lacks the tensor: nothing was compared */
    bool other_shape;          /* nothing was compared */
    const char *skipped;       /* why nothing was compared; NULL: it was, or one of the above */
    sow_difference difference;
    struct sow_sample *sample_a, *sample_b; /* NULL: no random draw */
} comparison_case;

typedef struct comparison_pair {
    size_t a, b; /* sides */
    comparison_case *cases;
    size_t count;
    sow_difference total; /* over the cases; first_index counts in the case total_first */
    size_t total_first;
    double seconds;
} comparison_pair;

typedef struct comparison {
    comparison_side *sides;
    size_t side_count;
    comparison_pair *pairs;
    size_t pair_count;
    const char *what;    /* "gpt2, recipe gpt2, seed 0", or the two files */
    const char *command; /* the command line; NULL: not told */
    sow_tolerance tolerance;
} comparison;

#endif
