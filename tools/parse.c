/* Values of options. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "message.h"
#include "options.h"

/* A whole number, decimal or 0x, at the start of text; its end to *end. False: none, or too large. */
static bool read_u64(const char *text, const char **end, uint64_t *value)
{
    const bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *const digits = hex ? text + 2 : text;
    const size_t length = strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789");
    if (length == 0)
        return false;
    errno = 0;
    const unsigned long long number = strtoull(digits, NULL, hex ? 16 : 10);
    *value = number;
    *end = digits + length;
    return errno == 0;
}

int parse_u64(const char *option, const char *text, uint64_t *value)
{
    const char *end = NULL;
    if (!read_u64(text, &end, value) || *end != '\0')
        return misuse("%s (%s): a whole number from 0 to 18446744073709551615", option, text);
    return PROCEED;
}

int parse_u64_within(const char *option, const char *text, uint64_t least, uint64_t most,
                     uint64_t *value)
{
    const char *end = NULL;
    if (!read_u64(text, &end, value) || *end != '\0' || *value < least || *value > most)
        return misuse("%s (%s): a whole number from %" PRIu64 " to %" PRIu64, option, text, least,
                      most);
    return PROCEED;
}

int parse_u32(const char *option, const char *text, uint32_t *value)
{
    const char *end = NULL;
    uint64_t number = 0;
    if (!read_u64(text, &end, &number) || *end != '\0' || number > UINT32_MAX)
        return misuse("%s (%s): a whole number from 0 to 4294967295", option, text);
    *value = (uint32_t)number;
    return PROCEED;
}

/* The bytes of a unit; 0 if unknown. */
static uint64_t unit_bytes(const char *unit)
{
    static const char letters[] = "KMGT";
    if (unit[0] == '\0' || strcasecmp(unit, "B") == 0)
        return 1;
    const char *const letter = strchr(letters, toupper((unsigned char)unit[0]));
    const bool binary = strcasecmp(unit + 1, "iB") == 0;
    if (letter == NULL || (!binary && strcasecmp(unit + 1, "B") != 0))
        return 0;
    uint64_t bytes = 1;
    for (const char *at = letters; at <= letter; at++)
        bytes *= binary ? 1024 : 1000;
    return bytes;
}

int parse_bytes(const char *option, const char *text, uint64_t *bytes)
{
    const size_t length = strspn(text, "0123456789.");
    char *end = NULL;
    const double value = strtod(text, &end);
    const uint64_t unit = unit_bytes(text + length);
    const double product = value * (double)unit;
    if (length == 0 || end != text + length || !(product >= 1) || product >= 0x1p63)
        return misuse("%s (%s): bytes, or a number with one of KB MB GB TB (10^3, 10^6, ...) or "
                      "KiB MiB GiB TiB (2^10, 2^20, ...), like 5GB",
                      option, text);
    *bytes = (uint64_t)product;
    return PROCEED;
}

int parse_dtype(const char *option, const char *text, sow_dtype *dtype)
{
    if (sow_dtype_from_name(text, dtype) == SOW_OK)
        return PROCEED;
    char names[128] = "";
    size_t length = 0;
    for (unsigned i = 0; length < sizeof names; i++) {
        const char *const name = sow_dtype_name((sow_dtype)i);
        if (name == NULL)
            break;
        length += (size_t)snprintf(names + length, sizeof names - length, " %s", name);
    }
    return misuse("%s (%s): one of%s", option, text, names);
}

/* A finite decimal number and nothing else. The program never leaves the C locale. */
static bool read_number(const char *text, double *value)
{
    char *end = NULL;
    *value = strtod(text, &end);
    const bool decimal = text[strspn(text, "+-.0123456789eE")] == '\0';
    return decimal && end != text && *end == '\0' && isfinite(*value);
}

int parse_tolerance(const char *option, const char *text, double *value)
{
    if (!read_number(text, value) || *value < 0)
        return misuse("%s (%s): a number, at least 0, like 1e-6", option, text);
    return PROCEED;
}

int parse_parameter(const char *option, const char *text, sow_parameter *parameter)
{
    const char *const equals = strchr(text, '=');
    if (equals == NULL || equals == text || !read_number(equals + 1, &parameter->value))
        return misuse("%s (%s): NAME=NUMBER, like n_layer=12", option, text);
    parameter->name = need_memory(strndup(text, (size_t)(equals - text)));
    return PROCEED;
}

int parse_layout(const char *option, const char *text, sow_layout *layout)
{
    if (strcmp(text, "oi") == 0)
        *layout = SOW_LAYOUT_OI;
    else if (strcmp(text, "io") == 0)
        *layout = SOW_LAYOUT_IO;
    else
        return misuse("%s (%s): oi or io", option, text);
    return PROCEED;
}

int parse_shape(const char *option, const char *text, sow_tensor *tensor)
{
    const char *from = text;
    tensor->rank = 0;
    while (*text != '\0') {
        if (tensor->rank == SOW_MAX_RANK)
            return misuse("%s (%s): at most %d dimensions", option, text, SOW_MAX_RANK);
        if (!read_u64(from, &from, &tensor->shape[tensor->rank++]) ||
            (*from != ',' && *from != '\0'))
            return misuse("%s (%s): whole numbers with commas between, like 5,10", option, text);
        if (*from++ == '\0')
            break;
    }
    return PROCEED;
}

/* One "start:stop" at *from, which moves to its end. */
static bool read_range(const char **from, uint64_t size, uint64_t *start, uint64_t *extent)
{
    uint64_t first = 0;
    uint64_t stop = size;
    if (**from != ':' && !read_u64(*from, from, &first))
        return false;
    if (*(*from)++ != ':')
        return false;
    if (**from != ',' && **from != '\0' && !read_u64(*from, from, &stop))
        return false;
    stop = stop < size ? stop : size;
    *start = first < stop ? first : stop;
    *extent = stop - *start;
    return **from == ',' || **from == '\0';
}

int parse_slice(const char *option, const char *text, sow_tensor *tensor)
{
    const char *from = text;
    uint32_t axis = 0;
    memset(tensor->start, 0, sizeof tensor->start);
    memcpy(tensor->extent, tensor->shape, sizeof tensor->extent);
    for (; *text != '\0'; axis++) {
        if (axis == tensor->rank)
            return misuse("%s (%s): at most %u ranges, one a dimension", option, text,
                          tensor->rank);
        if (!read_range(&from, tensor->shape[axis], &tensor->start[axis], &tensor->extent[axis]))
            return misuse("%s (%s): start:stop with commas between, like 0:5,2:4", option, text);
        if (*from++ == '\0')
            break;
    }
    return PROCEED;
}
