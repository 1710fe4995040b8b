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
    char *label;           /* the tensor's name, or the expression */
    char *expression;      /* the initializer; "" where a file tells none */
    char shape[128];       /* "768x3072" */
    uint32_t rank, rank_b; /* of A, and its dimensions; of B where it has other ones */
    uint64_t *dimensions, *dimensions_b;
    sow_dtype dtype, dtype_b; /* they differ between files only */
    char
        dtype_name[32]; /* "f32"; "f32/bf16" where they differ; a file's own where sowcl has none */
    bool is_unsigned,
        is_unsigned_b; /* a dtype is of the same size only, as sowcl has names for u8 only */
    bool by_bytes;     /* its elements are bytes: sowcl has none of the size of the dtype's */
    bool missing_a, missing_b; /* a file lacks the tensor: nothing was compared */
    bool other_shape;          /* nothing was compared */
    bool other_dtype;          /* of which one is none of sowcl's: nothing was compared */
    bool without_f64;          /* a side has no double precision: nothing was compared */
    bool
        without_control; /* a side's math is not ours and draws no such thing: nothing was compared */
    bool failed; /* a side could not draw it, which a message has told: nothing was compared */
    sow_difference difference;
    /* NULL: not sampled, or no law that is known; b also where all bits are a's */
    sow_sample *sample_a, *sample_b;
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

/* Whether elements were compared; whether they were and all agree by the rules. */
bool comparison_case_is_compared(const comparison_case *of);
bool comparison_case_agrees(const comparison_case *of);
/* Whether elements of two dtypes were compared, which goes by their values instead of their bits. */
bool comparison_case_is_by_value(const comparison_case *of);
/* Whether draws are in its samples: a's, and b's unless all bits are a's. */
bool comparison_case_is_sampled(const comparison_case *of);

/* Computes total and total_first. */
void comparison_pair_sum(comparison_pair *pair);
/* Every case agrees, those left aside that a side cannot draw. */
bool comparison_pair_agrees(const comparison_pair *pair);
/* Whether one of its sides has other math than ours: a control, which may differ. */
bool comparison_pair_is_control(const comparison *of, const comparison_pair *pair);

/* Of all pairs but controls. compared: some elements of some pair were, or tensors are missing or cannot be. */
bool comparison_agrees(const comparison *of);
bool comparison_has_compared(const comparison *of);

/* Frees all but `what` and `command`. */
void comparison_release(comparison *of);

/* "768x3072"; rank 0 is "scalar". */
void comparison_format_shape(char *text, size_t size, uint32_t rank, const uint64_t *dimensions);
/* An element so that it reads back exactly: 9 digits, f64 17, integers all. */
typedef struct comparison_number {
    char text[40];
} comparison_number;
comparison_number comparison_value(sow_dtype dtype, bool is_unsigned, uint64_t bits, double value);
/* The coordinates of an element, from the slowest dimension on: at most `rank`, or 1. Returns how many. */
uint32_t comparison_coordinates(const comparison_case *of, uint64_t index, uint64_t *coordinates);

#endif
