/* The table of named initializers: one row each. */
#ifndef SOWI_INITIALIZERS_H
#define SOWI_INITIALIZERS_H

#include <stdbool.h>
#include <stddef.h>

#include "sowcl/base.h"

#include "stft.h"

typedef enum sowi_parameter_type {
    SOWI_PARAMETER_NUMBER, /* into param[] */
    SOWI_PARAMETER_GAIN,   /* into param[]; in text also a nonlinearity: gain=leaky_relu(0.2) */
    SOWI_PARAMETER_MODE,   /* into mode */
    SOWI_PARAMETER_NONLINEARITY, /* into nonlinearity */
    SOWI_PARAMETER_DISTRIBUTION, /* into distribution */
    SOWI_PARAMETER_WORD,         /* into param[]: the value of an enumeration, which has names */
} sowi_parameter_type;

typedef struct sowi_parameter {
    const char *name; /* PyTorch's; NULL ends the list */
    sowi_parameter_type type;
    bool required;
    double
        standard;  /* PyTorch's default of a number or gain; of a mode or nonlinearity: its value */
    unsigned slot; /* of a number, gain or word: the index in param[] */
    const char *(*word)(int value); /* of a word: its text; NULL beyond the last value */
} sowi_parameter;

typedef enum sowi_family {
    SOWI_FAMILY_CONSTANT,
    SOWI_FAMILY_BITS,
    SOWI_FAMILY_UNIFORM,
    SOWI_FAMILY_NORMAL,
    SOWI_FAMILY_TRUNC_NORMAL,
    SOWI_FAMILY_ORTHOGONAL,
    SOWI_FAMILY_DIAGONAL,
    SOWI_FAMILY_DIRAC,
    SOWI_FAMILY_SPARSE,
    SOWI_FAMILY_BLOCK,
    SOWI_FAMILY_STFT
} sowi_family;

/* What an initializer comes to before dtype and region enter: the distribution in double. */
typedef struct sowi_resolved {
    sowi_family family;
    double mean, std; /* normals, before a cut */
    double low, high; /* uniform, and cut-offs */
    double value;     /* constant, on a diagonal, in a block; gain */
    double outside;   /* beside a block */
    double count;     /* not checked yet: batch_dims, groups, blocks */
    double block;     /* likewise: a block's number */
    double sparsity;
    bool delta; /* of orthogonal */
    sowi_stft stft;
} sowi_resolved;

/* fan_in and fan_out are 0 for a tensor of fewer than two dimensions, and then only kinds that need no
 * fans are resolved. Neither is 0 for kinds that need them. */
typedef sow_status sowi_resolve(const sow_initializer *initializer, double fan_in, double fan_out,
                                sowi_resolved *resolved, sow_error *error);

#define SOWI_PARAMETERS_MAX 4

typedef struct sowi_initializer_row {
    sow_kind kind;
    const char *name;
    bool needs_fans;
    sowi_parameter parameters[SOWI_PARAMETERS_MAX];
    sowi_resolve *resolve;
} sowi_initializer_row;

/* Rows in the order of their names' first mention in the documentation. */
extern const sowi_initializer_row sowi_initializer_rows[];
extern const size_t sowi_initializer_row_count;

/* NULL for an unknown kind. */
const sowi_initializer_row *sowi_initializer_row_of(sow_kind kind);

/* "fan_in", ...; "truncated_normal", ...; NULL for an unknown value. */
const char *sowi_mode_name(sow_mode mode);
const char *sowi_scaling_name(sow_scaling scaling);

/* How many there are, for whoever reads their names. */
#define SOWI_NONLINEARITY_COUNT 12
#define SOWI_MODE_COUNT         4
#define SOWI_SCALING_COUNT      3

#endif
