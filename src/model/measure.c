#include "measure.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Elements are decoded and summed in groups: the group's sums are short, so that the long sum adds few
 * terms of one magnitude. A multiple of the lanes. */
enum { GROUP = 1024, LANES = SOWI_MEASURE_LANES };

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

/* Adds whole lanes of distances to the group's sums. */
static void add_lanes(sowi_measure *measure, const double *distances, size_t count)
{
    double sums[LANES], square_sums[LANES];
    memcpy(sums, measure->sums, sizeof sums);
    memcpy(square_sums, measure->square_sums, sizeof square_sums);
    for (size_t i = 0; i < count; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++) {
            const double distance = distances[i + lane];
            sums[lane] += distance;
            square_sums[lane] += distance * distance;
        }
    memcpy(measure->sums, sums, sizeof sums);
    memcpy(measure->square_sums, square_sums, sizeof square_sums);
}

void sowi_measure_break(sowi_measure *measure)
{
    for (size_t lane = 0; lane < LANES; lane++) {
        measure->sum += measure->sums[lane];
        measure->square_sum += measure->square_sums[lane];
        measure->sums[lane] = 0;
        measure->square_sums[lane] = 0;
    }
    measure->in_group = 0;
}

/* Adds elements that the group has room for. Lanes before them and behind them get zeros, which change
 * nothing. */
static void add_to_group(sowi_measure *measure, const unsigned char *data, size_t count)
{
    double distances[GROUP + LANES];
    const size_t before = measure->in_group % LANES;
    const size_t whole = (before + count + LANES - 1) / LANES * LANES;
    for (size_t i = 0; i < before; i++)
        distances[i] = 0;
    decode(distances + before, measure->dtype, data, count, measure->shift);
    for (size_t i = before + count; i < whole; i++)
        distances[i] = 0;
    add_lanes(measure, distances, whole);
    measure->in_group += count;
    measure->count += count;
    if (measure->in_group == GROUP)
        sowi_measure_break(measure);
}

void sowi_measure_add(sowi_measure *measure, const void *data, size_t count)
{
    const unsigned char *at = data;
    const size_t size = sow_dtype_size(measure->dtype);
    while (count != 0) {
        const size_t room = GROUP - measure->in_group;
        const size_t step = count < room ? count : room;
        add_to_group(measure, at, step);
        at += step * size;
        count -= step;
    }
}

void sowi_measure_moments(sowi_measure *measure, double *mean, double *std)
{
    sowi_measure_break(measure);
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
