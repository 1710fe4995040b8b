#include "checkpoint_load.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "engine.h"
#include "message.h"
#include "target.h"

int checkpoint_refuse(sow_status status, const sow_error *error)
{
    const bool misused =
        status == SOW_ERR_SYNTAX || status == SOW_ERR_INITIALIZER || status == SOW_ERR_PARAMETER;
    const engine host = {.context = NULL};
    const int code = engine_failure(&host, status, error);
    return misused ? EXIT_MISUSE : code;
}

/* Where a file of tensors stands for a model, its metadata are not asked. */
static void tell_of_tensors(const char *model)
{
    sow_tensor_file *file = NULL;
    if (sow_tensor_file_open(&file, model, NULL) != SOW_OK)
        return;
    const char *const own = sow_tensor_file_metadata(file, "sowcl.recipe");
    message("a file of tensors is taken for a model here%s%s%s",
            own != NULL ? " (it was made by recipe " : "", own != NULL ? own : "",
            own != NULL ? ")" : "");
    sow_tensor_file_release(file);
}

static int no_recipe(const char *model)
{
    char names[256] = "";
    size_t length = 0;
    for (size_t i = 0; i < sow_recipe_builtin_count() && length < sizeof names; i++)
        length += (size_t)snprintf(names + length, sizeof names - length, " %s",
                                   sow_recipe_builtin_name(i));
    const int code =
        misuse("the model names no recipe (%s): --recipe with a file or one of%s", model, names);
    tell_of_tensors(model);
    return code;
}

int checkpoint_load_recipe(sow_recipe **out, const char *name, bool on_command_line)
{
    sow_error error = {0};
    const sow_status status = sow_recipe_load(out, name, &error);
    if (status == SOW_OK)
        return PROCEED;
    const int code = checkpoint_refuse(status, &error);
    /* A word that is no recipe's name is a wrong command line; a file that holds none is not. */
    const bool is_path = strchr(name, '/') != NULL || target_has_ending(name, ".json");
    return status == SOW_ERR_RECIPE && on_command_line && !is_path ? EXIT_MISUSE : code;
}

static int load_recipe(loaded_checkpoint *loaded, const char *model, const char *recipe)
{
    const char *const name = recipe != NULL ? recipe : sow_model_recipe(loaded->model);
    return name != NULL ? checkpoint_load_recipe(&loaded->recipe, name, recipe != NULL)
                        : no_recipe(model);
}

int checkpoint_load(loaded_checkpoint *loaded, const char *model, const char *recipe,
                    const sow_checkpoint_options *options)
{
    sow_error error = {0};
    sow_status status = sow_model_load(&loaded->model, model, &error);
    if (status != SOW_OK)
        return checkpoint_refuse(status, &error);
    const int code = load_recipe(loaded, model, recipe);
    if (code != PROCEED)
        return code;
    status =
        sow_checkpoint_create(&loaded->checkpoint, loaded->model, loaded->recipe, options, &error);
    if (status != SOW_OK)
        return checkpoint_refuse(status, &error);
    if (options->only != NULL && sow_checkpoint_count(loaded->checkpoint) == 0) {
        message("--only (%s): no tensor of the model has such a name", options->only);
        return EXIT_FAILED;
    }
    return PROCEED;
}

void checkpoint_unload(loaded_checkpoint *loaded)
{
    sow_checkpoint_release(loaded->checkpoint);
    sow_recipe_release(loaded->recipe);
    sow_model_release(loaded->model);
    *loaded = (loaded_checkpoint){.model = NULL};
}
