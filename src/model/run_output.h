/* The files that a run writes: none, one, or shards and their index. Each has its header from the start,
 * so that what is left to write is the tensors' data, in the order of the shards. */
#ifndef SOWI_RUN_OUTPUT_H
#define SOWI_RUN_OUTPUT_H

#include "atomic_file.h"
#include "file_set.h"
#include "shards.h"

typedef struct sowi_run_output {
    sowi_shards shards;
    char **paths; /* of the files in the end, the index last */
    size_t path_count;
    sowi_atomic_file **files; /* a shard each; NULL: nothing is written */
    uint64_t *sizes;          /* theirs in the end */
    sowi_file_set *set;       /* owns them; NULL for a single file */
    char *
        rival; /* what an earlier run may have left that would stand beside these files; NULL: none */
} sowi_run_output;

/* Divides the checkpoint and opens its files. path: NULL for none; limit: of a shard's data, 0 for one file.
 * SOW_ERR_ARGUMENT, SOW_ERR_FILE, SOW_ERR_PIPE, SOW_ERR_NO_MEMORY; close is
 * due either way. */
sow_status sowi_run_output_open(sowi_run_output *output, const sow_checkpoint *checkpoint,
                                const char *path, uint64_t limit, sow_error *error);

/* Reserves all room on the disk; before the first write. SOW_ERR_FILE. */
sow_status sowi_run_output_reserve(sowi_run_output *output, sow_error *error);

/* The next bytes of a shard. */
sow_status sowi_run_output_write(sowi_run_output *output, size_t shard, const void *data,
                                 size_t size, sow_error *error);
/* After the last of them. */
sow_status sowi_run_output_finish(sowi_run_output *output, size_t shard, sow_error *error);

/* Puts all files in their places. */
sow_status sowi_run_output_commit(sowi_run_output *output, sow_error *error);
/* Removes what was not committed. */
void sowi_run_output_close(sowi_run_output *output);

#endif
