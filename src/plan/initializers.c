/* Named initializers, one row each at the end of the file. Formulas and the order of evaluation are
 * those of torch.nn.init. */
#include "initializers.h"

#include <math.h>

#include "fail.h"

static sow_status check_finite(const char *name, double value, sow_error *error)
{
    if (isnan(value) || isinf(value))
        return sowi_fail(error, SOW_ERR_PARAMETER, "%s (%g): a finite number", name, value);
    return SOW_OK;
}

static sow_status check_not_negative(const char *name, double value, sow_error *error)
{
    const sow_status status = check_finite(name, value, error);
    if (status != SOW_OK)
        return status;
    if (value < 0)
        return sowi_fail(error, SOW_ERR_PARAMETER, "%s (%g): 0 or more", name, value);
    return SOW_OK;
}

static sow_status resolved_constant(double value, sowi_resolved *resolved)
{
    *resolved = (sowi_resolved){.family = SOWI_FAMILY_CONSTANT, .value = value};
    return SOW_OK;
}

static sow_status resolved_normal(double mean, double std, sowi_resolved *resolved)
{
    *resolved = (sowi_resolved){.family = SOWI_FAMILY_NORMAL, .mean = mean, .std = std};
    return SOW_OK;
}

/* The schemes' uniform of a given std: bounds -+sqrt(3) * std; a std of 0 leaves zeros. */
static sow_status resolved_symmetric_uniform(double std, sowi_resolved *resolved)
{
    const double bound = sqrt(3.0) * std;
    if (bound == 0)
        return resolved_constant(0, resolved);
    *resolved = (sowi_resolved){.family = SOWI_FAMILY_UNIFORM, .low = -bound, .high = bound};
    return SOW_OK;
}

/* What the resolve functions have in common to look at. */
#define RESOLVE_ARGUMENTS                                                                       \
    const sow_initializer *initializer, double fan_in, double fan_out, sowi_resolved *resolved, \
        sow_error *error

static sow_status resolve_zeros(RESOLVE_ARGUMENTS)
{
    (void)initializer, (void)fan_in, (void)fan_out, (void)error;
    return resolved_constant(0, resolved);
}

static sow_status resolve_ones(RESOLVE_ARGUMENTS)
{
    (void)initializer, (void)fan_in, (void)fan_out, (void)error;
    return resolved_constant(1, resolved);
}

static sow_status resolve_constant(RESOLVE_ARGUMENTS)
{
    (void)fan_in, (void)fan_out;
    const sow_status status = check_finite("value", initializer->param[0], error);
    return status != SOW_OK ? status : resolved_constant(initializer->param[0], resolved);
}

static sow_status resolve_uniform(RESOLVE_ARGUMENTS)
{
    (void)fan_in, (void)fan_out;
    const double low = initializer->param[0], high = initializer->param[1];
    sow_status status = check_finite("low", low, error);
    if (status == SOW_OK)
        status = check_finite("high", high, error);
    if (status != SOW_OK)
        return status;
    if (!(low < high))
        return sowi_fail(error, SOW_ERR_PARAMETER, "low and high (%g, %g): low below high", low,
                         high);
    *resolved = (sowi_resolved){.family = SOWI_FAMILY_UNIFORM, .low = low, .high = high};
    return SOW_OK;
}

static sow_status resolve_normal(RESOLVE_ARGUMENTS)
{
    (void)fan_in, (void)fan_out;
    sow_status status = check_finite("mean", initializer->param[0], error);
    if (status == SOW_OK)
        status = check_not_negative("std", initializer->param[1], error);
    return status != SOW_OK
               ? status
               : resolved_normal(initializer->param[0], initializer->param[1], resolved);
}

static sow_status check_number(const char *name, double value, sow_error *error)
{
    if (isnan(value))
        return sowi_fail(error, SOW_ERR_PARAMETER, "%s (%g): a number, or infinite", name, value);
    return SOW_OK;
}

