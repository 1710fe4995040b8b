/* Finite values of narrow dtypes as doubles. An infinity or NaN comes out finite and larger than any value: exactly 65536 is
 * the infinity of f16 and e5m2. */
#ifndef SOWI_WIDEN_H
#define SOWI_WIDEN_H

#include <stdint.h>

#include "number_bits.h"

static inline double sowi_widen_f16(uint16_t bits)
{
    /* exponent and significand as those of a float, whose bias is 112 larger: exact for subnormals too */
    const float value = sowi_float_of_bits((uint32_t)(bits & 0x7fff) << 13) * 0x1p112f;
    return (bits & 0x8000) != 0 ? -(double)value : (double)value;
}

static inline double sowi_widen_bf16(uint16_t bits)
{
    return (double)sowi_float_of_bits((uint32_t)bits << 16);
}

static inline double sowi_widen_f8_e4m3(uint8_t bits)
{
    /* as f16's; the biases are 120 apart */
    const float value = sowi_float_of_bits((uint32_t)(bits & 0x7f) << 20) * 0x1p120f;
    return (bits & 0x80) != 0 ? -(double)value : (double)value;
}

/* The upper half of an f16. */
static inline double sowi_widen_f8_e5m2(uint8_t bits)
{
    return sowi_widen_f16((uint16_t)(bits << 8));
}

#endif
