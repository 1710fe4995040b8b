/* Recipes: sowcl-recipe/1, built in or from a file. */
#include "recipe_parts.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arithmetic.h"
#include "embedded.h"
#include "fail.h"
#include "json_read.h"
#include "parameters.h"
#include "system_error.h"
#include "words.h"

enum { RECIPE_BYTES_MAX = 10000000 };

/* "2": exactly; "2+": or more; none: any. */
static sow_status read_rank(const json_t *entry, sowi_rule *rule, const sowi_json_reader *reader)
{
    const char *text = NULL;
    const sow_status status = sowi_json_string(entry, "rank", false, &text, reader);
    rule->rank_min = 0;
    rule->rank_max = SOW_MAX_RANK;
    if (status != SOW_OK || text == NULL)
        return status;
    const bool digit = text[0] >= '0' && text[0] <= '0' + SOW_MAX_RANK;
    const bool exact = digit && text[1] == '\0';
    const bool or_more = digit && strcmp(text + 1, "+") == 0;
    if (!exact && !or_more)
        return sowi_fail(reader->error, SOW_ERR_RECIPE,
                         "wrong rank (%s): a number from 0 to %d, or one with + after it",
                         sowi_show(text).text, SOW_MAX_RANK);
    rule->rank_min = (uint32_t)(text[0] - '0');
    if (exact)
        rule->rank_max = rule->rank_min;
    return SOW_OK;
}

static sow_status read_rule(sow_recipe *recipe, const json_t *entry, size_t index,
                            const sowi_json_reader *reader)
{
    static const char *const keys[] = {"match", "kind", "within", "rank", "init", NULL};
    sowi_rule *rule = &recipe->rules[index];
    sow_status status;
    SOWI_TRY(status, sowi_json_check_object(entry, "a rule", keys, reader));
    SOWI_TRY(status, sowi_json_text(entry, "match", false, &recipe->arena, &rule->match, reader));
    SOWI_TRY(status, sowi_json_text(entry, "kind", false, &recipe->arena, &rule->kind, reader));
    SOWI_TRY(status, sowi_json_text(entry, "within", false, &recipe->arena, &rule->within, reader));
    SOWI_TRY(status, read_rank(entry, rule, reader));
    SOWI_TRY(status, sowi_json_text(entry, "init", true, &recipe->arena, &rule->init, reader));
done:
    if (status != SOW_OK)
        sowi_fail_prefix(reader->error, "rules[%zu]", index);
    return status;
}

static sow_status read_rules(sow_recipe *recipe, const json_t *root, const sowi_json_reader *reader)
{
    json_t *list = NULL;
    sow_status status = sowi_json_member(root, "rules", JSON_ARRAY, true, &list, reader);
    if (status != SOW_OK)
        return status;
    recipe->count = json_array_size(list);
    recipe->rules = calloc(recipe->count + 1, sizeof *recipe->rules);
    if (recipe->rules == NULL)
        return sowi_fail_memory(reader->error);
    for (size_t i = 0; i < recipe->count && status == SOW_OK; i++)
        status = read_rule(recipe, json_array_get(list, i), i, reader);
    return status;
}

static sow_status read_recipe(sow_recipe *recipe, const char *text, size_t size, sow_error *error)
{
    static const char *const keys[] = {"format", "name", "about", "parameters", "rules", NULL};
    const sowi_json_reader reader = {.status = SOW_ERR_RECIPE, .error = error};
    sow_status status;
    json_t *root = NULL;
    SOWI_TRY(status, sowi_json_parse(&root, text, size, &reader));
    SOWI_TRY(status, sowi_json_check_object(root, "the recipe", keys, &reader));
    SOWI_TRY(status, sowi_json_check_format(root, "sowcl-recipe/1", &reader));
    SOWI_TRY(status, sowi_json_text(root, "name", true, &recipe->arena, &recipe->name, &reader));
    SOWI_TRY(status, sowi_json_text(root, "about", false, &recipe->arena, &recipe->about, &reader));
    SOWI_TRY(status, sowi_parameters_read(&recipe->parameters, &recipe->parameter_count,
                                          &recipe->arena, root, &reader));
    SOWI_TRY(status, read_rules(recipe, root, &reader));
    if (recipe->about == NULL)
        recipe->about = "";
done:
    json_decref(root);
    return status;
}

