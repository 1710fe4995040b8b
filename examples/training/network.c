#include "network.h"

#include <stdio.h>
#include <string.h>

/* Values of `nonlinearity` in layers.cl */
enum { LINEAR = 0, TANH = 1, RELU = 2 };

static size_t widest(const network_shape *shape)
{
    size_t most = shape->width;
    most = shape->input > most ? shape->input : most;
    return shape->output > most ? shape->output : most;
}

size_t network_width(const network *net, size_t l)
{
    if (l == 0)
        return net->shape.input;
    return l == net->shape.layers ? net->shape.output : net->shape.width;
}

matrix network_activation(const network *net, size_t l)
{
    return (matrix){net->activations, l * net->shape.batch * widest(&net->shape)};
}

matrix network_delta(const network *net, size_t l)
{
    return (matrix){net->deltas, l % 2 * net->shape.batch * widest(&net->shape)};
}

static cl_int nonlinearity_of(const network *net, size_t l)
{
    if (net->shape.linear_end && l == net->shape.layers)
        return LINEAR;
    return net->shape.nonlinearity == SOW_TANH ? TANH : RELU;
}

int network_create(network *net, const compute *on, const network_shape *shape)
{
    memset(net, 0, sizeof *net);
    net->on = on;
    net->shape = *shape;
    for (size_t l = 1; l <= shape->layers; l++) {
        net->weight_at[l] = net->parameter_count;
        net->bias_at[l] = net->weight_at[l] + network_width(net, l) * network_width(net, l - 1);
        net->parameter_count = net->bias_at[l] + network_width(net, l);
    }
    const size_t activation = shape->batch * widest(shape);
    int status = compute_floats(on, net->parameter_count, &net->parameters);
    if (status == CL_SUCCESS)
        status = compute_floats(on, net->parameter_count, &net->gradients);
    if (status == CL_SUCCESS)
        status = compute_floats(on, net->parameter_count, &net->velocities);
    if (status == CL_SUCCESS)
        status = compute_floats(on, (shape->layers + 1) * activation, &net->activations);
    if (status == CL_SUCCESS)
        status = compute_floats(on, 2 * activation, &net->deltas);
    return status;
}

void network_destroy(network *net)
{
    const cl_mem buffers[] = {net->parameters, net->gradients, net->velocities, net->activations,
                              net->deltas};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        if (buffers[i] != NULL)
            clReleaseMemObject(buffers[i]);
    memset(net, 0, sizeof *net);
}

/* The plan of a tensor of layer l, named as PyTorch would. */
static int plan(sow_plan *out, const sow_tensor *tensor, const sow_initializer *initializer,
                uint64_t seed, size_t l, const char *what)
{
    char name[64];
    snprintf(name, sizeof name, "layers.%zu.%s", l, what);
    const sow_key key = {.seed = seed, .stream = sow_stream_from_name(name)};
    return sow_plan_make(out, tensor, initializer, key, NULL);
}

int network_initialise(const network *net, const scheme *by, uint64_t seed)
{
    const sow_initializer weights = by->make(net->shape.nonlinearity);
    const sow_initializer biases = sow_zeros();
    sow_plan plans[2 * NETWORK_LAYERS_MAX];
    sow_batch_item items[2 * NETWORK_LAYERS_MAX];
    size_t count = 0;
    int status = SOW_OK;
    for (size_t l = 1; status == SOW_OK && l <= net->shape.layers; l++) {
        const uint64_t out = network_width(net, l), in = network_width(net, l - 1);
        const sow_tensor weight = {.dtype = SOW_F32, .rank = 2, .shape = {out, in}};
        const sow_tensor bias = {.dtype = SOW_F32, .rank = 1, .shape = {out}};
        status = plan(&plans[count], &weight, &weights, seed, l, "weight");
        if (status == SOW_OK)
            status = plan(&plans[count + 1], &bias, &biases, seed, l, "bias");
        items[count] = (sow_batch_item){&plans[count], net->weight_at[l] * sizeof(float)};
        items[count + 1] = (sow_batch_item){&plans[count + 1], net->bias_at[l] * sizeof(float)};
        count += 2;
    }
    if (status == SOW_OK)
        status = sow_fill_batch(net->on->sow, net->on->queue, net->parameters, items, count, 0,
                                NULL, NULL);
    const float zero = 0;
    if (status == SOW_OK)
        status = clEnqueueFillBuffer(net->on->queue, net->velocities, &zero, sizeof zero, 0,
                                     net->parameter_count * sizeof zero, 0, NULL, NULL);
    return status;
}

