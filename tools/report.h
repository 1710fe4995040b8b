/* What 'sowcl init' says about a checkpoint. */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "sowcl/model.h"

/* Room for a printed initializer. */
enum { REPORT_EXPRESSION_SIZE = 256 };

typedef struct report {
    const sow_checkpoint *checkpoint;
    const char *model, *recipe; /* names */
    const char *device;         /* NULL: nothing was drawn */
    const char *file;           /* as the command line names it; NULL: none was written */
    uint64_t seed;
    double seconds;
    bool has_moments; /* the measured ones */
} report;

/* How many files lie there now; the checkpoint knows their paths. */
size_t report_file_count(const report *told);

/* For a person: the model, a row per initializer, the digest. */
void report_print_table(const report *told, FILE *to);
/* "<hex>  total" */
void report_print_digest(const report *told, FILE *to);
/* A line per tensor with what its plan says. */
void report_print_plans(const report *told, FILE *to);
/* --json, drawn or not. */
void report_print_json(const report *told);

#endif
