/* A comparison as a page: one HTML file that needs no network and no script. */
#ifndef COMPARE_REPORT_H
#define COMPARE_REPORT_H

#include "comparison.h"

/* Whether there can be a page at the path, before hours are spent on it: its folder is there. PROCEED, or the exit code after a
 * message. */
int compare_report_check(const char *path);

/* Writes the page to the path ("-": standard output); the file appears when it is complete. A comparison that was not timed gives the
 * same bytes each time. PROCEED, or the exit code after a message. */
int compare_report_write(const comparison *told, const char *path);

#endif