static sow_status resolved_trunc_normal(double mean, double std, double a, double b,
                                        sowi_resolved *resolved)
{
    *resolved = (sowi_resolved){
        .family = SOWI_FAMILY_TRUNC_NORMAL, .mean = mean, .std = std, .low = a, .high = b};
    return SOW_OK;
}

static sow_status resolve_trunc_normal(RESOLVE_ARGUMENTS)
{
    (void)fan_in, (void)fan_out;
    const double *param = initializer->param, a = param[2], b = param[3];
    sow_status status;
    SOWI_TRY(status, check_finite("mean", param[0], error));
    SOWI_TRY(status, check_not_negative("std", param[1], error));
    SOWI_TRY(status, check_number("a", a, error));
    SOWI_TRY(status, check_number("b", b, error));
    if (!(a < b))
        return sowi_fail(error, SOW_ERR_PARAMETER, "a and b (%g, %g): a below b", a, b);
    return resolved_trunc_normal(param[0], param[1], a, b, resolved);
done:
    return status;
}

static sow_status resolve_bits(RESOLVE_ARGUMENTS)
{
    (void)initializer, (void)fan_in, (void)fan_out, (void)error;
    *resolved = (sowi_resolved){.family = SOWI_FAMILY_BITS};
    return SOW_OK;
}

/* Glorot and Bengio 2010, eq. 16. */
static sow_status xavier_std(const sow_initializer *initializer, double fan_in, double fan_out,
                             double *std, sow_error *error)
{
    const double gain = initializer->param[0];
    *std = gain * sqrt(2.0 / (fan_in + fan_out));
    return check_not_negative("gain", gain, error);
}

static sow_status resolve_xavier_uniform(RESOLVE_ARGUMENTS)
{
    double std = 0;
    const sow_status status = xavier_std(initializer, fan_in, fan_out, &std, error);
    return status != SOW_OK ? status : resolved_symmetric_uniform(std, resolved);
}

static sow_status resolve_xavier_normal(RESOLVE_ARGUMENTS)
{
    double std = 0;
    const sow_status status = xavier_std(initializer, fan_in, fan_out, &std, error);
    return status != SOW_OK ? status : resolved_normal(0, std, resolved);
}

static const char *shown_mode(sow_mode mode)
{
    const char *name = sowi_mode_name(mode);
    return name == NULL ? "unknown" : name;
}

/* He et al. 2015, eq. 10 and 14. */
static sow_status kaiming_std(const sow_initializer *initializer, double fan_in, double fan_out,
                              double *std, sow_error *error)
{
    const double a = initializer->param[0];
    sow_status status = check_finite("a", a, error);
    if (status != SOW_OK)
        return status;
    if (initializer->mode != SOW_FAN_IN && initializer->mode != SOW_FAN_OUT)
        return sowi_fail(error, SOW_ERR_PARAMETER, "mode (%s): fan_in or fan_out",
                         shown_mode(initializer->mode));
    double gain;
    status = sow_calculate_gain(initializer->nonlinearity, &a, &gain);
    if (status == SOW_ERR_PARAMETER)
        return sowi_fail(error, status, "a (%g): a number whose square is finite", a);
    if (status != SOW_OK)
        return sowi_fail(error, SOW_ERR_PARAMETER, "nonlinearity (%d): one of sow_nonlinearity",
                         (int)initializer->nonlinearity);
    *std = gain / sqrt(initializer->mode == SOW_FAN_IN ? fan_in : fan_out);
    return SOW_OK;
}

static sow_status resolve_kaiming_uniform(RESOLVE_ARGUMENTS)
{
    double std = 0;
    const sow_status status = kaiming_std(initializer, fan_in, fan_out, &std, error);
    return status != SOW_OK ? status : resolved_symmetric_uniform(std, resolved);
}

static sow_status resolve_kaiming_normal(RESOLVE_ARGUMENTS)
{
    double std = 0;
    const sow_status status = kaiming_std(initializer, fan_in, fan_out, &std, error);
    return status != SOW_OK ? status : resolved_normal(0, std, resolved);
}

