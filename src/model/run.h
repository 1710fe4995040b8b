/* A run with sizes of choice. */
#ifndef SOWI_RUN_H
#define SOWI_RUN_H

#include "run_blocks.h"

/* They change no result. Zero means default. */
typedef struct sowi_run_sizes {
    sowi_block_limits block;
    size_t slots; /* blocks under way */
} sowi_run_sizes;

/* sow_checkpoint_run. */
sow_status sowi_checkpoint_run_in_blocks(sow_checkpoint *checkpoint, sow_context *context,
                                         const sow_run_options *options, sowi_run_sizes sizes,
                                         sow_error *error);

#endif
