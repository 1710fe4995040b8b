/* Initializer + tensor -> plan: everything is checked and computed here, in double, and rounded once. */
#include <inttypes.h>
#include <math.h>
#include <stddef.h>

#include "dtype.h"
#include "fail.h"
#include "initializers.h"
#include "orthogonal.h"
#include "parameter_bits.h"
#include "stft.h"
#include "structure.h"
#include "tensor.h"
#include "trunc_normal.h"

/* What the arithmetic of the kernels takes without an overflow or a subnormal anywhere: in f32 a normal draw
 * is up to 6.7 and down to 2^-43 times std, a step of a uniform 2^-24 times its width. */
typedef struct scale_limits {
    double least, most;
    const char *text;
} scale_limits;

static sow_status check_scale(const sowi_dtype_row *dtype, const char *name, double value,
                              sow_error *error)
{
    static const scale_limits f32 = {0x1p-78, 0x1p120, "2^-78 to 2^120"};
    static const scale_limits f64 = {0x1p-900, 0x1p900, "2^-900 to 2^900"};
    const scale_limits *limits = dtype->dtype == SOW_F64 ? &f64 : &f32;
    const double magnitude = fabs(value);
    if (magnitude != 0 && !(magnitude >= limits->least && magnitude <= limits->most))
        return sowi_fail(error, SOW_ERR_PARAMETER, "%s (%g): 0, or from %s in magnitude", name,
                         value, limits->text);
    return SOW_OK;
}

/* ---- Constants ---- */

static sow_status plan_float_constant(sow_plan *plan, const sowi_dtype_row *dtype, double value,
                                      sow_error *error)
{
    const double stored = sowi_dtype_round(dtype, value);
    if (isinf(stored))
        return sowi_fail(error, SOW_ERR_RANGE, "constant (%.17g): from %g to %g in %s", value,
                         -dtype->largest, dtype->largest, dtype->name);
    plan->pattern = sowi_dtype_bits(dtype, stored);
    return SOW_OK;
}

static sow_status plan_integer_constant(sow_plan *plan, const sowi_dtype_row *dtype, double value,
                                        sow_error *error)
{
    const int bits = (int)dtype->size * 8;
    double low = 0, end = 2; /* bool */
    if (dtype->class == SOWI_CLASS_SIGNED) {
        end = ldexp(1, bits - 1);
        low = -end;
    } else if (dtype->class == SOWI_CLASS_UNSIGNED) {
        end = ldexp(1, bits);
    }
    if (!(value >= low && value < end) || value != floor(value))
        return sowi_fail(error, SOW_ERR_RANGE,
                         "constant (%.17g): a whole number from %.0f to %.0f in %s", value, low,
                         end - 1, dtype->name);
    plan->pattern = sowi_dtype_bits(dtype, value);
    return SOW_OK;
}

static sow_status plan_constant(sow_plan *plan, const sowi_dtype_row *dtype, double value,
                                sow_error *error)
{
    plan->distribution = SOW_DIST_CONSTANT;
    plan->mean = plan->low = plan->high = value;
    plan->std = 0;
    if (dtype->class == SOWI_CLASS_FLOAT)
        return plan_float_constant(plan, dtype, value, error);
    return plan_integer_constant(plan, dtype, value, error);
}

static double elements_of(const sow_tensor *tensor)
{
    double elements = 1;
    for (uint32_t d = 0; d < tensor->rank; d++)
        elements *= (double)tensor->shape[d];
    return elements == 0 ? 1 : elements; /* for shares of what is not there */
}

/* Moments of a tensor of two values, of which `share` are the first. */
static void set_mixture(sow_plan *plan, double value, double other, double share)
{
    const double spread = sqrt(share * (1 - share));
    plan->mean = value * share + other * (1 - share);
    plan->std = fabs(value * spread - other * spread);
    plan->low = value < other ? value : other;
    plan->high = value < other ? other : value;
}

/* ---- Draws ---- */

