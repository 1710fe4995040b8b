/* Work on a row of items in steps that overlap: cut, draw, check, write. A ring of slots bounds how many items
 * are under way. */
#ifndef SOWI_PIPELINE_H
#define SOWI_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sowcl/base.h"

/* What is done to the item in a slot. Every step sees user. Items are cut, checked and written one after the
 * other, in order; drawn in any order and several at a time. */
typedef struct sowi_pipeline_steps {
    sow_status (*begin)(void *user,
                        sow_error *error); /* by the calling thread, while others draw */
    bool (*cut)(void *user, size_t slot);  /* the next item; false: there is none, now or later */
    sow_status (*draw)(void *user, size_t slot, sow_error *error);
    sow_status (*check)(void *user, size_t slot, sow_error *error);
    sow_status (*write)(void *user, size_t slot, sow_error *error); /* by the calling thread */
    void *user;
} sowi_pipeline_steps;

typedef struct sowi_pipeline_size {
    size_t slots;   /* at least 1 */
    size_t drawers; /* threads that draw; with any, one more checks. 0: the caller does it all */
} sowi_pipeline_size;

enum { SOWI_DRAWERS_MAX = 32 };

/* Runs until every item is written or a step fails; then no further step begins, and the first failure is
 * returned when all threads are done. Threads that cannot be started are done without. No signal is
 * delivered to them. */
sow_status sowi_pipeline_run(const sowi_pipeline_steps *steps, sowi_pipeline_size size,
                             sow_error *error);

#endif
