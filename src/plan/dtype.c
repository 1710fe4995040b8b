#include "dtype.h"

#include <math.h>
#include <string.h>

#include "number_bits.h"

static const sowi_dtype_row rows[SOWI_DTYPE_COUNT] = {
    {SOW_F32, "f32", 4, SOWI_CLASS_FLOAT, true, 23, -126, 0x1.fffffep127},
    {SOW_F16, "f16", 2, SOWI_CLASS_FLOAT, true, 10, -14, 65504.0},
    {SOW_BF16, "bf16", 2, SOWI_CLASS_FLOAT, true, 7, -126, 0x1.fep127},
    {SOW_F64, "f64", 8, SOWI_CLASS_FLOAT, true, 52, -1022, 0x1.fffffffffffffp1023},
    {SOW_I64, "i64", 8, SOWI_CLASS_SIGNED, false, 0, 0, 0},
    {SOW_I32, "i32", 4, SOWI_CLASS_SIGNED, false, 0, 0, 0},
    {SOW_I16, "i16", 2, SOWI_CLASS_SIGNED, false, 0, 0, 0},
    {SOW_I8, "i8", 1, SOWI_CLASS_SIGNED, false, 0, 0, 0},
    {SOW_U8, "u8", 1, SOWI_CLASS_UNSIGNED, false, 0, 0, 0},
    {SOW_BOOL, "bool", 1, SOWI_CLASS_BOOL, false, 0, 0, 0},
    {SOW_F8_E4M3, "f8_e4m3", 1, SOWI_CLASS_FLOAT, true, 3, -6, 448.0},
    {SOW_F8_E5M2, "f8_e5m2", 1, SOWI_CLASS_FLOAT, true, 2, -14, 57344.0},
};

const sowi_dtype_row *sowi_dtype_row_of(sow_dtype dtype)
{
    for (size_t i = 0; i < SOWI_DTYPE_COUNT; i++)
        if (rows[i].dtype == dtype)
            return &rows[i];
    return NULL;
}

size_t sow_dtype_size(sow_dtype dtype)
{
    const sowi_dtype_row *row = sowi_dtype_row_of(dtype);
    return row == NULL ? 0 : row->size;
}

const char *sow_dtype_name(sow_dtype dtype)
{
    const sowi_dtype_row *row = sowi_dtype_row_of(dtype);
    return row == NULL ? NULL : row->name;
}

sow_status sow_dtype_from_name(const char *name, sow_dtype *dtype)
{
    if (name == NULL || dtype == NULL)
        return SOW_ERR_ARGUMENT;
    for (size_t i = 0; i < SOWI_DTYPE_COUNT; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            *dtype = rows[i].dtype;
            return SOW_OK;
        }
    }
    return SOW_ERR_DTYPE;
}

int sow_dtype_is_float(sow_dtype dtype)
{
    const sowi_dtype_row *row = sowi_dtype_row_of(dtype);
    return row != NULL && row->class == SOWI_CLASS_FLOAT;
}

/* The exponent of a finite, non-zero value's leading one; at least that of the smallest normal double. */
static int exponent_of(double value)
{
    const int biased = (int)(sowi_bits_of_double(value) >> 52 & 0x7ff);
    return biased == 0 ? -1022 : biased - 1023;
}

double sowi_dtype_spacing(const sowi_dtype_row *row, double value)
{
    const int exponent = value == 0 ? row->min_exponent : exponent_of(value);
    const int clamped = exponent < row->min_exponent ? row->min_exponent : exponent;
    const int last = clamped - row->fraction_bits;
    return last >= -1022 ? sowi_power_of_two(last)
                         : sowi_power_of_two(-1022) * sowi_power_of_two(last + 1022);
}

double sowi_dtype_round(const sowi_dtype_row *row, double value)
{
    if (row->dtype == SOW_F64 || value == 0 || isinf(value))
        return value;
    const double unit = sowi_dtype_spacing(row, value);
    /* value / unit is exact (a power of two) and below 2^54, where adding 1.5 * 2^52 rounds to a whole
     * number; larger quotients are whole already. */
    const double magic = 0x1.8p52;
    const double quotient = value / unit;
    const double whole =
        quotient < 0x1p51 && quotient > -0x1p51 ? (quotient + magic) - magic : quotient;
    const double rounded = whole * unit;
    if (rounded > row->largest || rounded < -row->largest)
        return value > 0 ? (double)INFINITY : -(double)INFINITY;
    return rounded == 0 ? copysign(0.0, value) : rounded;
}

