#include "reference_dtype.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

uint32_t sowt_dtype_sign_bit(sow_dtype dtype)
{
    return UINT32_C(1) << (8 * sow_dtype_size(dtype) - 1);
}

uint32_t sowt_dtype_largest_bits(sow_dtype dtype)
{
    switch ((int)dtype) {
    case SOW_F16:
        return 0x7bff;
    case SOW_BF16:
        return 0x7f7f;
    case SOW_F8_E4M3:
        return 0x7e;
    case SOW_F8_E5M2:
        return 0x7b;
    }
    return 0x7f7fffff;
}

static double f32_value(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Of f16 and the 8-bit dtypes, without a sign. */
static double small_magnitude(sow_dtype dtype, uint32_t bits)
{
    const uint32_t largest = sowt_dtype_largest_bits(dtype);
    if (bits > largest) /* e4m3 has no infinity */
        return bits == largest + 1 && dtype != SOW_F8_E4M3 ? (double)INFINITY : (double)NAN;
    const int fraction_bits = dtype == SOW_F16 ? 10 : dtype == SOW_F8_E4M3 ? 3 : 2;
    const int bias = dtype == SOW_F8_E4M3 ? 7 : 15;
    const uint32_t exponent = bits >> fraction_bits, one = UINT32_C(1) << fraction_bits;
    if (exponent == 0)
        return ldexp(bits, 1 - bias - fraction_bits);
    return ldexp(one + bits % one, (int)exponent - bias - fraction_bits);
}

double sowt_dtype_value(sow_dtype dtype, uint32_t bits)
{
    if (dtype == SOW_F32)
        return f32_value(bits);
    if (dtype == SOW_BF16)
        return f32_value(bits << 16);
    const uint32_t sign = sowt_dtype_sign_bit(dtype);
    return bits < sign ? small_magnitude(dtype, bits) : -small_magnitude(dtype, bits - sign);
}

/* The value of magnitude bits; after the largest, what would be next. */
static double magnitude_value(sow_dtype dtype, uint32_t bits)
{
    if (bits == sowt_dtype_largest_bits(dtype) + 1)
        return 2 * sowt_dtype_value(dtype, bits - 1) - sowt_dtype_value(dtype, bits - 2);
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
    const uint32_t sign = signbit(value) ? sowt_dtype_sign_bit(dtype) : 0;
    const double magnitude = fabs(value);
    const uint32_t low = floor_bits(dtype, magnitude);
    const double under = magnitude - magnitude_value(dtype, low);
    const double over = magnitude_value(dtype, low + 1) - magnitude;
    const bool up = under > over || (under == over && low % 2 == 1);
    return sign | (up ? low + 1 : low);
}

uint32_t sowt_dtype_load(sow_dtype dtype, const void *array, uint64_t i)
{
    const size_t size = sow_dtype_size(dtype);
    const unsigned char *element = (const unsigned char *)array + i * size;
    uint16_t half;
    uint32_t word;
    if (size == 1)
        return *element;
    if (size == 2) {
        memcpy(&half, element, sizeof half);
        return half;
    }
    memcpy(&word, element, sizeof word);
    return word;
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
