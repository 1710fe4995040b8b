/* Failing: a status, with a text for those who asked for one. */
#ifndef SOWI_FAIL_H
#define SOWI_FAIL_H

#include "sowcl/base.h"

/* Writes status and the formatted text to error (if not NULL) and returns status. The text follows the
 * form "what is wrong (the value): what is allowed". */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
sow_status
sowi_fail(sow_error *error, sow_status status, const char *format, ...);

/* Puts "prefix: " before the text of an error that is already written. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void sowi_fail_prefix(sow_error *error, const char *format, ...);

/* status = expression; on failure to the function's label done. The only macro that jumps. */
#define SOWI_TRY(status, expression) \
    do {                             \
        (status) = (expression);     \
        if ((status) != SOW_OK)      \
            goto done;               \
    } while (0)

#endif