/* The standard deviation of N(0, 1) cut to (-2, 2), as JAX and Keras write it. */
#define STD_CUT_AT_2 .87962566103423978

static sow_status scaling_fan(sow_mode mode, double fan_in, double fan_out, double *fan,
                              sow_error *error)
{
    switch (mode) {
    case SOW_FAN_IN:
        *fan = fan_in;
        return SOW_OK;
    case SOW_FAN_OUT:
        *fan = fan_out;
        return SOW_OK;
    case SOW_FAN_AVG:
        *fan = (fan_in + fan_out) / 2;
        return SOW_OK;
    case SOW_FAN_GEO_AVG:
        *fan = sqrt(fan_in * fan_out);
        return SOW_OK;
    }
    return sowi_fail(error, SOW_ERR_PARAMETER, "mode (%d): one of sow_mode", (int)mode);
}

static sow_status resolved_scaling(double variance, sow_scaling distribution,
                                   sowi_resolved *resolved, sow_error *error)
{
    const double std = sqrt(variance), wide = std / STD_CUT_AT_2;
    switch (distribution) {
    case SOW_SCALING_TRUNCATED_NORMAL:
        return resolved_trunc_normal(0, wide, -2 * wide, 2 * wide, resolved);
    case SOW_SCALING_NORMAL:
        return resolved_normal(0, std, resolved);
    case SOW_SCALING_UNIFORM:
        return resolved_symmetric_uniform(std, resolved);
    }
    return sowi_fail(error, SOW_ERR_PARAMETER, "distribution (%d): one of sow_scaling",
                     (int)distribution);
}

static sow_status resolve_variance_scaling(RESOLVE_ARGUMENTS)
{
    const double scale = initializer->param[0];
    double fan = 1;
    sow_status status;
    SOWI_TRY(status, check_finite("scale", scale, error));
    if (!(scale > 0))
        return sowi_fail(error, SOW_ERR_PARAMETER, "scale (%g): more than 0", scale);
    SOWI_TRY(status, scaling_fan(initializer->mode, fan_in, fan_out, &fan, error));
    return resolved_scaling(scale / fan, initializer->distribution, resolved, error);
done:
    return status;
}

static sow_status resolve_lecun_uniform(RESOLVE_ARGUMENTS)
{
    (void)initializer, (void)fan_out;
    return resolved_scaling(1 / fan_in, SOW_SCALING_UNIFORM, resolved, error);
}

static sow_status resolve_lecun_normal(RESOLVE_ARGUMENTS)
{
    (void)initializer, (void)fan_out;
    return resolved_scaling(1 / fan_in, SOW_SCALING_TRUNCATED_NORMAL, resolved, error);
}

static sow_status resolve_orthogonal(RESOLVE_ARGUMENTS)
{
    (void)fan_in, (void)fan_out;
    *resolved = (sowi_resolved){.family = SOWI_FAMILY_ORTHOGONAL,
                                .value = initializer->param[0],
                                .count = initializer->param[1]};
    return check_finite("gain", initializer->param[0], error);
}

static sow_status resolve_delta_orthogonal(RESOLVE_ARGUMENTS)
{
    (void)fan_in, (void)fan_out;
    *resolved = (sowi_resolved){
        .family = SOWI_FAMILY_ORTHOGONAL, .value = initializer->param[0], .delta = true};
    return check_finite("gain", initializer->param[0], error);
}

static sow_status resolve_eye(RESOLVE_ARGUMENTS)
{
    (void)initializer, (void)fan_in, (void)fan_out, (void)error;
    *resolved = (sowi_resolved){.family = SOWI_FAMILY_DIAGONAL, .value = 1};
    return SOW_OK;
}

