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
    *resolved = (sowi_resolved){.distribution = SOW_DIST_CONSTANT, .value = value};
    return SOW_OK;
}

static sow_status resolved_normal(double mean, double std, sowi_resolved *resolved)
{
    *resolved = (sowi_resolved){.distribution = SOW_DIST_NORMAL, .mean = mean, .std = std};
    return SOW_OK;
}

/* The schemes' uniform of a given std: bounds -+sqrt(3) * std; a std of 0 leaves zeros. */
static sow_status resolved_symmetric_uniform(double std, sowi_resolved *resolved)
{
    const double bound = sqrt(3.0) * std;
    if (bound == 0)
        return resolved_constant(0, resolved);
    *resolved = (sowi_resolved){.distribution = SOW_DIST_UNIFORM, .low = -bound, .high = bound};
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
    *resolved = (sowi_resolved){.distribution = SOW_DIST_UNIFORM, .low = low, .high = high};
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

static sow_status resolve_bits(RESOLVE_ARGUMENTS)
{
    (void)initializer, (void)fan_in, (void)fan_out, (void)error;
    *resolved = (sowi_resolved){.distribution = SOW_DIST_BITS};
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

/* He et al. 2015, eq. 10 and 14. */
static sow_status kaiming_std(const sow_initializer *initializer, double fan_in, double fan_out,
                              double *std, sow_error *error)
{
    const double a = initializer->param[0];
    sow_status status = check_finite("a", a, error);
    if (status != SOW_OK)
        return status;
    if (sowi_mode_name(initializer->mode) == NULL)
        return sowi_fail(error, SOW_ERR_PARAMETER, "mode (%d): SOW_FAN_IN or SOW_FAN_OUT",
                         (int)initializer->mode);
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

#define NUMBER(name, slot, standard)                       \
    {                                                      \
        name, SOWI_PARAMETER_NUMBER, false, standard, slot \
    }
#define REQUIRED_NUMBER(name, slot)                \
    {                                              \
        name, SOWI_PARAMETER_NUMBER, true, 0, slot \
    }
#define GAIN                                     \
    {                                            \
        "gain", SOWI_PARAMETER_GAIN, false, 1, 0 \
    }
#define MODE                                              \
    {                                                     \
        "mode", SOWI_PARAMETER_MODE, false, SOW_FAN_IN, 0 \
    }
#define NONLINEARITY                                                          \
    {                                                                         \
        "nonlinearity", SOWI_PARAMETER_NONLINEARITY, false, SOW_LEAKY_RELU, 0 \
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
    switch (mode) {
    case SOW_FAN_IN:
        return "fan_in";
    case SOW_FAN_OUT:
        return "fan_out";
    }
    return NULL;
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

sow_initializer sow_bits(void)
{
    return (sow_initializer){.kind = SOW_BITS};
}
