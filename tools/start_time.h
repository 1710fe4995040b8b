/* From the start of a process to its first filled byte. */
#ifndef START_TIME_H
#define START_TIME_H

#include <stdint.h>

#include "progress.h"

enum { START_RUNS_MAX = 16 };

/* Runs of one kind, in seconds, shortest first. */
typedef struct start_times {
    uint32_t runs;
    double seconds[START_RUNS_MAX];
} start_times;

/* Runs this program anew, with the device (NULL: its default), to fill one element: cold_runs times with
 * empty kernel caches, and then warm_runs times with the caches that the last of these has left. The user's
 * caches are not touched. line: shown meanwhile. PROCEED, or an exit code after its message. */
int start_time_measure(const char *device, uint32_t cold_runs, uint32_t warm_runs, progress *line,
                       start_times *cold, start_times *warm);

#endif
