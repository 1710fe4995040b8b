#include "reference_dtype.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static uint32_t sign_bit(sow_dtype dtype)
{
    return dtype == SOW_F32 ? 0x80000000u : 0x8000u;
}

static double f32_value(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static double f16_magnitude(uint32_t bits)
{
    const uint32_t exponent = bits >> 10;
    const uint32_t fraction = bits & 0x3ff;
    if (exponent == 31)
        return fraction == 0 ? (double)INFINITY : (double)NAN;
    if (exponent == 0)
        return ldexp(fraction, -24);
    return ldexp(1024 + fraction, (int)exponent - 25);
}

double sowt_dtype_value(sow_dtype dtype, uint32_t bits)
{
    if (dtype == SOW_F32)
        return f32_value(bits);
    if (dtype == SOW_BF16)
        return f32_value(bits << 16);
    const double magnitude = f16_magnitude(bits & 0x7fff);
    return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

uint32_t sowt_dtype_largest_bits(sow_dtype dtype)
{
    return dtype == SOW_F32 ? 0x7f7fffff : dtype == SOW_F16 ? 0x7bff : 0x7f7f;
}

/* The value of magnitude bits; of infinity's, the power of two that would follow the largest. */
static double magnitude_value(sow_dtype dtype, uint32_t bits)
{
    if (bits == sowt_dtype_largest_bits(dtype) + 1)
        return dtype == SOW_F16 ? 0x1p16 : 0x1p128;
    return sowt_dtype_value(dtype, bits);
}

/* The bits of the largest magnitude at or below a magnitude, at most the largest finite. */
static uint32_t floor_bits(sow_dtype dtype, double magnitude)
{
    uint32_t low = 0, high = sowt_dtype_largest_bits(dtype) + 1;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (magnitude_value(dtype, middle) <= magnitude)
            low = middle;
        else
            high = middle;
    }
    return low;
}

uint32_t sowt_dtype_nearest(sow_dtype dtype, double value)
{
    const uint32_t sign = signbit(value) ? sign_bit(dtype) : 0;
    const double magnitude = fabs(value);
    const uint32_t low = floor_bits(dtype, magnitude);
    const double under = magnitude - magnitude_value(dtype, low);
    const double over = magnitude_value(dtype, low + 1) - magnitude;
    const bool up = under > over || (under == over && low % 2 == 1);
    return sign | (up ? low + 1 : low);
}

uint32_t sowt_dtype_load(sow_dtype dtype, const void *array, uint64_t i)
{
    const size_t size = dtype == SOW_F32 ? 4 : 2;
    uint32_t wide;
    uint16_t narrow;
    if (size == 4) {
        memcpy(&wide, (const unsigned char *)array + i * size, sizeof wide);
        return wide;
    }
    memcpy(&narrow, (const unsigned char *)array + i * size, sizeof narrow);
    return narrow;
}

double sowt_dtype_at_or_above(sow_dtype dtype, double bound)
{
    const uint32_t bits = floor_bits(dtype, fabs(bound));
    const double floor_value = sowt_dtype_value(dtype, bits);
    if (bound <= 0)
        return -floor_value + 0.0;
    return floor_value == bound ? bound : sowt_dtype_value(dtype, bits + 1);
}

double sowt_dtype_below(sow_dtype dtype, double bound)
{
    const uint32_t bits = floor_bits(dtype, fabs(bound));
    if (bound <= 0)
        return -sowt_dtype_value(dtype, bits + 1);
    return sowt_dtype_value(dtype, bits) < bound ? sowt_dtype_value(dtype, bits)
                                                 : sowt_dtype_value(dtype, bits - 1);
}
