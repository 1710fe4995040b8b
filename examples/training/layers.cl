/* What a fully connected network needs beside matrix products. Activations are row-major, (rows, width). */

/* The values of `nonlinearity`. */
#define LINEAR 0
#define TANH 1
#define RELU 2

/* The local size of the kernels that reduce. */
#define GROUP 64

/* z += bias, then z = f(z), in place. NaN stays NaN, so that a signal that has overflowed is seen. */
kernel void activate(global float *z, ulong z_at, global const float *parameters, ulong bias_at,
                     uint width, ulong count, int nonlinearity)
{
    const size_t i = get_global_id(0);
    if (i >= count)
        return;
    float x = z[z_at + i] + parameters[bias_at + i % width];
    if (nonlinearity == TANH)
        x = tanh(x);
    else if (nonlinearity == RELU)
        x = x < 0.0f ? 0.0f : x;
    z[z_at + i] = x;
}

/* delta, the loss's gradient by f(z), becomes that by z. a = f(z) is enough to tell f'(z). */
kernel void differentiate(global float *delta, ulong delta_at, global const float *a, ulong a_at,
                          ulong count, int nonlinearity)
{
    const size_t i = get_global_id(0);
    if (i >= count)
        return;
    const float x = a[a_at + i];
    float slope = 1.0f;
    if (nonlinearity == TANH)
        slope = 1.0f - x * x;
    else if (nonlinearity == RELU)
        slope = x > 0.0f ? 1.0f : 0.0f * x;
    delta[delta_at + i] *= slope;
}

/* The gradient by a layer's bias: delta summed over the rows; a work-item a column. */
kernel void sum_rows(global const float *delta, ulong delta_at, uint width, uint rows,
                     global float *gradients, ulong bias_at)
{
    const size_t column = get_global_id(0);
    if (column >= width)
        return;
    float sum = 0.0f;
    for (uint row = 0; row < rows; row++)
        sum += delta[delta_at + (size_t)row * width + column];
    gradients[bias_at + column] = sum;
}

/* Stochastic gradient descent with momentum, as torch.optim.SGD does it. */
kernel void descend(global float *parameters, global const float *gradients, global float *velocities,
                    ulong count, float rate, float momentum)
{
    const size_t i = get_global_id(0);
    if (i >= count)
        return;
    const float velocity = momentum * velocities[i] + gradients[i];
    velocities[i] = velocity;
    parameters[i] -= rate * velocity;
}

/* Row r of the batch is digit order[first + r]. Pixels, 0 to 16, have mean 5 and standard deviation 6. */
kernel void gather(global const uchar *pixels, global const uint *order, uint first, uint width,
                   ulong count, global float *batch, ulong batch_at)
{
    const size_t i = get_global_id(0);
    if (i >= count)
        return;
    const size_t digit = order[first + i / width];
    batch[batch_at + i] = ((float)pixels[digit * width + i % width] - 5.0f) / 6.0f;
}

/* Softmax and cross entropy, a work-item a row: its loss, whether the largest score is the label's, and
 * the gradient of the mean loss by the scores. */
kernel void classify(global const float *scores, ulong scores_at, uint classes, uint rows,
                     global const uchar *labels, global const uint *order, uint first,
                     global float *delta, ulong delta_at, global float *row_loss,
                     global float *row_hit)
{
    const size_t row = get_global_id(0);
    if (row >= rows)
        return;
    const uint label = labels[order[first + row]];
    global const float *score = scores + scores_at + row * classes;
    uint best = 0;
    for (uint c = 1; c < classes; c++)
        best = score[c] > score[best] ? c : best;
    float sum = 0.0f;
    for (uint c = 0; c < classes; c++)
        sum += exp(score[c] - score[best]);
    for (uint c = 0; c < classes; c++) {
        const float probability = exp(score[c] - score[best]) / sum;
        delta[delta_at + row * classes + c] = (probability - (c == label ? 1.0f : 0.0f)) / (float)rows;
    }
    row_loss[row] = log(sum) - (score[label] - score[best]);
    row_hit[row] = best == label ? 1.0f : 0.0f;
}

/* Adds the sums of the rows' losses and hits to history[at] and history[at + 1]. One work-group. */
kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void tally(global const float *row_loss, global const float *row_hit, uint rows,
           global float *history, ulong at)
{
    local float losses[GROUP], hits[GROUP];
    const uint me = (uint)get_local_id(0);
    float loss = 0.0f, hit = 0.0f;
    for (uint row = me; row < rows; row += GROUP) {
        loss += row_loss[row];
        hit += row_hit[row];
    }
    losses[me] = loss;
    hits[me] = hit;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (me != 0)
        return;
    for (uint other = 1; other < GROUP; other++) {
        loss += losses[other];
        hit += hits[other];
    }
    history[at] += loss;
    history[at + 1] += hit;
}

/* scales[to] = the root of the mean square of x, infinite if it is not finite. One work-group, which looks
 * for the largest value first: squares of what these networks hold leave the range of float. */
kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void scale(global const float *x, ulong x_at, ulong count, global float *scales, ulong to)
{
    local float parts[GROUP];
    local int finite[GROUP];
    const uint me = (uint)get_local_id(0);
    float largest = 0.0f;
    int all_finite = 1;
    for (size_t i = me; i < count; i += GROUP) {
        all_finite &= isfinite(x[x_at + i]);
        largest = fmax(largest, fabs(x[x_at + i]));
    }
    parts[me] = largest;
    finite[me] = all_finite;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint other = 0; other < GROUP; other++) {
        largest = fmax(largest, parts[other]);
        all_finite &= finite[other];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    float sum = 0.0f;
    if (all_finite && largest > 0.0f)
        for (size_t i = me; i < count; i += GROUP) {
            const float part = x[x_at + i] / largest;
            sum += part * part;
        }
    parts[me] = sum;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (me != 0)
        return;
    for (uint other = 1; other < GROUP; other++)
        sum += parts[other];
    scales[to] = all_finite ? largest * sqrt(sum / (float)count) : INFINITY;
}
