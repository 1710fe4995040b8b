#include "clocks.h"

#include <time.h>

/* Whole nanoseconds of an uptime of 100 days are exact in a double. Neither clock can be missing on a
 * system with POSIX's timers and CPU-time clocks. */
static double read_clock(clockid_t clock)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(clock, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

sowi_moment sowi_moment_now(void)
{
    return (sowi_moment){read_clock(CLOCK_MONOTONIC), read_clock(CLOCK_PROCESS_CPUTIME_ID)};
}

sowi_moment sowi_moment_since(sowi_moment start)
{
    const sowi_moment now = sowi_moment_now();
    return (sowi_moment){now.wall_ns - start.wall_ns, now.cpu_ns - start.cpu_ns};
}
