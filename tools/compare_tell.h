/* Telling a comparison. */
#ifndef COMPARE_TELL_H
#define COMPARE_TELL_H

#include "comparison.h"

/* For a person: each pair, and of those that differ where and by how much. */
void compare_print_table(const comparison *found);
/* A line for each pair but controls that differs, as diff -q. */
void compare_print_quiet(const comparison *found);
/* --json */
void compare_print_json(const comparison *found);

#endif