/* activation l = f(activation l - 1 times the weight, transposed, plus the bias) */
static int forward_layer(const network *net, size_t l, size_t rows)
{
    const matrix from = network_activation(net, l - 1), to = network_activation(net, l);
    const matrix weight = {net->parameters, net->weight_at[l]};
    const size_t out = network_width(net, l), in = network_width(net, l - 1);
    const cl_ulong to_at = to.at, bias_at = net->bias_at[l], count = rows * out;
    const cl_uint width = (cl_uint)out;
    const cl_int nonlinearity = nonlinearity_of(net, l);
    const argument arguments[] = {ARGUMENT(to.buffer),   ARGUMENT(to_at), ARGUMENT(net->parameters),
                                  ARGUMENT(bias_at),     ARGUMENT(width), ARGUMENT(count),
                                  ARGUMENT(nonlinearity)};
    const int status = compute_multiply(net->on, A_BT, rows, out, in, from, weight, to);
    if (status != CL_SUCCESS)
        return status;
    return compute_launch(net->on, KERNEL_ACTIVATE, rows * out, arguments, 7);
}

int network_forward(const network *net, size_t rows)
{
    int status = CL_SUCCESS;
    for (size_t l = 1; status == CL_SUCCESS && l <= net->shape.layers; l++)
        status = forward_layer(net, l, rows);
    return status;
}

int network_differentiate(const network *net, size_t l, size_t rows)
{
    const matrix delta = network_delta(net, l), activation = network_activation(net, l);
    const cl_ulong delta_at = delta.at, activation_at = activation.at;
    const cl_ulong count = rows * network_width(net, l);
    const cl_int nonlinearity = nonlinearity_of(net, l);
    const argument arguments[] = {
        ARGUMENT(delta.buffer),  ARGUMENT(delta_at), ARGUMENT(activation.buffer),
        ARGUMENT(activation_at), ARGUMENT(count),    ARGUMENT(nonlinearity)};
    if (nonlinearity == LINEAR)
        return CL_SUCCESS;
    return compute_launch(net->on, KERNEL_DIFFERENTIATE, count, arguments, 6);
}

int network_backward(const network *net, size_t l, size_t rows)
{
    const matrix weight = {net->parameters, net->weight_at[l]};
    return compute_multiply(net->on, A_B, rows, network_width(net, l - 1), network_width(net, l),
                            network_delta(net, l), weight, network_delta(net, l - 1));
}

int network_gradients(const network *net, size_t l, size_t rows)
{
    const matrix delta = network_delta(net, l), from = network_activation(net, l - 1);
    const matrix gradient = {net->gradients, net->weight_at[l]};
    const size_t out = network_width(net, l), in = network_width(net, l - 1);
    const cl_ulong delta_at = delta.at, bias_at = net->bias_at[l];
    const cl_uint width = (cl_uint)out, height = (cl_uint)rows;
    const argument arguments[] = {ARGUMENT(delta.buffer),   ARGUMENT(delta_at),
                                  ARGUMENT(width),          ARGUMENT(height),
                                  ARGUMENT(net->gradients), ARGUMENT(bias_at)};
    const int status = compute_multiply(net->on, AT_B, out, in, rows, delta, from, gradient);
    if (status != CL_SUCCESS)
        return status;
    return compute_launch(net->on, KERNEL_SUM_ROWS, out, arguments, 6);
}

int network_descend(const network *net, float rate, float momentum)
{
    const cl_ulong count = net->parameter_count;
    const argument arguments[] = {
        ARGUMENT(net->parameters), ARGUMENT(net->gradients), ARGUMENT(net->velocities),
        ARGUMENT(count),           ARGUMENT(rate),           ARGUMENT(momentum)};
    return compute_launch(net->on, KERNEL_DESCEND, net->parameter_count, arguments, 6);
}
