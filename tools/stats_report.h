/* What 'sowcl stats' prints. */
#ifndef STATS_REPORT_H
#define STATS_REPORT_H

#include <stdbool.h>

#include "judge.h"

typedef struct stats_row {
    const sow_file_tensor *of;
    const sow_checkpoint_tensor *tensor; /* NULL: nothing is known of it */
    sow_stats stats;                     /* if sowcl has the dtype */
    expectation expected;
    unsigned flags;
    sow_histogram histogram; /* std 0: none */
} stats_row;

typedef struct stats_report {
    const char *file, *device;
    const char *recipe; /* NULL: none */
    stats_row *rows;
    size_t count;
    const char **missing; /* names of what the model has and the file has not */
    size_t missing_count;
    bool plots;
} stats_report;

/* A table, histograms and a summary. */
void stats_report_print(const stats_report *told);
void stats_report_print_json(const stats_report *told);

#endif
