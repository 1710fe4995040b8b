#include "value.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "json_output.h"
#include "output.h"

/* IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
static double f16_value(uint16_t bits)
{
    const int exponent = bits >> 10 & 0x1f;
    const int fraction = bits & 0x3ff;
    double value = ldexp(fraction + (exponent > 0 ? 1024 : 0), (exponent > 0 ? exponent : 1) - 25);
    if (exponent == 0x1f)
        value = fraction != 0 ? (double)NAN : (double)INFINITY;
    return bits & 0x8000 ? -value : value;
}

/* The upper half of an f32. */
static double bf16_value(uint16_t bits)
{
    const uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, sizeof value);
    return (double)value;
}

static int is_float(sow_dtype dtype)
{
    return dtype == SOW_F32 || dtype == SOW_F16 || dtype == SOW_BF16 || dtype == SOW_F64;
}

static double read_float(sow_dtype dtype, const void *data)
{
    uint16_t half;
    float single;
    double wide;
    switch (dtype) {
    case SOW_F16:
        memcpy(&half, data, sizeof half);
        return f16_value(half);
    case SOW_BF16:
        memcpy(&half, data, sizeof half);
        return bf16_value(half);
    case SOW_F32:
        memcpy(&single, data, sizeof single);
        return (double)single;
    default:
        memcpy(&wide, data, sizeof wide);
        return wide;
    }
}

static int64_t read_integer(sow_dtype dtype, const void *data)
{
    int64_t wide;
    int32_t word;
    int16_t half;
    int8_t byte;
    switch (dtype) {
    case SOW_I64:
        memcpy(&wide, data, sizeof wide);
        return wide;
    case SOW_I32:
        memcpy(&word, data, sizeof word);
        return word;
    case SOW_I16:
        memcpy(&half, data, sizeof half);
        return half;
    case SOW_I8:
        memcpy(&byte, data, sizeof byte);
        return byte;
    default:
        return *(const uint8_t *)data;
    }
}

void value_print(FILE *to, sow_dtype dtype, const void *data)
{
    if (is_float(dtype))
        output_printf(to, "%.*g", dtype == SOW_F64 ? 17 : 9, read_float(dtype, data));
    else
        output_printf(to, "%" PRId64, read_integer(dtype, data));
}

json_t *value_to_json(sow_dtype dtype, const void *data)
{
    if (is_float(dtype))
        return json_from_number(read_float(dtype, data));
    const int64_t value = read_integer(dtype, data);
    return dtype == SOW_I64 ? json_sprintf("%" PRId64, value) : json_integer(value);
}
