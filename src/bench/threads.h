/* Sharing work among threads of the host. */
#ifndef SOWI_THREADS_H
#define SOWI_THREADS_H

#include <stdint.h>

/* Does the part [first, end) of the work. */
typedef void sowi_part(void *work, uint64_t first, uint64_t end);

/* The most threads there are, as of the host path. */
#define SOWI_THREADS_MAX 256

/* Does [0, end) in `threads` equal parts, at least 1 and at most SOWI_THREADS_MAX. */
void sowi_threads_run(sowi_part *part, void *work, uint64_t end, uint32_t threads);

/* As many as processors are online, at least 1. */
uint32_t sowi_threads_online(void);

#endif
