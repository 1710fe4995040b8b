/* Clocks, in nanoseconds. */
#ifndef SOWI_CLOCKS_H
#define SOWI_CLOCKS_H

/* A moment: of a clock that only moves forward, and of the CPU time of all threads of the process. */
typedef struct sowi_moment {
    double wall_ns, cpu_ns;
} sowi_moment;

sowi_moment sowi_moment_now(void);
/* From the moment until now. */
sowi_moment sowi_moment_since(sowi_moment start);

#endif
