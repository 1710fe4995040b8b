#include "decimal.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t digits_length(const char *text)
{
    size_t length = 0;
    while (text[length] >= '0' && text[length] <= '9')
        length++;
    return length;
}

size_t sowi_decimal_length(const char *text)
{
    const size_t whole = digits_length(text);
    size_t length = whole, fraction = 0;
    if (text[length] == '.') {
        fraction = digits_length(text + length + 1);
        length += 1 + fraction;
    }
    if (whole + fraction == 0)
        return 0;
    if (text[length] == 'e' || text[length] == 'E') {
        const size_t sign = text[length + 1] == '+' || text[length + 1] == '-' ? 1 : 0;
        const size_t exponent = digits_length(text + length + 1 + sign);
        if (exponent != 0)
            length += 1 + sign + exponent;
    }
    return length;
}

sow_status sowi_decimal_read(const char *text, size_t length, double *value)
{
    sow_status status = SOW_ERR_NO_MEMORY;
    const locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    char *copy = malloc(length + 1);
    if (c_locale != (locale_t)0 && copy != NULL) {
        memcpy(copy, text, length);
        copy[length] = '\0';
        const locale_t before = uselocale(c_locale);
        *value = strtod(copy, NULL);
        uselocale(before);
        status = SOW_OK;
    }
    free(copy);
    if (c_locale != (locale_t)0)
        freelocale(c_locale);
    return status;
}

/* printf writes the process's decimal point; it is the only byte in a %g number that is not one of
 * these. */
static void use_c_point(char *text)
{
    const size_t before = strspn(text, "+-0123456789e");
    const size_t point = strcspn(text + before, "+-0123456789e");
    if (point == 0)
        return;
    text[before] = '.';
    memmove(text + before + 1, text + before + point, strlen(text + before + point) + 1);
}

sowi_decimal sowi_decimal_print(double value)
{
    sowi_decimal decimal = {""};
    if (isinf(value) || isnan(value)) {
        snprintf(decimal.text, sizeof decimal.text, "%s",
                 isnan(value) ? "nan" : (value < 0 ? "-inf" : "inf"));
        return decimal;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(decimal.text, sizeof decimal.text, "%.*g", digits, value);
        if (strtod(decimal.text, NULL) == value)
            break;
    }
    use_c_point(decimal.text);
    return decimal;
}
