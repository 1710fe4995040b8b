/* Parameters: the numbers that initializer expressions may name, as models, recipes and callers give
 * them. */
#ifndef SOWI_PARAMETERS_H
#define SOWI_PARAMETERS_H

#include "arena.h"
#include "json_read.h"
#include "sowcl/model.h"

/* Reads the "parameters" of an object into the arena; none: *count is 0. The reader's status,
 * SOW_ERR_NO_MEMORY. */
sow_status sowi_parameters_read(sow_parameter **parameters, size_t *count, sowi_arena *arena,
                                const json_t *object, const sowi_json_reader *reader);

/* SOW_OK if a parameter may have that name and value; else status, which the caller chooses. */
sow_status sowi_parameter_check(const sow_parameter *parameter, sow_status status,
                                sow_error *error);

#endif
