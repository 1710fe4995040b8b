/* Tensors whose parts cannot be drawn apart, or only as dearly as all of them: orthogonal matrices that do not fit into a
 * block. Each is drawn once, to memory of its own, from which blocks take their parts. */
#ifndef SOWI_RUN_WHOLE_H
#define SOWI_RUN_WHOLE_H

#include <pthread.h>

#include "run_blocks.h"

typedef struct sowi_whole sowi_whole;

typedef struct sowi_run_whole {
    sow_context *context; /* NULL: the host */
    uint32_t threads;     /* on the host; 0: all processors */
    pthread_mutex_t lock;
    sowi_whole *first; /* those that blocks still need parts of */
} sowi_run_whole;

void sowi_run_whole_make(sowi_run_whole *whole, sow_context *context, uint32_t threads);
void sowi_run_whole_clear(sowi_run_whole *whole);

/* Copies the part, of which there is one of each element, to bytes. Thread-safe. SOW_ERR_NO_MEMORY, statuses of
 * sow_draw. */
sow_status sowi_run_whole_copy(sowi_run_whole *whole, const sowi_block_part *part,
                               unsigned char *bytes);

#endif