static sow_status read_file(sow_recipe *recipe, const char *path, sow_error *error)
{
    sow_status status;
    sowi_input input = {.fd = -1};
    char *text = NULL;
    size_t size = 0;
    SOWI_TRY(status, sowi_input_open(&input, path, error));
    SOWI_TRY(status, sowi_input_read_all(&input, RECIPE_BYTES_MAX, &text, &size, error));
    status = read_recipe(recipe, text, size, error);
    if (status != SOW_OK)
        sowi_fail_prefix(error, "%s", path);
done:
    free(text);
    sowi_input_close(&input);
    return status;
}

static sow_status refuse_builtin(const char *name, sow_error *error)
{
    char list[256] = "";
    sowi_nearest nearest = {.word = name, .length = strlen(name)};
    for (size_t i = 0; sowi_recipes[i].name != NULL; i++) {
        sowi_nearest_offer(&nearest, sowi_recipes[i].name);
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i == 0 ? "" : ", ", sowi_recipes[i].name);
    }
    /* beyond half of the letters it is another word */
    if (nearest.best == NULL || (!nearest.begins && nearest.distance > nearest.length / 2))
        return sowi_fail(error, SOW_ERR_RECIPE,
                         "unknown recipe (%s): one of %s, or a path of a .json file",
                         sowi_show(name).text, list);
    return sowi_fail(error, SOW_ERR_RECIPE,
                     "unknown recipe (%s): the nearest is %s of %s, or a path of a .json file",
                     sowi_show(name).text, nearest.best, list);
}

static sow_status read_builtin(sow_recipe *recipe, const char *name, sow_error *error)
{
    for (size_t i = 0; sowi_recipes[i].name != NULL; i++)
        if (strcmp(name, sowi_recipes[i].name) == 0) {
            const sow_status status =
                read_recipe(recipe, sowi_recipes[i].text, sowi_recipes[i].size, error);
            if (status != SOW_OK)
                sowi_fail_prefix(error, "recipe %s", name);
            return status;
        }
    return refuse_builtin(name, error);
}

static bool is_path(const char *text)
{
    const size_t length = strlen(text), ending = strlen(".json");
    return strchr(text, '/') != NULL ||
           (length >= ending && strcmp(text + length - ending, ".json") == 0);
}

sow_status sow_recipe_load(sow_recipe **out, const char *name_or_path, sow_error *error)
{
    if (out == NULL || name_or_path == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "an argument is NULL");
    *out = NULL;
    sow_recipe *recipe = calloc(1, sizeof *recipe);
    if (recipe == NULL)
        return sowi_fail_memory(error);
    const sow_status status = is_path(name_or_path) ? read_file(recipe, name_or_path, error)
                                                    : read_builtin(recipe, name_or_path, error);
    if (status == SOW_OK)
        *out = recipe;
    else
        sow_recipe_release(recipe);
    return status;
}

void sow_recipe_release(sow_recipe *recipe)
{
    if (recipe == NULL)
        return;
    free(recipe->rules);
    sowi_arena_clear(&recipe->arena);
    free(recipe);
}

const char *sow_recipe_name(const sow_recipe *recipe)
{
    return recipe->name;
}

const char *sow_recipe_about(const sow_recipe *recipe)
{
    return recipe->about;
}

size_t sow_recipe_builtin_count(void)
{
    size_t count = 0;
    while (sowi_recipes[count].name != NULL)
        count++;
    return count;
}

const char *sow_recipe_builtin_name(size_t index)
{
    return index < sow_recipe_builtin_count() ? sowi_recipes[index].name : NULL;
}

const char *sow_recipe_builtin_text(size_t index)
{
    return index < sow_recipe_builtin_count() ? sowi_recipes[index].text : NULL;
}

/* A glob in which * crosses dots and slashes alike. */
static bool fits(const char *glob, const char *text)
{
    return glob == NULL || (text != NULL && fnmatch(glob, text, 0) == 0);
}

size_t sowi_recipe_match(const sow_recipe *recipe, const sowi_model_tensor *tensor)
{
    size_t i = 0;
    for (; i < recipe->count; i++) {
        const sowi_rule *rule = &recipe->rules[i];
        const uint32_t rank = tensor->tensor.rank;
        if (rank >= rule->rank_min && rank <= rule->rank_max && fits(rule->kind, tensor->kind) &&
            fits(rule->match, tensor->name) && fits(rule->within, tensor->within))
            break;
    }
    return i;
}

bool sowi_recipe_takes(const sow_recipe *recipe, const char *parameter)
{
    for (size_t i = 0; i < recipe->count; i++)
        if (sowi_is_named_in(recipe->rules[i].init, parameter))
            return true;
    return false;
}
