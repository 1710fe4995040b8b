/* What the distributions of two sides are like, where elements differ. */
#ifndef COMPARE_SAMPLES_H
#define COMPARE_SAMPLES_H

#include <jansson.h>

#include "comparison.h"

/* Of both sides, against the exact law and each other; null if they were not sampled. */
json_t *compare_samples_to_json(const comparison_case *of);

/* A table of the pair's cases that were; nothing if there are none. */
void compare_samples_print(const comparison_pair *pair);

#endif
