/* Failures of the operating system as statuses and texts. */
#ifndef SOWI_SYSTEM_ERROR_H
#define SOWI_SYSTEM_ERROR_H

#include "sowcl/base.h"

/* "cannot <verb> (<path>): <strerror>". EPIPE is SOW_ERR_PIPE, ENOMEM SOW_ERR_NO_MEMORY, all else
 * SOW_ERR_FILE. */
sow_status sowi_fail_system(sow_error *error, const char *verb, const char *path, int number);

sow_status sowi_fail_memory(sow_error *error);

#endif
