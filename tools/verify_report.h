/* What 'sowcl verify' prints. */
#ifndef VERIFY_REPORT_H
#define VERIFY_REPORT_H

#include <stdbool.h>

#include "sowcl/model.h"

typedef enum verdict {
    VERDICT_SAME,
    VERDICT_DIFFERS,
    VERDICT_SHAPE,   /* another one in the file */
    VERDICT_DTYPE,   /* likewise */
    VERDICT_MISSING, /* in the file */
    VERDICT_EXTRA    /* in the file; the recipe gives it nothing */
} verdict;

typedef struct verify_row {
    const char *name;
    verdict verdict;
    sow_dtype dtype;       /* if it was verified */
    sow_verification held; /* likewise */
} verify_row;

typedef struct verify_report {
    const char *file, *device, *recipe;
    uint64_t seed;
    bool distance;
    verify_row *rows;
    size_t count;
} verify_report;

/* Whether all is the same. */
bool verify_report_is_same(const verify_report *told);
/* What is not the same (with distance: every tensor) and a summary. */
void verify_report_print(const verify_report *told);
void verify_report_print_json(const verify_report *told);

#endif
