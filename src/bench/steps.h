/* How far a bench has come, for those who watch it. */
#ifndef SOWI_STEPS_H
#define SOWI_STEPS_H

#include "sowcl/base.h"

typedef struct sowi_steps {
    int (*progress)(void *user, uint64_t done, uint64_t total); /* as in sow_bench_options */
    void *user;
    uint64_t done, total;
} sowi_steps;

/* Before each step. SOW_ERR_CANCELLED. */
sow_status sowi_steps_next(sowi_steps *steps);

#endif
