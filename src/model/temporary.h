/* Temporary files beside a target: .NAME.PID-N.sowcl in the target's folder. The process that writes one
 * holds a lock on it, which tells it from what a killed process has left. */
#ifndef SOWI_TEMPORARY_H
#define SOWI_TEMPORARY_H

#include "sowcl/base.h"

/* Creates a new file, never through a link, with the permissions of a new file. number: the first N to try; of
 * several temporaries of one target each has its own. The caller frees *path and closes *fd. SOW_ERR_FILE,
 * SOW_ERR_NO_MEMORY. */
sow_status sowi_temporary_open(const char *target, size_t number, char **path, int *fd,
                               sow_error *error);

/* Removes the target's temporary files whose process is dead. What cannot be removed stays. */
void sowi_temporary_sweep(const char *target);

#endif
