#include "value.h"

#include <inttypes.h>
#include <string.h>

#include "json_output.h"
#include "output.h"

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
    if (sow_dtype_is_float(dtype))
        output_printf(to, "%.*g", dtype == SOW_F64 ? 17 : 9, sow_dtype_value(dtype, data));
    else
        output_printf(to, "%" PRId64, read_integer(dtype, data));
}

json_t *value_to_json(sow_dtype dtype, const void *data)
{
    if (sow_dtype_is_float(dtype))
        return json_from_number(sow_dtype_value(dtype, data));
    const int64_t value = read_integer(dtype, data);
    return dtype == SOW_I64 ? json_sprintf("%" PRId64, value) : json_integer(value);
}
