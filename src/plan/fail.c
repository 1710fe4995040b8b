#include "fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

sow_status sowi_fail(sow_error *error, sow_status status, const char *format, ...)
{
    if (error != NULL) {
        va_list arguments;
        va_start(arguments, format);
        error->status = status;
        vsnprintf(error->text, sizeof error->text, format, arguments);
        va_end(arguments);
    }
    return status;
}

void sowi_fail_prefix(sow_error *error, const char *format, ...)
{
    if (error == NULL)
        return;
    char old[sizeof error->text];
    memcpy(old, error->text, sizeof old);
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length + 2 >= sizeof error->text)
        return;
    const size_t used = (size_t)length;
    memcpy(error->text + used, ": ", 2);
    memcpy(error->text + used + 2, old, sizeof old - used - 2);
    error->text[sizeof error->text - 1] = '\0';
}
