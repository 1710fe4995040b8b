/* The command line of 'sowcl compare'. */
#ifndef COMPARE_OPTIONS_H
#define COMPARE_OPTIONS_H

#include <stdbool.h>

#include "sowcl/compare.h"

typedef struct compare_options {
    const char *model, *recipe; /* NULL: none given */
    const char *files[2];       /* two operands */
    uint64_t seed;
    /* lists of what may be repeated, in the order that it was given */
    sow_dtype *dtypes;
    const char **expressions, **shapes, **with;
    size_t dtype_count, expression_count, shape_count, with_count;
    const char *on; /* NULL: host */
    sow_tolerance tolerance;
    uint32_t threads;
    bool json, quiet;
    bool library_math;
    const char *report;  /* where the page goes; NULL: nowhere */
    char for_plans[160]; /* options that files have no use for: "--init, --shape" */
} compare_options;

#endif
