/* The second half: a classifier of handwritten digits, trained under each scheme. */
#ifndef LEARNING_H
#define LEARNING_H

#include "chart.h"
#include "compute.h"
#include "digits.h"
#include "schemes.h"

enum { LEARNING_EPOCHS = 20 };

/* By scheme and epoch: the mean loss of the digits trained on, as they came, and the part of the held-out
 * digits that is told right after the epoch. Only of schemes that train. */
typedef struct learning {
    size_t schemes[SCHEMES_MAX], scheme_count;
    float loss[SCHEMES_MAX][LEARNING_EPOCHS];
    float accuracy[SCHEMES_MAX][LEARNING_EPOCHS];
} learning;

/* Trains one network after the other. progress: where a line is written for each, or NULL. */
int learning_run(learning *out, const compute *on, const digits *data, uint64_t seed,
                 FILE *progress);
/* What there is to draw; points into `of`. */
void learning_figure(const learning *of, figure *out);

#endif
