/* A kernel's parameter, as the job carries it. */
#ifndef SOWI_PARAMETER_BITS_H
#define SOWI_PARAMETER_BITS_H

#include <stdint.h>
#include <string.h>

#include "sowcl/base.h"

/* The bits of value rounded to f32. */
static inline uint64_t sowi_float_bits(double value)
{
    const float rounded = (float)value;
    uint32_t bits;
    memcpy(&bits, &rounded, sizeof bits);
    return bits;
}

/* The bits of value in the arithmetic of a dtype's draws: double for f64, else f32. */
static inline uint64_t sowi_parameter_bits(sow_dtype dtype, double value)
{
    if (dtype != SOW_F64)
        return sowi_float_bits(value);
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

#endif
