/* Sharing work among threads. */
#ifndef SOWI_THREADS_H
#define SOWI_THREADS_H

#include <stdint.h>

/* Does the part [first, end) of the work. */
typedef void sowi_part(void *work, uint64_t first, uint64_t end);

/* The most threads that share a work. */
#define SOWI_THREADS_MAX 256

/* Does [0, end) in `threads` equal parts, at least 1 and at most SOWI_THREADS_MAX; the caller does one, and
 * those of threads that cannot be started. */
void sowi_threads_run(sowi_part *part, void *work, uint64_t end, uint32_t threads);

/* How many threads a work on so many bytes is worth: no more than wanted, 0 being as many as processors are online, which are
 * asked for only when it matters: that costs more than a small fill. */
uint32_t sowi_threads_for(uint64_t bytes, uint32_t wanted);

/* As many as processors are online, at least 1 and at most SOWI_THREADS_MAX. */
uint32_t sowi_threads_online(void);

#endif
