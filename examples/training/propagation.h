/* The first half: what becomes of a signal in a deep network, before any training. */
#ifndef PROPAGATION_H
#define PROPAGATION_H

#include "chart.h"
#include "compute.h"
#include "schemes.h"

enum { PROPAGATION_DEPTH = 50, PROPAGATION_WIDTH = 256, PROPAGATION_BATCH = 256 };

/* Scales, roots of mean squares, of activations and of gradients by them, for tanh and ReLU, by scheme
 * and layer. */
typedef struct propagation {
    float activation[2][SCHEMES_MAX][PROPAGATION_DEPTH];
    float gradient[2][SCHEMES_MAX][PROPAGATION_DEPTH];
} propagation;

/* Sends a batch of normal numbers forward and normal gradients backward. */
int propagation_run(propagation *out, const compute *on, uint64_t seed);
/* What there is to draw; points into `of`. */
void propagation_figure(const propagation *of, figure *out);
/* How much of the scale is left after all layers, as a table. */
void propagation_print(FILE *to, const propagation *of);

#endif