/* param: kernels/uniform.clh. */
static sow_status plan_uniform(sow_plan *plan, const sowi_dtype_row *dtype,
                               const sowi_resolved *resolved, sow_error *error)
{
    const double low = resolved->low, high = resolved->high, width = high - low;
    sow_status status;
    SOWI_TRY(status, check_scale(dtype, "low", low, error));
    SOWI_TRY(status, check_scale(dtype, "high", high, error));
    SOWI_TRY(status, check_scale(dtype, "high - low", width, error));
    plan->stored_low = sowi_dtype_at_or_above(dtype, low);
    plan->stored_high = sowi_dtype_below(dtype, high);
    if (!(plan->stored_low <= plan->stored_high))
        return sowi_fail(error, SOW_ERR_RANGE,
                         "uniform [%.17g, %.17g): an interval that holds a value of %s", low, high,
                         dtype->name);
    plan->distribution = SOW_DIST_UNIFORM;
    plan->mean = low + width / 2;
    plan->std = width / sqrt(12.0);
    plan->low = low;
    plan->high = high;
    const sow_dtype type = dtype->dtype;
    plan->param[0] = sowi_parameter_bits(type, width * (type == SOW_F64 ? 0x1p-53 : 0x1p-24));
    plan->param[1] = sowi_parameter_bits(type, low + 0.0); /* no -0 */
    plan->param[2] = sowi_parameter_bits(type, plan->stored_low);
    plan->param[3] = sowi_parameter_bits(type, plan->stored_high);
done:
    return status;
}

/* A std of 0 leaves one value, as the kernel would round it. */
static sow_status plan_point(sow_plan *plan, const sowi_dtype_row *dtype, double value,
                             sow_error *error)
{
    const sowi_dtype_row *f32 = sowi_dtype_row_of(SOW_F32);
    const double rounded = dtype->dtype == SOW_F64 ? value : sowi_dtype_round(f32, value);
    const double largest = dtype->largest;
    const double held = rounded > largest ? largest : rounded < -largest ? -largest : rounded;
    return plan_constant(plan, dtype, held, error);
}

/* param: kernels/normal.clh. */
static sow_status plan_normal(sow_plan *plan, const sowi_dtype_row *dtype,
                              const sowi_resolved *resolved, sow_error *error)
{
    const double mean = resolved->mean, std = resolved->std;
    sow_status status;
    SOWI_TRY(status, check_scale(dtype, "mean", mean, error));
    SOWI_TRY(status, check_scale(dtype, "std", std, error));
    if (std == 0)
        return plan_point(plan, dtype, mean, error);
    plan->distribution = SOW_DIST_NORMAL;
    plan->mean = mean;
    plan->std = std;
    plan->low = -(double)INFINITY;
    plan->high = (double)INFINITY;
    plan->param[0] = sowi_parameter_bits(dtype->dtype, std);
    plan->param[1] = sowi_parameter_bits(dtype->dtype, mean + 0.0);
done:
    return status;
}

static sow_status check_cut_off(const sowi_dtype_row *dtype, const char *name, double value,
                                sow_error *error)
{
    return isinf(value) ? SOW_OK : check_scale(dtype, name, value, error);
}

static sow_status plan_trunc_normal(sow_plan *plan, const sowi_dtype_row *dtype,
                                    const sowi_resolved *resolved, sow_error *error)
{
    const double mean = resolved->mean, std = resolved->std;
    const double a = resolved->low, b = resolved->high;
    sow_status status;
    SOWI_TRY(status, check_scale(dtype, "mean", mean, error));
    SOWI_TRY(status, check_scale(dtype, "std", std, error));
    SOWI_TRY(status, check_cut_off(dtype, "a", a, error));
    SOWI_TRY(status, check_cut_off(dtype, "b", b, error));
    SOWI_TRY(status, check_cut_off(dtype, "b - a", b - a, error));
    if (std == 0)
        return plan_point(plan, dtype, mean < a ? a : mean > b ? b : mean, error);
    return sowi_plan_trunc_normal(plan, dtype, mean + 0.0, std, a + 0.0, b + 0.0, error);
done:
    return status;
}

