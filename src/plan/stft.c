#include "stft.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>

#include "fail.h"
#include "parameter_bits.h"
#include "stft_windows.h"
#include "tensor.h"

#include "stft.clh"
#include "stft_f64.clh"

/* The rest of an angle, at most half as many, and a point of the window are then exact as f32. */
#define SIZE_MAX_LOG2 24

/* ---- What is asked for ---- */

/* The value of an enumeration that a double holds; -1: none. */
static int value_of(double number, const char *(*name)(int value))
{
    for (int value = 0; name(value) != NULL; value++)
        if (number == value)
            return value;
    return -1;
}

sow_status sowi_stft_check(sowi_stft *stft, const double *param, sow_error *error)
{
    const int side = value_of(param[0], sowi_stft_side_name);
    const int window = value_of(param[1], sowi_stft_window_name);
    const int scaling = value_of(param[2], sowi_stft_scaling_name);
    if (side < 0)
        return sowi_fail(error, SOW_ERR_PARAMETER, "side (%g): one of sow_stft_side", param[0]);
    if (window < 0)
        return sowi_fail(error, SOW_ERR_PARAMETER, "window (%g): one of sow_stft_window", param[1]);
    if (scaling < 0)
        return sowi_fail(error, SOW_ERR_PARAMETER, "scaling (%g): one of sow_stft_scaling",
                         param[2]);
    if (param[3] != 0 && param[3] != 1)
        return sowi_fail(error, SOW_ERR_PARAMETER, "periodic (%g): 0 or 1", param[3]);
    *stft = (sowi_stft){(sow_stft_side)side, (sow_stft_window)window, (sow_stft_scaling)scaling,
                        param[3] != 0};
    return SOW_OK;
}

static sow_status check_shape(const sow_tensor *tensor, sow_error *error)
{
    const uint64_t most = (uint64_t)1 << SIZE_MAX_LOG2;
    if (tensor->rank != 3)
        return sowi_fail(error, SOW_ERR_SHAPE,
                         "dimensions (%" PRIu32 "): 3, (frame_length, channels, bins)",
                         tensor->rank);
    if (sowi_tensor_is_empty(tensor))
        return SOW_OK;
    if (tensor->shape[0] > most)
        return sowi_fail(error, SOW_ERR_SHAPE,
                         "frame_length, the first dimension (%" PRIu64 "): at most 2^%d",
                         tensor->shape[0], SIZE_MAX_LOG2);
    if (tensor->shape[2] < 2 || tensor->shape[2] > most)
        return sowi_fail(error, SOW_ERR_SHAPE,
                         "bins, the last dimension (%" PRIu64 "): from 2 to 2^%d", tensor->shape[2],
                         SIZE_MAX_LOG2);
    return SOW_OK;
}

/* ---- Sums over the window ---- */

/* Kahan 1965: what an addition loses goes into the next one. */
typedef struct sum {
    double total, lost;
} sum;

static void add(sum *to, double term)
{
    const double corrected = term - to->lost;
    const double total = to->total + corrected;
    to->lost = (total - to->total) - corrected;
    to->total = total;
}

/* Sums over the frame, of the window and of its rows of the kernel. */
typedef struct window_sums {
    sum magnitudes, squares;
    sum values, value_squares; /* of one channel of the kernel, before it is scaled */
    double peak;
} window_sums;

/* cot(pi/2 part / whole), 0 < part < 2 whole. */
static double cotangent(uint64_t part, uint64_t whole)
{
    const uint64_t mirrored = part <= whole ? part : 2 * whole - part;
    const double y = (double)mirrored / (double)whole, y2 = y * y;
    const double cosine = fma(-y, y, 1) * sowk_cosine_factor_f64(y2);
    const double quotient = cosine / (y * sowk_sine_factor_f64(y2));
    return part <= whole ? quotient : -quotient;
}

/* Row t of the kernel without its window, summed over the bins. With N = 2 (bins - 1) the cosines of all N
 * frequencies sum to 0 unless N divides t, and those of the bins are half of them, and half of the first and last. */
static double row_sum(sow_stft_side side, uint64_t t, uint64_t bins)
{
    const uint64_t rest = t % (2 * (bins - 1));
    if (side == SOW_STFT_IMAG)
        return rest % 2 == 0 ? 0 : -cotangent(rest, bins - 1);
    return rest == 0 ? (double)bins : rest % 2 == 0 ? 1 : 0;
}

/* The same of the squares: cos^2 x = 1/2 + cos(2 x)/2. */
static double row_square_sum(sow_stft_side side, uint64_t t, uint64_t bins)
{
    const double all = (double)bins;
    const double cosines = t % (bins - 1) == 0 ? all : (all + 1) / 2;
    return side == SOW_STFT_IMAG ? all - cosines : cosines;
}

/* param: those of f64, of which none is scaled. */
static window_sums sum_window(const uint64_t *param, sow_stft_side side)
{
    const uint64_t bins = param[SOWK_STFT_BINS];
    window_sums sums = {0};
    for (uint64_t t = 0; t < param[SOWK_STFT_FRAMES]; t++) {
        sowk_stft_point point;
        sowk_stft_frame(param, (uint32_t)t, &point);
        const double w = sowk_stft_window_f64(param, (uint64_t)(int64_t)point.frame, point.part);
        add(&sums.magnitudes, fabs(w));
        add(&sums.squares, w * w);
        add(&sums.values, w * row_sum(side, t, bins));
        add(&sums.value_squares, w * w * row_square_sum(side, t, bins));
        if (fabs(w) > sums.peak)
            sums.peak = fabs(w);
    }
    return sums;
}

