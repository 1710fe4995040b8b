#include "learning.h"

#include <string.h>

#include "network.h"

enum { HIDDEN_LAYERS = 12, HIDDEN_WIDTH = 96, BATCH = 64 };
_Static_assert(HIDDEN_LAYERS == 12, "the title says so");

static const float learning_rate = 0.01F, momentum = 0.9F;

/* Where the loss and the hits of an epoch are counted on the device: two floats each. */
enum { TRAIN = 0, TEST = 2, COUNTS = 4 };

typedef struct course {
    const compute *on;
    const digits *data;
    network net;
    cl_mem pixels, labels;
    cl_mem order; /* of the digits: each epoch's, then the held-out ones */
    cl_mem row_loss, row_hit, counts;
} course;

static int upload(const compute *on, size_t size, const void *from, cl_mem *out)
{
    cl_int status;
    *out = clCreateBuffer(on->context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, size, (void *)from,
                          &status);
    return status;
}

/* Shuffles the digits that are trained on (Fisher and Yates), by the generator's own words. */
static int shuffle(const digits *data, uint64_t seed, size_t epoch, uint32_t *order)
{
    static const char *const name = "order";
    const uint64_t count = data->train_count;
    const sow_tensor words = {.dtype = SOW_I32,
                              .rank = 2,
                              .shape = {LEARNING_EPOCHS, DIGITS_MAX},
                              .start = {epoch, 0},
                              .extent = {1, count}};
    const sow_initializer bits = sow_bits();
    const sow_key key = {.seed = seed, .stream = sow_stream_from_name(name)};
    uint32_t word[DIGITS_MAX];
    const sow_status status = sow_fill_host(word, &words, &bits, key);
    memcpy(order, data->train, count * sizeof *order);
    for (size_t i = count; status == SOW_OK && i > 1; i--) {
        const size_t other = (size_t)((uint64_t)word[i - 1] * i >> 32);
        const uint32_t kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
    return status;
}

static int upload_order(course *on, uint64_t seed)
{
    static uint32_t order[LEARNING_EPOCHS * DIGITS_MAX + DIGITS_MAX];
    const digits *const data = on->data;
    int status = SOW_OK;
    for (size_t epoch = 0; status == SOW_OK && epoch < LEARNING_EPOCHS; epoch++)
        status = shuffle(data, seed, epoch, order + epoch * data->train_count);
    const size_t trained = LEARNING_EPOCHS * data->train_count;
    memcpy(order + trained, data->test, data->test_count * sizeof *order);
    if (status == SOW_OK)
        status = upload(on->on, (trained + data->test_count) * sizeof *order, order, &on->order);
    return status;
}

static int open_course(course *out, const compute *on, const digits *data, uint64_t seed)
{
    const network_shape shape = {.layers = HIDDEN_LAYERS + 1,
                                 .input = DIGIT_PIXELS,
                                 .width = HIDDEN_WIDTH,
                                 .output = DIGIT_CLASSES,
                                 .batch = BATCH,
                                 .nonlinearity = SOW_RELU,
                                 .linear_end = true};
    memset(out, 0, sizeof *out);
    out->on = on;
    out->data = data;
    int status = network_create(&out->net, on, &shape);
    if (status == CL_SUCCESS)
        status = upload(on, data->count * DIGIT_PIXELS, data->pixels, &out->pixels);
    if (status == CL_SUCCESS)
        status = upload(on, data->count, data->labels, &out->labels);
    if (status == CL_SUCCESS)
        status = compute_floats(on, BATCH, &out->row_loss);
    if (status == CL_SUCCESS)
        status = compute_floats(on, BATCH, &out->row_hit);
    if (status == CL_SUCCESS)
        status = compute_floats(on, COUNTS, &out->counts);
    if (status == CL_SUCCESS)
        status = upload_order(out, seed);
    return status;
}

static void close_course(course *on)
{
    const cl_mem buffers[] = {on->pixels,   on->labels,  on->order,
                              on->row_loss, on->row_hit, on->counts};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        if (buffers[i] != NULL)
            clReleaseMemObject(buffers[i]);
    network_destroy(&on->net);
}

/* Gathers digits from order[first] on and sends them to the scores. */
static int forward(const course *on, size_t first, size_t rows)
{
    const matrix batch = network_activation(&on->net, 0);
    const cl_uint from = (cl_uint)first, width = DIGIT_PIXELS;
    const cl_ulong count = rows * DIGIT_PIXELS, batch_at = batch.at;
    const argument arguments[] = {ARGUMENT(on->pixels), ARGUMENT(on->order), ARGUMENT(from),
                                  ARGUMENT(width),      ARGUMENT(count),     ARGUMENT(batch.buffer),
                                  ARGUMENT(batch_at)};
    const int status = compute_launch(on->on, KERNEL_GATHER, count, arguments, 7);
    return status == CL_SUCCESS ? network_forward(&on->net, rows) : status;
}

/* The scores' losses and hits, counted at counts[to], and the loss's gradient by the scores. */
static int judge(const course *on, size_t first, size_t rows, size_t to)
{
    const size_t last = on->net.shape.layers;
    const matrix scores = network_activation(&on->net, last), delta = network_delta(&on->net, last);
    const cl_ulong scores_at = scores.at, delta_at = delta.at, at = to;
    const cl_uint classes = DIGIT_CLASSES, height = (cl_uint)rows, from = (cl_uint)first;
    const argument classify[] = {
        ARGUMENT(scores.buffer), ARGUMENT(scores_at),    ARGUMENT(classes),
        ARGUMENT(height),        ARGUMENT(on->labels),   ARGUMENT(on->order),
        ARGUMENT(from),          ARGUMENT(delta.buffer), ARGUMENT(delta_at),
        ARGUMENT(on->row_loss),  ARGUMENT(on->row_hit)};
    const argument tally[] = {ARGUMENT(on->row_loss), ARGUMENT(on->row_hit), ARGUMENT(height),
                              ARGUMENT(on->counts), ARGUMENT(at)};
    const int status = compute_launch(on->on, KERNEL_CLASSIFY, rows, classify, 11);
    return status == CL_SUCCESS ? compute_launch(on->on, KERNEL_TALLY, 1, tally, 5) : status;
}

static int learn(const course *on, size_t rows, float rate)
{
    int status = CL_SUCCESS;
    for (size_t l = on->net.shape.layers; status == CL_SUCCESS && l >= 1; l--) {
        status = network_differentiate(&on->net, l, rows);
        if (status == CL_SUCCESS)
            status = network_gradients(&on->net, l, rows);
        if (status == CL_SUCCESS && l > 1)
            status = network_backward(&on->net, l, rows);
    }
    return status == CL_SUCCESS ? network_descend(&on->net, rate, momentum) : status;
}

/* Goes through the digits order[first], order[first + 1] ... order[end - 1], in batches. */
static int go_through(const course *on, size_t first, size_t end, size_t to, float rate)
{
    int status = CL_SUCCESS;
    while (status == CL_SUCCESS && first < end) {
        const size_t rows = end - first < BATCH ? end - first : BATCH;
        status = forward(on, first, rows);
        if (status == CL_SUCCESS)
            status = judge(on, first, rows, to);
        if (status == CL_SUCCESS && to == TRAIN)
            status = learn(on, rows, rate);
        first += rows;
    }
    return status;
}

/* Trains and tests for one epoch; counts is what is read back of it. */
static int run_epoch(const course *on, size_t epoch, float counts[COUNTS])
{
    const size_t train = on->data->train_count, test = on->data->test_count;
    const float zero = 0, rate = learning_rate * (1 - (float)epoch / LEARNING_EPOCHS);
    int status = clEnqueueFillBuffer(on->on->queue, on->counts, &zero, sizeof zero, 0,
                                     COUNTS * sizeof zero, 0, NULL, NULL);
    if (status == CL_SUCCESS)
        status = go_through(on, epoch * train, (epoch + 1) * train, TRAIN, rate);
    if (status == CL_SUCCESS)
        status = go_through(on, LEARNING_EPOCHS * train, LEARNING_EPOCHS * train + test, TEST, 0);
    if (status == CL_SUCCESS)
        status = compute_read(on->on, on->counts, COUNTS, counts);
    return status;
}

static int train(learning *out, const course *on, const scheme *by, uint64_t seed)
{
    float *const loss = out->loss[out->scheme_count], *const accuracy =
                                                          out->accuracy[out->scheme_count];
    float counts[COUNTS] = {0};
    int status = network_initialise(&on->net, by, seed);
    for (size_t epoch = 0; status == SOW_OK && epoch < LEARNING_EPOCHS; epoch++) {
        status = run_epoch(on, epoch, counts);
        loss[epoch] = counts[TRAIN] / (float)on->data->train_count;
        accuracy[epoch] = counts[TEST + 1] / (float)on->data->test_count;
    }
    return status;
}

int learning_run(learning *out, const compute *on, const digits *data, uint64_t seed,
                 FILE *progress)
{
    course it;
    out->scheme_count = 0;
    int status = open_course(&it, on, data, seed);
    for (size_t s = 0; status == SOW_OK && s < scheme_count; s++) {
        if (!schemes[s].trains)
            continue;
        status = train(out, &it, &schemes[s], seed);
        const size_t last = LEARNING_EPOCHS - 1, row = out->scheme_count;
        if (status == SOW_OK && progress != NULL) {
            fprintf(progress, "%-18s loss %.4f, held-out digits told right: %.1f %%\n",
                    schemes[s].name, (double)out->loss[row][last],
                    100 * (double)out->accuracy[row][last]);
            fflush(progress); /* a scheme takes seconds */
        }
        out->schemes[out->scheme_count++] = s;
    }
    close_course(&it);
    return status;
}

static void set_chart(chart *out, const learning *of, const float (*values)[LEARNING_EPOCHS])
{
    out->x_label = "epoch";
    out->last_x = LEARNING_EPOCHS;
    out->series_count = of->scheme_count;
    for (size_t s = 0; s < of->scheme_count; s++) {
        const scheme *const by = &schemes[of->schemes[s]];
        out->series[s] = (chart_series){by->name, by->mark, by->style, values[s], LEARNING_EPOCHS};
    }
}

void learning_figure(const learning *of, figure *out)
{
    *out =
        (figure){.title = "Learning handwritten digits with 12 hidden ReLU layers",
                 .subtitle = "The same network, digits, order and steps; only the initial weights "
                             "differ",
                 .count = 2};
    out->charts[0] = (chart){.title = "training loss", .high = 2.5, .step = 0.5};
    out->charts[1] = (chart){.title = "accuracy on held-out digits", .high = 1, .step = 0.2};
    set_chart(&out->charts[0], of, of->loss);
    set_chart(&out->charts[1], of, of->accuracy);
}