double sowi_dtype_next_up(const sowi_dtype_row *row, double value)
{
    if (value >= row->largest)
        return (double)INFINITY;
    /* Below a negative power of two the spacing on the side of zero is half. */
    const double unit = sowi_dtype_spacing(row, value);
    const bool at_power = value < 0 && value == -sowi_power_of_two(exponent_of(value));
    const bool halves = at_power && exponent_of(value) > row->min_exponent;
    return value + (halves ? unit / 2 : unit);
}

/* No -0, which a device may order before or after 0. */
static double positive_zero(double value)
{
    return value == 0 ? 0 : value;
}

double sowi_dtype_at_or_above(const sowi_dtype_row *row, double bound)
{
    const double nearest = sowi_dtype_round(row, bound);
    if (nearest < -row->largest)
        return -row->largest;
    return positive_zero(nearest < bound ? sowi_dtype_next_up(row, nearest) : nearest);
}

double sowi_dtype_at_or_below(const sowi_dtype_row *row, double bound)
{
    return positive_zero(-sowi_dtype_at_or_above(row, -bound));
}

double sowi_dtype_below(const sowi_dtype_row *row, double bound)
{
    const double nearest = sowi_dtype_at_or_below(row, bound);
    return positive_zero(nearest < bound ? nearest : -sowi_dtype_next_up(row, -nearest));
}

static uint64_t float_bits(const sowi_dtype_row *row, double value)
{
    const uint64_t sign = signbit(value) ? (uint64_t)1 << (row->size * 8 - 1) : 0;
    const double magnitude = fabs(value);
    if (magnitude == 0)
        return sign;
    if (row->dtype == SOW_F64)
        return sowi_bits_of_double(value);
    /* In units of the last place: the fraction with its leading one, or a subnormal's fraction. */
    const uint64_t units = (uint64_t)(magnitude / sowi_dtype_spacing(row, magnitude));
    const int exponent = exponent_of(magnitude);
    if (exponent < row->min_exponent)
        return sign | units;
    const uint64_t biased = (uint64_t)(exponent - row->min_exponent);
    return sign | ((biased << row->fraction_bits) + units);
}

uint64_t sowi_dtype_bits(const sowi_dtype_row *row, double value)
{
    if (row->class == SOWI_CLASS_FLOAT)
        return float_bits(row, value);
    const uint64_t bits = value < 0 ? (uint64_t)(int64_t)value : (uint64_t)value;
    return row->size == 8 ? bits : bits & (((uint64_t)1 << (row->size * 8)) - 1);
}

/* Of f16 and smaller: the fraction in units of the last place, times the exponent's unit. */
static double small_value(const sowi_dtype_row *row, uint64_t bits)
{
    const uint64_t magnitude = bits & (((uint64_t)1 << (row->size * 8 - 1)) - 1);
    const uint64_t exponent = magnitude >> row->fraction_bits;
    const uint64_t one = (uint64_t)1 << row->fraction_bits;
    const uint64_t fraction = magnitude & (one - 1);
    const uint64_t largest = float_bits(row, row->largest);
    double value;
    if (magnitude > largest) /* e4m3 has no infinity */
        value =
            magnitude == largest + 1 && row->dtype != SOW_F8_E4M3 ? (double)INFINITY : (double)NAN;
    else if (exponent == 0)
        value = (double)fraction * sowi_power_of_two(row->min_exponent - row->fraction_bits);
    else
        value = (double)(fraction | one) *
                sowi_power_of_two(row->min_exponent - row->fraction_bits + (int)exponent - 1);
    return magnitude == bits ? value : -value;
}

double sow_dtype_value(sow_dtype dtype, const void *element)
{
    const sowi_dtype_row *row = sowi_dtype_row_of(dtype);
    if (row == NULL || row->class != SOWI_CLASS_FLOAT)
        return (double)NAN;
    uint64_t bits = 0;
    for (size_t i = 0; i < row->size; i++)
        bits |= (uint64_t)((const unsigned char *)element)[i] << (8 * i);
    if (dtype == SOW_F64)
        return sowi_double_of_bits(bits);
    if (dtype == SOW_F32 || dtype == SOW_BF16)
        return (double)sowi_float_of_bits((uint32_t)(dtype == SOW_F32 ? bits : bits << 16));
    return small_value(row, bits);
}
