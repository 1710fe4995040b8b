#include "propagation.h"

#include <string.h>

#include "network.h"

enum { DEPTH = PROPAGATION_DEPTH };
_Static_assert(DEPTH == 50, "the titles say so");

static const struct {
    sow_nonlinearity nonlinearity;
    const char *activation, *gradient;
} nets[2] = {{SOW_TANH, "tanh: activations", "tanh: gradients"},
             {SOW_RELU, "relu: activations", "relu: gradients"}};

/* Standard normal numbers, a row a sample, in place. */
static int fill_normal(const network *net, matrix to, size_t width, uint64_t seed, const char *name)
{
    const compute *const on = net->on;
    const sow_tensor tensor = {.dtype = SOW_F32, .rank = 2, .shape = {net->shape.batch, width}};
    const sow_initializer normal = sow_normal(0, 1);
    const sow_key key = {.seed = seed, .stream = sow_stream_from_name(name)};
    return sow_fill(on->sow, on->queue, to.buffer, to.at, &tensor, &normal, key, 0, NULL, NULL);
}

static int measure(const network *net, matrix what, size_t width, cl_mem scales, size_t to)
{
    const cl_ulong at = what.at, count = net->shape.batch * width, index = to;
    const argument arguments[] = {ARGUMENT(what.buffer), ARGUMENT(at), ARGUMENT(count),
                                  ARGUMENT(scales), ARGUMENT(index)};
    return compute_launch(net->on, KERNEL_SCALE, 1, arguments, 5);
}

/* scales: DEPTH of activations, then DEPTH of gradients. */
static int pass(const network *net, const scheme *by, uint64_t seed, cl_mem scales)
{
    const size_t batch = net->shape.batch, width = net->shape.width;
    int status = network_initialise(net, by, seed);
    if (status == SOW_OK)
        status = fill_normal(net, network_activation(net, 0), width, seed, "input");
    if (status == SOW_OK)
        status = network_forward(net, batch);
    for (size_t l = 1; status == SOW_OK && l <= DEPTH; l++)
        status = measure(net, network_activation(net, l), width, scales, l - 1);
    if (status == SOW_OK)
        status = fill_normal(net, network_delta(net, DEPTH), width, seed, "output.gradient");
    for (size_t l = DEPTH; status == SOW_OK && l >= 1; l--) {
        status = measure(net, network_delta(net, l), width, scales, DEPTH + l - 1);
        if (status == SOW_OK)
            status = network_differentiate(net, l, batch);
        if (status == SOW_OK)
            status = network_backward(net, l, batch);
    }
    return status;
}

/* One network, under each scheme in turn. */
static int run_net(propagation *out, size_t n, const compute *on, uint64_t seed)
{
    const network_shape shape = {.layers = DEPTH,
                                 .input = PROPAGATION_WIDTH,
                                 .width = PROPAGATION_WIDTH,
                                 .output = PROPAGATION_WIDTH,
                                 .batch = PROPAGATION_BATCH,
                                 .nonlinearity = nets[n].nonlinearity};
    float values[2 * DEPTH];
    cl_mem scales = NULL;
    network net;

    int status = network_create(&net, on, &shape);
    if (status == SOW_OK)
        status = compute_floats(on, 2 * DEPTH, &scales);
    for (size_t s = 0; status == SOW_OK && s < scheme_count; s++) {
        status = pass(&net, &schemes[s], seed, scales);
        if (status == SOW_OK)
            status = compute_read(on, scales, 2 * DEPTH, values);
        memcpy(out->activation[n][s], values, sizeof values / 2);
        memcpy(out->gradient[n][s], values + DEPTH, sizeof values / 2);
    }
    if (scales != NULL)
        clReleaseMemObject(scales);
    network_destroy(&net);
    return status;
}

int propagation_run(propagation *out, const compute *on, uint64_t seed)
{
    const int status = run_net(out, 0, on, seed);
    return status == SOW_OK ? run_net(out, 1, on, seed) : status;
}

static void set_chart(chart *out, const char *title, const float (*values)[DEPTH])
{
    *out = (chart){.title = title,
                   .x_label = "layer",
                   .logarithmic = true,
                   .low = 1e-10,
                   .high = 1e4,
                   .step = 2,
                   .last_x = DEPTH,
                   .series_count = scheme_count};
    for (size_t s = 0; s < scheme_count; s++)
        out->series[s] =
            (chart_series){schemes[s].name, schemes[s].mark, schemes[s].style, values[s], DEPTH};
}

void propagation_figure(const propagation *of, figure *out)
{
    *out = (figure){.title = "A signal in a network of 50 layers, before training",
                    .subtitle = "Root mean squares by layer: activations going up, "
                                "a unit gradient coming down",
                    .count = 4};
    for (size_t n = 0; n < 2; n++) {
        set_chart(&out->charts[2 * n], nets[n].activation, of->activation[n]);
        set_chart(&out->charts[2 * n + 1], nets[n].gradient, of->gradient[n]);
    }
}

void propagation_print(FILE *to, const propagation *of)
{
    fprintf(to, "%-18s %25s %31s\n", "", "activation at layer 50", "gradient at layer 1");
    fprintf(to, "%-18s %14s %14s %15s %14s\n", "", "tanh", "relu", "tanh", "relu");
    for (size_t s = 0; s < scheme_count; s++)
        fprintf(to, "%-18s %14.3g %14.3g %15.3g %14.3g\n", schemes[s].name,
                (double)of->activation[0][s][DEPTH - 1], (double)of->activation[1][s][DEPTH - 1],
                (double)of->gradient[0][s][0], (double)of->gradient[1][s][0]);
    fputc('\n', to);
}