static sow_status resolve_identity(RESOLVE_ARGUMENTS)
{
    (void)fan_in, (void)fan_out;
    *resolved = (sowi_resolved){.family = SOWI_FAMILY_DIAGONAL, .value = initializer->param[0]};
    return check_finite("gain", initializer->param[0], error);
}

static sow_status resolve_dirac(RESOLVE_ARGUMENTS)
{
    (void)fan_in, (void)fan_out, (void)error;
    *resolved =
        (sowi_resolved){.family = SOWI_FAMILY_DIRAC, .value = 1, .count = initializer->param[0]};
    return SOW_OK;
}

static sow_status resolve_sparse(RESOLVE_ARGUMENTS)
{
    (void)fan_in, (void)fan_out;
    const double sparsity = initializer->param[0], std = initializer->param[1];
    if (!(sparsity >= 0 && sparsity <= 1))
        return sowi_fail(error, SOW_ERR_PARAMETER, "sparsity (%g): from 0 to 1", sparsity);
    *resolved = (sowi_resolved){.family = SOWI_FAMILY_SPARSE, .std = std, .sparsity = sparsity};
    return check_not_negative("std", std, error);
}

static sow_status resolve_constant_block(RESOLVE_ARGUMENTS)
{
    (void)fan_in, (void)fan_out;
    const double *param = initializer->param;
    *resolved = (sowi_resolved){.family = SOWI_FAMILY_BLOCK,
                                .value = param[0],
                                .block = param[1],
                                .count = param[2],
                                .outside = param[3]};
    const sow_status status = check_finite("value", param[0], error);
    return status != SOW_OK ? status : check_finite("outside", param[3], error);
}

static sow_status resolve_stft(RESOLVE_ARGUMENTS)
{
    (void)fan_in, (void)fan_out;
    *resolved = (sowi_resolved){.family = SOWI_FAMILY_STFT};
    return sowi_stft_check(&resolved->stft, initializer->param, error);
}

#define NUMBER(name, slot, standard)                             \
    {                                                            \
        name, SOWI_PARAMETER_NUMBER, false, standard, slot, NULL \
    }
#define REQUIRED_NUMBER(name, slot)                      \
    {                                                    \
        name, SOWI_PARAMETER_NUMBER, true, 0, slot, NULL \
    }
#define GAIN                                           \
    {                                                  \
        "gain", SOWI_PARAMETER_GAIN, false, 1, 0, NULL \
    }
#define MODE                                                    \
    {                                                           \
        "mode", SOWI_PARAMETER_MODE, false, SOW_FAN_IN, 0, NULL \
    }
#define NONLINEARITY                                                                \
    {                                                                               \
        "nonlinearity", SOWI_PARAMETER_NONLINEARITY, false, SOW_LEAKY_RELU, 0, NULL \
    }
#define DISTRIBUTION                                                                              \
    {                                                                                             \
        "distribution", SOWI_PARAMETER_DISTRIBUTION, false, SOW_SCALING_TRUNCATED_NORMAL, 0, NULL \
    }
#define WORD(name, slot, word)                          \
    {                                                   \
        name, SOWI_PARAMETER_WORD, false, 0, slot, word \
    }

