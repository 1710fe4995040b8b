#include "system_error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fail.h"

static sow_status status_of(int number)
{
    switch (number) {
    case EPIPE:
        return SOW_ERR_PIPE;
    case ENOMEM:
        return SOW_ERR_NO_MEMORY;
    default:
        return SOW_ERR_FILE;
    }
}

sow_status sowi_fail_system(sow_error *error, const char *verb, const char *path, int number)
{
    char text[128];
    if (strerror_r(number, text, sizeof text) != 0)
        snprintf(text, sizeof text, "error %d", number);
    return sowi_fail(error, status_of(number), "cannot %s (%s): %s", verb, path, text);
}

sow_status sowi_fail_memory(sow_error *error)
{
    return sowi_fail(error, SOW_ERR_NO_MEMORY, "out of host memory");
}
