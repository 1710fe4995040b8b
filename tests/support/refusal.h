/* Checking what a refused call says. */
#ifndef SOWT_REFUSAL_H
#define SOWT_REFUSAL_H

#include <stdio.h>
#include <string.h>

#include "run_tests.h"
#include "sowcl/base.h"

/* Fails unless the call returned the status, the error holds it too and its text names the part. */
#define assert_refused(expected, status, error, part) \
    sowt_assert_refused(expected, status, error, part, __FILE__, __LINE__)

static inline void sowt_assert_refused(sow_status expected, sow_status status,
                                       const sow_error *error, const char *part, const char *file,
                                       int line)
{
    if (status == expected && error->status == expected && strstr(error->text, part) != NULL)
        return;
    print_error("expected %s naming \"%s\", got %s: %s\n", sow_status_name(expected), part,
                sow_status_name(status), status == SOW_OK ? "" : error->text);
    _fail(file, line);
}

/* Fails unless the call succeeded. */
#define assert_done(status, error) sowt_assert_done(status, error, __FILE__, __LINE__)

static inline void sowt_assert_done(sow_status status, const sow_error *error, const char *file,
                                    int line)
{
    if (status == SOW_OK)
        return;
    print_error("%s: %s\n", sow_status_name(status), error->text);
    _fail(file, line);
}

#endif
