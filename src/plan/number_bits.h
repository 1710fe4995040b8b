/* Floating-point numbers as their bits, and back. */
#ifndef SOWI_NUMBER_BITS_H
#define SOWI_NUMBER_BITS_H

#include <stdint.h>
#include <string.h>

static inline uint64_t sowi_bits_of_double(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline double sowi_double_of_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint32_t sowi_bits_of_float(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float sowi_float_of_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* 2^exponent for exponents of normal doubles. */
static inline double sowi_power_of_two(int exponent)
{
    return sowi_double_of_bits((uint64_t)(exponent + 1023) << 52);
}

#endif