static sow_status plan_bits(sow_plan *plan, const sowi_dtype_row *dtype, sow_error *error)
{
    plan->distribution = SOW_DIST_BITS;
    if (dtype->dtype != SOW_I32)
        return sowi_fail(error, SOW_ERR_DTYPE, "dtype of bits (%s): i32", dtype->name);
    return SOW_OK;
}

/* ---- Structures ---- */

/* Zeros, with a value at some elements. */
static sow_status plan_placed(sow_plan *plan, const sow_tensor *tensor,
                              const sowi_resolved *resolved, sow_error *error)
{
    const sowi_dtype_row *dtype = sowi_dtype_row_of(tensor->dtype);
    const double value = resolved->value;
    sow_status status;
    if (resolved->family == SOWI_FAMILY_DIAGONAL)
        SOWI_TRY(status, sowi_place_diagonal(&plan->placed, tensor, error));
    else
        SOWI_TRY(status, sowi_place_dirac(&plan->placed, tensor, resolved->count, error));
    SOWI_TRY(status, plan_constant(plan, dtype, value, error));
    plan->placed.pattern = plan->pattern;
    SOWI_TRY(status, plan_constant(plan, dtype, 0, error));
    plan->structure = SOW_STRUCTURE_PLACED;
    set_mixture(plan, value, 0, (double)plan->placed.count / elements_of(tensor));
done:
    return status;
}

static sow_status plan_sparse(sow_plan *plan, const sow_tensor *tensor,
                              const sowi_resolved *resolved, sow_error *error)
{
    sow_status status;
    SOWI_TRY(status, sowi_place_zeros(&plan->placed, tensor, resolved->sparsity, error));
    SOWI_TRY(status, plan_normal(plan, sowi_dtype_row_of(tensor->dtype), resolved, error));
    if (plan->placed.zeros > 0 && plan->distribution != SOW_DIST_CONSTANT)
        plan->structure = SOW_STRUCTURE_SPARSE;
done:
    return status;
}

/* A value in a block of rows, another one outside. */
static sow_status plan_block(sow_plan *plan, const sow_tensor *tensor,
                             const sowi_resolved *resolved, sow_error *error)
{
    const sowi_dtype_row *dtype = sowi_dtype_row_of(tensor->dtype);
    uint64_t begin = 0, end = 0;
    sow_status status;
    SOWI_TRY(status,
             sowi_block_rows(tensor, resolved->block, resolved->count, &begin, &end, error));
    SOWI_TRY(status, plan_constant(plan, dtype, resolved->value, error));
    plan->overlay_pattern = plan->pattern;
    SOWI_TRY(status, plan_constant(plan, dtype, resolved->outside, error));
    sowi_rows_in_region(tensor, begin, end, &plan->overlay_begin, &plan->overlay_end);
    set_mixture(plan, resolved->value, resolved->outside, 1 / resolved->count);
done:
    return status;
}

/* Zeros over a row of any plan. */
static sow_status plan_padding(sow_plan *plan, const sow_tensor *tensor,
                               const sow_initializer *initializer, sow_error *error)
{
    const uint64_t row = initializer->padding - 1;
    if (initializer->padding == 0)
        return SOW_OK;
    if (initializer->kind == SOW_CONSTANT_BLOCK)
        return sowi_fail(error, SOW_ERR_PARAMETER, "padding_idx (%" PRIu64 "): not with blocks",
                         row);
    if (tensor->rank == 0)
        return sowi_fail(
            error, SOW_ERR_PARAMETER,
            "padding_idx (%" PRIu64 "): a row of the first dimension, and a scalar has none", row);
    if (row >= tensor->shape[0])
        return sowi_fail(error, SOW_ERR_PARAMETER,
                         "padding_idx (%" PRIu64
                         "): a row of the first dimension, which has %" PRIu64,
                         row, tensor->shape[0]);
    sowi_rows_in_region(tensor, row, row + 1, &plan->overlay_begin, &plan->overlay_end);
    return SOW_OK;
}

/* ---- The whole ---- */

