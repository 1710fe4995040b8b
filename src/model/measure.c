#include "measure.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Elements are decoded and summed in blocks: the block's sums are short, so that the long sum adds few
 * terms of one magnitude. A multiple of the lanes. */
enum { BLOCK = 1024, LANES = 8 };

static double decode_f16(uint16_t bits)
{
    /* exponent and significand as those of a float, whose bias is 112 larger: exact for subnormals too */
    const uint32_t magnitude = (uint32_t)(bits & 0x7fff) << 13;
    float value;
    memcpy(&value, &magnitude, sizeof value);
    value *= 0x1p112f;
    return (bits & 0x8000) != 0 ? -(double)value : (double)value;
}

static double decode_bf16(uint16_t bits)
{
    const uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, sizeof value);
    return (double)value;
}

static double decode_f8_e4m3(uint8_t bits)
{
    /* as f16's; the biases are 120 apart */
    const uint32_t magnitude = (uint32_t)(bits & 0x7f) << 20;
    float value;
    memcpy(&value, &magnitude, sizeof value);
    value *= 0x1p120f;
    return (bits & 0x80) != 0 ? -(double)value : (double)value;
}

/* The upper half of an f16. */
static double decode_f8_e5m2(uint8_t bits)
{
    return decode_f16((uint16_t)(bits << 8));
}

/* XX(dtype, type, expression of value) */
#define DECODERS(XX)                                \
    XX(SOW_F32, float, (double)value)               \
    XX(SOW_F16, uint16_t, decode_f16(value))        \
    XX(SOW_BF16, uint16_t, decode_bf16(value))      \
    XX(SOW_F64, double, value)                      \
    XX(SOW_F8_E4M3, uint8_t, decode_f8_e4m3(value)) \
    XX(SOW_F8_E5M2, uint8_t, decode_f8_e5m2(value)) \
    XX(SOW_I64, int64_t, (double)value)             \
    XX(SOW_I32, int32_t, (double)value)             \
    XX(SOW_I16, int16_t, (double)value)             \
    XX(SOW_I8, int8_t, (double)value)               \
    XX(SOW_U8, uint8_t, (double)value)              \
    XX(SOW_BOOL, uint8_t, (double)value)

/* Writes count elements as distances from shift. */
static void decode(double *distances, sow_dtype dtype, const unsigned char *data, size_t count,
                   double shift)
{
    switch (dtype) {
#define DECODE_CASE(name, type, expression)                        \
    case name:                                                     \
        for (size_t i = 0; i < count; i++) {                       \
            type value;                                            \
            memcpy(&value, data + i * sizeof value, sizeof value); \
            distances[i] = (expression)-shift;                     \
        }                                                          \
        return;
        DECODERS(DECODE_CASE)
#undef DECODE_CASE
    }
    assert(0 && "a plan's dtype is known");
}

/* Adds a block; the rest of its last lanes is filled up with zeros. */
static void add_block(sowi_measure *measure, double distances[BLOCK], size_t count)
{
    double sums[LANES] = {0}, square_sums[LANES] = {0};
    const size_t whole = (count + LANES - 1) / LANES * LANES;
    for (size_t i = count; i < whole; i++)
        distances[i] = 0;
    for (size_t i = 0; i < whole; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++) {
            const double distance = distances[i + lane];
            sums[lane] += distance;
            square_sums[lane] += distance * distance;
        }
    for (size_t lane = 0; lane < LANES; lane++) {
        measure->sum += sums[lane];
        measure->square_sum += square_sums[lane];
    }
    measure->count += count;
}

void sowi_measure_add(sowi_measure *measure, const void *data, size_t count)
{
    const unsigned char *at = data;
    const size_t size = sow_dtype_size(measure->dtype);
    while (count != 0) {
        double distances[BLOCK];
        const size_t block = count < BLOCK ? count : BLOCK;
        decode(distances, measure->dtype, at, block, measure->shift);
        add_block(measure, distances, block);
        at += block * size;
        count -= block;
    }
}

void sowi_measure_moments(const sowi_measure *measure, double *mean, double *std)
{
    *mean = 0;
    *std = 0;
    if (measure->count == 0)
        return;
    const double count = (double)measure->count;
    const double distance = measure->sum / count;
    const double variance = measure->square_sum / count - distance * distance;
    *mean = measure->shift + distance;
    *std = variance > 0 ? sqrt(variance) : 0;
}
