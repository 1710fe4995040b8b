/* sowcl recipes */
#include <stdbool.h>
#include <string.h>

#include "command.h"
#include "json_output.h"
#include "message.h"
#include "nearest.h"
#include "options.h"
#include "output.h"
#include "sowcl/model.h"
#include "table.h"

static int print_recipe(const char *name)
{
    nearest search = {.word = name};
    for (size_t i = 0; i < sow_recipe_builtin_count(); i++) {
        const char *const candidate = sow_recipe_builtin_name(i);
        if (strcmp(candidate, name) == 0) {
            output_text(stdout, sow_recipe_builtin_text(i));
            return EXIT_DONE;
        }
        nearest_offer(&search, candidate);
    }
    if (search.best != NULL)
        return misuse("unknown recipe (%s): did you mean %s?", name, search.best);
    return misuse("unknown recipe (%s): 'sowcl recipes' lists them", name);
}

static int list_recipes(bool json)
{
    int code = EXIT_DONE;
    json_t *const object = need_memory(json_object());
    json_t *const array = need_memory(json_array());
    table *const rows = table_create("ll");
    for (size_t i = 0; i < sow_recipe_builtin_count(); i++) {
        sow_recipe *recipe = NULL;
        sow_error error = {0};
        const char *const name = sow_recipe_builtin_name(i);
        if (sow_recipe_load(&recipe, name, &error) != SOW_OK) {
            message("%s", error.text);
            code = EXIT_FAILED;
            continue;
        }
        json_t *const entry = need_memory(json_object());
        json_put(entry, "name", json_from_text(name));
        json_put(entry, "about", json_from_text(sow_recipe_about(recipe)));
        json_append(array, entry);
        table_cell(rows, "%s", name);
        table_cell(rows, "%s", sow_recipe_about(recipe));
        sow_recipe_release(recipe);
    }
    json_put(object, "recipes", array);
    if (json)
        json_finish(object);
    else {
        table_print(rows, stdout);
        json_decref(object);
    }
    table_release(rows);
    return code;
}

static int run(const command *self, int argc, char **argv)
{
    bool json = false;
    int operand = 0;
    const int code = options_read(self, argc, argv, options_take_json, &json, &operand);
    if (code != PROCEED)
        return code;
    if (argc - operand > 1)
        return misuse("recipes takes one name (%s)", argv[operand + 1]);
    return operand < argc ? print_recipe(argv[operand]) : list_recipes(json);
}

const command command_recipes = {
    .name = "recipes",
    .synopsis = "[NAME] [--json]",
    .about = "List the built-in recipes, or print one as the JSON that a recipe file holds.",
    .shared = "J",
    .run = run,
};