/* 0 where the window is. Keras does not scale where it is given no window. */
static double scale_of(const sowi_stft *stft, const window_sums *sums)
{
    if (stft->window == SOW_STFT_NO_WINDOW || stft->scaling == SOW_STFT_UNSCALED)
        return 1;
    return stft->scaling == SOW_STFT_DENSITY ? sqrt(sums->squares.total) : sums->magnitudes.total;
}

/* ---- Plans ---- */

static void set_parameters(uint64_t *param, sow_dtype dtype, const sow_tensor *tensor,
                           const sowi_stft *stft, double scale)
{
    const uint64_t frames = tensor->shape[0], bins = tensor->shape[2];
    const uint64_t length = frames + (stft->periodic ? 1 : 0);
    /* scipy's windows of one point are 1, periodic or not */
    const sowi_stft_window window =
        sowi_stft_window_make(frames == 1 ? SOW_STFT_BOXCAR : stft->window, length);
    param[SOWK_STFT_BINS] = bins;
    param[SOWK_STFT_CHANNELS] = tensor->shape[1];
    param[SOWK_STFT_QUARTERS] = stft->side == SOW_STFT_IMAG ? 1 : 0;
    param[SOWK_STFT_LAST] = length - 1;
    param[SOWK_STFT_OFFSET] = window.offset;
    param[SOWK_STFT_SPAN] = window.span;
    param[SOWK_STFT_CURVE] = window.curve;
    param[SOWK_STFT_HALF_TURN] = sowi_parameter_bits(dtype, 1 / (double)(bins - 1));
    param[SOWK_STFT_FRAME] = sowi_parameter_bits(dtype, 1 / (double)window.span);
    for (size_t i = 0; i < SOWI_STFT_COEFFICIENTS; i++)
        param[SOWK_STFT_WINDOW + i] = sowi_parameter_bits(dtype, window.coefficient[i] / scale);
    param[SOWK_STFT_FRAMES] = frames;
}

sow_status sowi_plan_stft(sow_plan *plan, const sow_tensor *tensor, const sowi_stft *stft,
                          sow_error *error)
{
    const sow_status status = check_shape(tensor, error);
    plan->distribution = SOW_DIST_STFT;
    if (status != SOW_OK || sowi_tensor_is_empty(tensor))
        return status;
    uint64_t unscaled[SOW_PLAN_PARAMETERS] = {0};
    set_parameters(unscaled, SOW_F64, tensor, stft, 1);
    const window_sums sums = sum_window(unscaled, stft->side);
    const double scale = scale_of(stft, &sums);
    if (!(scale > 0))
        return sowi_fail(error, SOW_ERR_SHAPE,
                         "frame_length, the first dimension (%" PRIu64
                         "): one at which the window is not 0 everywhere",
                         tensor->shape[0]);
    set_parameters(plan->param, tensor->dtype, tensor, stft, scale);
    const double elements = (double)tensor->shape[0] * (double)tensor->shape[2];
    const double second = sums.value_squares.total / elements / (scale * scale);
    plan->mean = sums.values.total / elements / scale;
    const double variance = second - plan->mean * plan->mean;
    plan->std = variance > 0 ? sqrt(variance) : 0;
    plan->high = sums.peak / scale;
    plan->low = -plan->high;
    return SOW_OK;
}

/* ---- Moments ---- */

/* In f32, which is what narrow dtypes round. */
static double value_at(const sow_plan *plan, uint64_t t, uint64_t f)
{
    const uint64_t *param = plan->param;
    uint32_t values[4];
    sowk_values_stft(param, t * param[SOWK_STFT_CHANNELS] * param[SOWK_STFT_BINS] + f, 32, values);
    return (double)sowk_bits_to_float(values[0]);
}

/* Rows and columns that are looked at. */
#define SAMPLES_A_SIDE 512

/* What the plan says of the values before they are rounded, and what rounding adds to it: of all values of a
 * kernel of up to 512 x 512, else of every so manieth row and bin. */
void sowi_stft_moments(const sow_plan *plan, const sowi_dtype_row *dtype, double *mean, double *std)
{
    *mean = plan->mean;
    *std = plan->std;
    const uint64_t frames = plan->param[SOWK_STFT_FRAMES], bins = plan->param[SOWK_STFT_BINS];
    if (dtype->fraction_bits >= 23 || frames == 0)
        return;
    const uint64_t t_step = (frames - 1) / SAMPLES_A_SIDE + 1;
    const uint64_t f_step = (bins - 1) / SAMPLES_A_SIDE + 1;
    double first = 0, second = 0, count = 0;
    for (uint64_t t = 0; t < frames; t += t_step) {
        for (uint64_t f = 0; f < bins; f += f_step) {
            const double value = value_at(plan, t, f), stored = sowi_dtype_round(dtype, value);
            first += stored - value;
            second += stored * stored - value * value;
            count++;
        }
    }
    *mean = plan->mean + first / count;
    const double square = plan->std * plan->std + plan->mean * plan->mean + second / count;
    *std = sqrt(fmax(0, square - *mean * *mean));
}
