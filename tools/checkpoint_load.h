/* A model and a recipe, as command lines name them, resolved. */
#ifndef CHECKPOINT_LOAD_H
#define CHECKPOINT_LOAD_H

#include <stdbool.h>

#include "sowcl/model.h"

typedef struct loaded_checkpoint {
    sow_model *model;
    sow_recipe *recipe;
    sow_checkpoint *checkpoint;
} loaded_checkpoint;

/* recipe: a name or a path; NULL: the model's own. PROCEED, or an exit code after its message; checkpoint_unload is due either
 * way. */
int checkpoint_load(loaded_checkpoint *loaded, const char *model, const char *recipe,
                    const sow_checkpoint_options *options);
void checkpoint_unload(loaded_checkpoint *loaded);

/* A recipe by its name or path. PROCEED, or an exit code after its message. */
int checkpoint_load_recipe(sow_recipe **out, const char *name, bool on_command_line);

/* Tells a failure of the library in what the command line names; those of devices are engine_failure's. Returns the exit code. */
int checkpoint_refuse(sow_status status, const sow_error *error);

#endif
