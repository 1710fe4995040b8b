/* What a recipe's name, which is all that files tell of it, means to their readers. */
#include <stdlib.h>
#include <string.h>

#include "embedded.h"
#include "recipe_parts.h"

static bool are_equal(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool are_equal_rules(const sowi_rule *a, const sowi_rule *b)
{
    return are_equal(a->match, b->match) && are_equal(a->kind, b->kind) &&
           are_equal(a->within, b->within) && a->rank_min == b->rank_min &&
           a->rank_max == b->rank_max && strcmp(a->init, b->init) == 0;
}

static bool are_equal_recipes(const sow_recipe *a, const sow_recipe *b)
{
    if (a->count != b->count || a->parameter_count != b->parameter_count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!are_equal_rules(&a->rules[i], &b->rules[i]))
            return false;
    for (size_t i = 0; i < a->parameter_count; i++)
        if (strcmp(a->parameters[i].name, b->parameters[i].name) != 0 ||
            a->parameters[i].value != b->parameters[i].value)
            return false;
    return true;
}

static bool is_builtin(const char *name)
{
    for (size_t i = 0; sowi_recipes[i].name != NULL; i++)
        if (strcmp(sowi_recipes[i].name, name) == 0)
            return true;
    return false;
}

sow_status sowi_recipe_is_mistaken(const sow_recipe *recipe, bool *mistaken, sow_error *error)
{
    sow_initializer ignored;
    sow_recipe *other = NULL;
    *mistaken = false;
    if (!is_builtin(recipe->name)) {
        /* an expression is what 'sowcl fill' writes there */
        *mistaken = sow_initializer_parse(&ignored, recipe->name, NULL, 0, NULL) == SOW_OK;
        return SOW_OK;
    }
    const sow_status status = sow_recipe_load(&other, recipe->name, error);
    if (status == SOW_OK)
        *mistaken = !are_equal_recipes(recipe, other);
    sow_recipe_release(other);
    return status;
}
