/* A kernel's parameter, as the job carries it. */
#ifndef SOWI_PARAMETER_BITS_H
#define SOWI_PARAMETER_BITS_H

#include <stdint.h>
#include <string.h>

/* The bits of value rounded to f32. */
static inline uint64_t sowi_float_bits(double value)
{
    const float rounded = (float)value;
    uint32_t bits;
    memcpy(&bits, &rounded, sizeof bits);
    return bits;
}

#endif
