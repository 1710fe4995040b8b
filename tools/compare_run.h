/* Filling a comparison. */
#ifndef COMPARE_RUN_H
#define COMPARE_RUN_H

#include "compare_cases.h"
#include "compare_sides.h"

/* Draws the cases on all sides and compares each with the first. PROCEED, or an exit code after its message; pairs that could
 * be compared are told either way. */
int compare_run_plans(comparison *found, const compare_sides *sides, const compare_cases *cases,
                      const compare_options *chosen);

/* Compares the tensors of two files. In the same way. */
int compare_run_files(comparison *found, const compare_options *chosen);

#endif