const sowi_initializer_row sowi_initializer_rows[] = {
    {.kind = SOW_ZEROS, .name = "zeros", .resolve = resolve_zeros},
    {.kind = SOW_ONES, .name = "ones", .resolve = resolve_ones},
    {SOW_CONSTANT, "constant", false, {REQUIRED_NUMBER("value", 0)}, resolve_constant},
    {SOW_UNIFORM, "uniform", false, {NUMBER("low", 0, 0), NUMBER("high", 1, 1)}, resolve_uniform},
    {SOW_NORMAL, "normal", false, {NUMBER("mean", 0, 0), NUMBER("std", 1, 1)}, resolve_normal},
    {SOW_XAVIER_UNIFORM, "xavier_uniform", true, {GAIN}, resolve_xavier_uniform},
    {SOW_XAVIER_NORMAL, "xavier_normal", true, {GAIN}, resolve_xavier_normal},
    {SOW_KAIMING_UNIFORM,
     "kaiming_uniform",
     true,
     {NUMBER("a", 0, 0), MODE, NONLINEARITY},
     resolve_kaiming_uniform},
    {SOW_KAIMING_NORMAL,
     "kaiming_normal",
     true,
     {NUMBER("a", 0, 0), MODE, NONLINEARITY},
     resolve_kaiming_normal},
    {SOW_TRUNC_NORMAL,
     "trunc_normal",
     false,
     {NUMBER("mean", 0, 0), NUMBER("std", 1, 1), NUMBER("a", 2, -2), NUMBER("b", 3, 2)},
     resolve_trunc_normal},
    {SOW_VARIANCE_SCALING,
     "variance_scaling",
     true,
     {NUMBER("scale", 0, 1), MODE, DISTRIBUTION},
     resolve_variance_scaling},
    {.kind = SOW_LECUN_UNIFORM,
     .name = "lecun_uniform",
     .needs_fans = true,
     .resolve = resolve_lecun_uniform},
    {.kind = SOW_LECUN_NORMAL,
     .name = "lecun_normal",
     .needs_fans = true,
     .resolve = resolve_lecun_normal},
    {.kind = SOW_EYE, .name = "eye", .resolve = resolve_eye},
    {SOW_IDENTITY, "identity", false, {GAIN}, resolve_identity},
    {SOW_DIRAC, "dirac", false, {NUMBER("groups", 0, 1)}, resolve_dirac},
    {SOW_SPARSE,
     "sparse",
     false,
     {REQUIRED_NUMBER("sparsity", 0), NUMBER("std", 1, 0.01)},
     resolve_sparse},
    {SOW_CONSTANT_BLOCK,
     "constant_block",
     false,
     {REQUIRED_NUMBER("value", 0), REQUIRED_NUMBER("block", 1), REQUIRED_NUMBER("blocks", 2),
      NUMBER("outside", 3, 0)},
     resolve_constant_block},
    {SOW_ORTHOGONAL, "orthogonal", false, {GAIN, NUMBER("batch_dims", 1, 0)}, resolve_orthogonal},
    {SOW_DELTA_ORTHOGONAL, "delta_orthogonal", false, {GAIN}, resolve_delta_orthogonal},
    {SOW_STFT,
     "stft",
     false,
     {WORD("side", 0, sowi_stft_side_name), WORD("window", 1, sowi_stft_window_name),
      WORD("scaling", 2, sowi_stft_scaling_name), NUMBER("periodic", 3, 0)},
     resolve_stft},
    {.kind = SOW_BITS, .name = "bits", .resolve = resolve_bits},
};
const size_t sowi_initializer_row_count =
    sizeof sowi_initializer_rows / sizeof sowi_initializer_rows[0];

const sowi_initializer_row *sowi_initializer_row_of(sow_kind kind)
{
    for (size_t i = 0; i < sowi_initializer_row_count; i++)
        if (sowi_initializer_rows[i].kind == kind)
            return &sowi_initializer_rows[i];
    return NULL;
}

const char *sow_kind_name(sow_kind kind)
{
    const sowi_initializer_row *row = sowi_initializer_row_of(kind);
    return row == NULL ? NULL : row->name;
}

const char *sowi_mode_name(sow_mode mode)
{
    static const char *const names[SOWI_MODE_COUNT] = {"fan_in", "fan_out", "fan_avg",
                                                       "fan_geo_avg"};
    return (size_t)mode < SOWI_MODE_COUNT ? names[mode] : NULL;
}

const char *sowi_scaling_name(sow_scaling scaling)
{
    static const char *const names[SOWI_SCALING_COUNT] = {"truncated_normal", "normal", "uniform"};
    return (size_t)scaling < SOWI_SCALING_COUNT ? names[scaling] : NULL;
}

sow_initializer sow_zeros(void)
{
    return (sow_initializer){.kind = SOW_ZEROS};
}

