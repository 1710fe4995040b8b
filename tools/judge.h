/* What the figures of a tensor say about it. */
#ifndef JUDGE_H
#define JUDGE_H

#include <stdbool.h>

#include "sowcl/model.h"

/* What a whole tensor should look like. */
typedef struct expectation {
    bool known;
    double mean, std;
    double std_error, mean_error; /* standard errors of the measured ones */
} expectation;

/* tensor: NULL if nothing is known of it. */
expectation expectation_of(const sow_checkpoint_tensor *tensor);

/* Flags, bits of a word; their names in the order of the bits, ended by NULL. */
enum {
    FLAG_NAN = 1,
    FLAG_INF = 2,
    FLAG_ZERO = 4,
    FLAG_CONSTANT = 8,
    FLAG_STD = 16,
    FLAG_MEAN = 32,
    FLAG_SHAPE = 64,
    FLAG_UNKNOWN = 128,
    FLAG_EXTRA = 256,
    FLAG_BOOL = 512
};
extern const char *const flag_names[];

/* of: the file's tensor, whose dtype is known. */
unsigned judge(const sow_file_tensor *of, const sow_stats *stats, const expectation *expected);

#endif