static sow_status plan_family(sow_plan *plan, const sow_tensor *tensor,
                              const sowi_resolved *resolved, const char *name, sow_error *error)
{
    const sowi_dtype_row *dtype = sowi_dtype_row_of(tensor->dtype);
    if (resolved->family == SOWI_FAMILY_CONSTANT)
        return plan_constant(plan, dtype, resolved->value, error);
    if (resolved->family == SOWI_FAMILY_BITS)
        return plan_bits(plan, dtype, error);
    if (resolved->family == SOWI_FAMILY_DIAGONAL || resolved->family == SOWI_FAMILY_DIRAC)
        return plan_placed(plan, tensor, resolved, error);
    if (resolved->family == SOWI_FAMILY_BLOCK)
        return plan_block(plan, tensor, resolved, error);
    if (!dtype->random)
        return sowi_fail(error, SOW_ERR_DTYPE,
                         "dtype of %s (%s): f32, f16, bf16, f64, f8_e4m3 or f8_e5m2", name,
                         dtype->name);
    if (resolved->family == SOWI_FAMILY_UNIFORM)
        return plan_uniform(plan, dtype, resolved, error);
    if (resolved->family == SOWI_FAMILY_NORMAL)
        return plan_normal(plan, dtype, resolved, error);
    if (resolved->family == SOWI_FAMILY_SPARSE)
        return plan_sparse(plan, tensor, resolved, error);
    if (resolved->family == SOWI_FAMILY_STFT)
        return sowi_plan_stft(plan, tensor, &resolved->stft, error);
    if (resolved->family == SOWI_FAMILY_TRUNC_NORMAL)
        return plan_trunc_normal(plan, dtype, resolved, error);
    return sowi_plan_orthogonal(plan, tensor, resolved, error);
}

static sow_status plan_values(sow_plan *plan, const sow_tensor *tensor,
                              const sow_initializer *initializer, const sowi_initializer_row *row,
                              sow_error *error)
{
    /* Fans of an empty tensor decide nothing, but the initializer's parameters are still checked. */
    const bool empty = sowi_tensor_is_empty(tensor);
    const double fan_in = empty ? 1 : (double)plan->fan_in;
    const double fan_out = empty ? 1 : (double)plan->fan_out;
    sowi_resolved resolved = {0};
    const sow_status status = row->resolve(initializer, fan_in, fan_out, &resolved, error);
    if (status != SOW_OK)
        return status;
    const sow_status planned = plan_family(plan, tensor, &resolved, row->name, error);
    return planned != SOW_OK ? planned : plan_padding(plan, tensor, initializer, error);
}

sow_status sow_plan_make(sow_plan *plan, const sow_tensor *tensor,
                         const sow_initializer *initializer, sow_key key, sow_error *error)
{
    if (plan == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "plan (NULL): where to write the plan");
    sow_status status = sowi_tensor_check(tensor, error);
    if (status != SOW_OK)
        return status;
    if (initializer == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "initializer (NULL): an initializer");
    const sowi_initializer_row *row = sowi_initializer_row_of(initializer->kind);
    if (row == NULL)
        return sowi_fail(error, SOW_ERR_INITIALIZER, "initializer's kind (%d): one of sow_kind",
                         (int)initializer->kind);
    sow_plan made = {.dtype = tensor->dtype, .key = key};
    if (tensor->rank >= 2)
        (void)sow_tensor_fans(tensor, &made.fan_in, &made.fan_out); /* the tensor is checked */
    else if (row->needs_fans)
        return sowi_fail(error, SOW_ERR_FAN, "dimensions for %s (%" PRIu32 "): 2 or more",
                         row->name, tensor->rank);
    status = plan_values(&made, tensor, initializer, row, error);
    if (status != SOW_OK) {
        if (status != SOW_ERR_DTYPE)
            sowi_fail_prefix(error, "%s", row->name);
        return status;
    }
    sowi_tensor_region(tensor, &made);
    *plan = made;
    return SOW_OK;
}

sow_status sow_plan_slice(sow_plan *plan, uint64_t begin, uint64_t count)
{
    if (plan == NULL || begin > plan->count || count > plan->count - begin)
        return SOW_ERR_ARGUMENT;
    plan->begin += begin;
    plan->count = count;
    return SOW_OK;
}