sow_initializer sow_ones(void)
{
    return (sow_initializer){.kind = SOW_ONES};
}

sow_initializer sow_constant(double value)
{
    return (sow_initializer){.kind = SOW_CONSTANT, .param = {value}};
}

sow_initializer sow_uniform(double low, double high)
{
    return (sow_initializer){.kind = SOW_UNIFORM, .param = {low, high}};
}

sow_initializer sow_normal(double mean, double std)
{
    return (sow_initializer){.kind = SOW_NORMAL, .param = {mean, std}};
}

sow_initializer sow_xavier_uniform(double gain)
{
    return (sow_initializer){.kind = SOW_XAVIER_UNIFORM, .param = {gain}};
}

sow_initializer sow_xavier_normal(double gain)
{
    return (sow_initializer){.kind = SOW_XAVIER_NORMAL, .param = {gain}};
}

sow_initializer sow_kaiming_uniform(double a, sow_mode mode, sow_nonlinearity nonlinearity)
{
    return (sow_initializer){
        .kind = SOW_KAIMING_UNIFORM, .mode = mode, .nonlinearity = nonlinearity, .param = {a}};
}

sow_initializer sow_kaiming_normal(double a, sow_mode mode, sow_nonlinearity nonlinearity)
{
    return (sow_initializer){
        .kind = SOW_KAIMING_NORMAL, .mode = mode, .nonlinearity = nonlinearity, .param = {a}};
}

sow_initializer sow_eye(void)
{
    return (sow_initializer){.kind = SOW_EYE};
}

sow_initializer sow_identity(double gain)
{
    return (sow_initializer){.kind = SOW_IDENTITY, .param = {gain}};
}

sow_initializer sow_dirac(uint32_t groups)
{
    return (sow_initializer){.kind = SOW_DIRAC, .param = {groups}};
}

sow_initializer sow_sparse(double sparsity, double std)
{
    return (sow_initializer){.kind = SOW_SPARSE, .param = {sparsity, std}};
}

sow_initializer sow_constant_block(double value, uint32_t block, uint32_t blocks, double outside)
{
    return (sow_initializer){.kind = SOW_CONSTANT_BLOCK, .param = {value, block, blocks, outside}};
}

sow_initializer sow_with_padding_idx(sow_initializer initializer, uint64_t row)
{
    initializer.padding = row < UINT64_MAX ? row + 1 : row; /* no tensor has such rows */
    return initializer;
}

sow_initializer sow_orthogonal(double gain, uint32_t batch_dims)
{
    return (sow_initializer){.kind = SOW_ORTHOGONAL, .param = {gain, batch_dims}};
}

sow_initializer sow_delta_orthogonal(double gain)
{
    return (sow_initializer){.kind = SOW_DELTA_ORTHOGONAL, .param = {gain}};
}

sow_initializer sow_stft(sow_stft_side side, sow_stft_window window, sow_stft_scaling scaling,
                         int periodic)
{
    return (sow_initializer){
        .kind = SOW_STFT,
        .param = {(double)side, (double)window, (double)scaling, (double)periodic}};
}

sow_initializer sow_bits(void)
{
    return (sow_initializer){.kind = SOW_BITS};
}

sow_initializer sow_trunc_normal(double mean, double std, double a, double b)
{
    return (sow_initializer){.kind = SOW_TRUNC_NORMAL, .param = {mean, std, a, b}};
}

sow_initializer sow_variance_scaling(double scale, sow_mode mode, sow_scaling distribution)
{
    return (sow_initializer){
        .kind = SOW_VARIANCE_SCALING, .mode = mode, .distribution = distribution, .param = {scale}};
}

sow_initializer sow_lecun_uniform(void)
{
    return (sow_initializer){.kind = SOW_LECUN_UNIFORM};
}

sow_initializer sow_lecun_normal(void)
{
    return (sow_initializer){.kind = SOW_LECUN_NORMAL};
}
