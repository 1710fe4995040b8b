/* A line on a terminal that says how far a run has come. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct progress {
    bool shown;            /* draw it at all */
    double started, drawn; /* seconds */
    int width;             /* characters on the line now */
} progress;

/* Seconds of a clock that only moves forward. */
double progress_now(void);

/* quiet: never shown; otherwise shown when standard error is a terminal. */
void progress_start(progress *line, bool quiet);
/* Redraws, a few times a second at most. */
void progress_update(progress *line, uint64_t done_bytes, uint64_t total_bytes);
/* The same for counted things; what: their name in the plural. */
void progress_count(progress *line, uint64_t done, uint64_t total, const char *what);
/* Wipes the line. */
void progress_end(progress *line);

#endif
