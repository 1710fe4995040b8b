/* A fully connected network in the device's memory. */
#ifndef NETWORK_H
#define NETWORK_H

#include "compute.h"
#include "schemes.h"

enum { NETWORK_LAYERS_MAX = 64 };

typedef struct network_shape {
    size_t layers;                 /* of weights, the last one included */
    size_t input, width, output;   /* features before, between and after them */
    size_t batch;                  /* the most rows that go through at once */
    sow_nonlinearity nonlinearity; /* SOW_TANH or SOW_RELU */
    bool linear_end;               /* the last layer has no nonlinearity */
} network_shape;

/* Layer l = 1 .. layers maps activation l - 1 to activation l; its weight is (out, in), row-major. */
typedef struct network {
    const compute *on;
    network_shape shape;
    size_t weight_at[NETWORK_LAYERS_MAX + 1], bias_at[NETWORK_LAYERS_MAX + 1];
    size_t parameter_count;
    cl_mem parameters;
    cl_mem gradients, velocities; /* by and of the parameters */
    cl_mem activations;           /* of layer l from network_activation(l).at on */
    cl_mem deltas;                /* the loss's gradient by an activation; neighbours take turns */
} network;

/* network_destroy frees what was made, after a failure too. */
int network_create(network *net, const compute *on, const network_shape *shape);
void network_destroy(network *net);

/* Features of activation l = 0 .. layers. */
size_t network_width(const network *net, size_t l);
matrix network_activation(const network *net, size_t l);
matrix network_delta(const network *net, size_t l);

/* Fills the weights by the scheme `by`, in place, and the biases with zeros, and forgets the momentum. A
 * tensor's values depend on the seed and its name. */
int network_initialise(const network *net, const scheme *by, uint64_t seed);

/* From activation 0 to the last, for the first rows of the batch. */
int network_forward(const network *net, size_t rows);
/* Delta l, by activation l, becomes that by the sums that the nonlinearity took; the other two need it. */
int network_differentiate(const network *net, size_t l, size_t rows);
/* Delta l - 1, by activation l - 1. */
int network_backward(const network *net, size_t l, size_t rows);
/* The gradients by the weight and bias of layer l. */
int network_gradients(const network *net, size_t l, size_t rows);
/* A step along the gradients. */
int network_descend(const network *net, float rate, float momentum);

#endif
