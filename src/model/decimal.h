/* Numbers as text, in the C locale whatever the process's locale is. */
#ifndef SOWI_DECIMAL_H
#define SOWI_DECIMAL_H

#include <stddef.h>

#include "sowcl/base.h"

/* Length of the unsigned decimal number that text begins with (digits, '.', exponent); 0 if none. */
size_t sowi_decimal_length(const char *text);
/* Its value; infinite when too large. SOW_ERR_NO_MEMORY. */
sow_status sowi_decimal_read(const char *text, size_t length, double *value);

/* The shortest of 15 to 17 digits that reads back to the same value; "inf" and "-inf". */
typedef struct sowi_decimal {
    char text[32];
} sowi_decimal;
sowi_decimal sowi_decimal_print(double value);

#endif
