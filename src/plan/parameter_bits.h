/* A kernel's parameter, as the job carries it. */
#ifndef SOWI_PARAMETER_BITS_H
#define SOWI_PARAMETER_BITS_H

#include <stdint.h>

#include "number_bits.h"
#include "sowcl/base.h"

/* The bits of value rounded to f32. */
static inline uint64_t sowi_float_bits(double value)
{
    return sowi_bits_of_float((float)value);
}

/* The bits of value in the arithmetic of a dtype's draws: double for f64, else f32. */
static inline uint64_t sowi_parameter_bits(sow_dtype dtype, double value)
{
    return dtype == SOW_F64 ? sowi_bits_of_double(value) : sowi_float_bits(value);
}

#endif
