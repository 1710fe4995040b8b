#include "model/recipe_parts.h"
#include "refusal.h"
#include "run_tests.h"
#include "scratch.h"

#define RECIPE(rules) "{\"format\": \"sowcl-recipe/1\", \"name\": \"r\", \"rules\": [" rules "]}"

static sow_status load(const char *text, sow_recipe **recipe, sow_error *error)
{
    return sow_recipe_load(recipe, sowt_scratch_text("r.json", text), error);
}

static size_t match(const sow_recipe *recipe, const char *name, const char *kind,
                    const char *within, uint32_t rank)
{
    const sowi_model_tensor tensor = {
        .name = name, .kind = kind, .within = within, .tensor = {.rank = rank}};
    return sowi_recipe_match(recipe, &tensor);
}

static void test_match_takes_the_first_rule_that_fits(void **state)
{
    (void)state;
    sow_recipe *recipe = NULL;
    sow_error error;
    assert_done(
        load(RECIPE("{\"within\": \"Trans*\", \"rank\": \"2+\", \"init\": \"zeros\"},"
                    "{\"match\": \"*.c_proj.weight\", \"kind\": \"Conv1D.*\", \"init\": \"ones\"},"
                    "{\"kind\": \"Linear.weight\", \"init\": \"normal\"},"
                    "{\"kind\": \"Conv[12]d.weight\", \"rank\": \"3\", \"init\": \"normal\"},"
                    "{\"match\": \"*.bias\", \"rank\": \"1\", \"init\": \"zeros\"},"
                    "{\"match\": \"a.?\", \"init\": \"zeros\"}"),
             &recipe, &error),
        &error);
    assert_string_equal("r", sow_recipe_name(recipe));
    assert_string_equal("", sow_recipe_about(recipe));
    assert_int_equal(0, match(recipe, "w", "Linear.weight", "Transformer", 2));
    assert_int_equal(0, match(recipe, "w", "", "Transformer", 8));
    assert_int_equal(2, match(recipe, "w", "Linear.weight", "Transformer", 1));
    assert_int_equal(2, match(recipe, "w", "Linear.weight", NULL, 2));
    assert_int_equal(1, match(recipe, "h.0.attn.c_proj.weight", "Conv1D.weight", NULL, 2));
    assert_int_equal(6, match(recipe, "h.0.attn.c_proj.weight", "", NULL, 2));
    assert_int_equal(3, match(recipe, "w", "Conv1d.weight", NULL, 3));
    assert_int_equal(6, match(recipe, "w", "Conv1d.weight", NULL, 4));
    assert_int_equal(6, match(recipe, "w", "Conv3d.weight", NULL, 3));
    assert_int_equal(4, match(recipe, "a.b/c.bias", "", NULL, 1));
    assert_int_equal(6, match(recipe, "a.b.bias", "", NULL, 0));
    assert_int_equal(5, match(recipe, "a.b", "", NULL, 0));
    sow_recipe_release(recipe);
    sow_recipe_release(NULL);
    sowt_scratch_clear();
}

static void test_load_refuses(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part, *more;
    } rows[] = {
        {"{", "not valid JSON", "line 1"},
        {"[]", "not an object (a list)", "the recipe"},
        {"{\"name\": \"r\", \"rules\": []}", "(format)", "missing"},
        {"{\"format\": \"sowcl-model/1\", \"name\": \"r\", \"rules\": []}", "(sowcl-model/1)",
         "sowcl-recipe/1"},
        {"{\"format\": \"sowcl-recipe/1\", \"rules\": []}", "(name)", "missing"},
        {"{\"format\": \"sowcl-recipe/1\", \"name\": \"r\"}", "(rules)", "missing"},
        {"{\"format\": \"sowcl-recipe/1\", \"name\": \"r\", \"rule\": []}", "(rule)", "rules"},
        {RECIPE("1"), "not an object (1)", "rules[0]"},
        {RECIPE("{\"init\": \"ones\"}, {}"), "(init)", "rules[1]"},
        {RECIPE("{\"init\": 1}"), "init (1)", "rules[0]"},
        {RECIPE("{\"init\": \"ones\", \"mach\": \"*\"}"), "(mach)", "match"},
        {RECIPE("{\"init\": \"ones\", \"kind\": 1}"), "kind (1)", "rules[0]"},
        {RECIPE("{\"init\": \"ones\", \"rank\": 1}"), "rank (1)", "text"},
        {RECIPE("{\"init\": \"ones\", \"rank\": \"9\"}"), "(9)", "from 0 to 8"},
        {RECIPE("{\"init\": \"ones\", \"rank\": \"1-2\"}"), "(1-2)", "from 0 to 8"},
        {RECIPE("{\"init\": \"ones\", \"rank\": \"\"}"), "()", "from 0 to 8"},
        {RECIPE("{\"init\": \"ones\", \"rank\": \"+\"}"), "(+)", "from 0 to 8"},
        {RECIPE("{\"init\": \"ones\", \"init\": \"ones\"}"), "duplicate", "init"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sow_recipe *recipe = NULL;
        sow_error error = {0};
        const sow_status status = load(rows[i].text, &recipe, &error);
        assert_refused(SOW_ERR_RECIPE, status, &error, rows[i].part);
        assert_refused(SOW_ERR_RECIPE, status, &error, rows[i].more);
        assert_refused(SOW_ERR_RECIPE, status, &error, "/r.json: ");
        assert_null(recipe);
    }
    sow_recipe *recipe = NULL;
    sow_error error;
    assert_refused(SOW_ERR_FILE, sow_recipe_load(&recipe, "./gpt2", &error), &error, "(./gpt2)");
    assert_refused(SOW_ERR_FILE, sow_recipe_load(&recipe, "no-such.json", &error), &error,
                   "(no-such.json)");
    assert_refused(SOW_ERR_ARGUMENT, sow_recipe_load(NULL, "gpt2", &error), &error, "NULL");
    assert_refused(SOW_ERR_ARGUMENT, sow_recipe_load(&recipe, NULL, &error), &error, "NULL");
    sowt_scratch_clear();
}

static void test_load_refuses_an_unknown_name(void **state)
{
    (void)state;
    sow_recipe *recipe = NULL;
    sow_error error;
    const sow_status status = sow_recipe_load(&recipe, "gpt-2", &error);
    assert_refused(SOW_ERR_RECIPE, status, &error, "(gpt-2): the nearest is gpt2");
    for (size_t i = 0; i < sow_recipe_builtin_count(); i++)
        assert_refused(SOW_ERR_RECIPE, status, &error, sow_recipe_builtin_name(i));
    assert_null(recipe);
}

static void test_builtin_recipes_load(void **state)
{
    (void)state;
    assert_in_range(sow_recipe_builtin_count(), 1, 1000);
    for (size_t i = 0; i < sow_recipe_builtin_count(); i++) {
        sow_recipe *recipe = NULL;
        sow_error error;
        assert_done(sow_recipe_load(&recipe, sow_recipe_builtin_name(i), &error), &error);
        assert_string_equal(sow_recipe_builtin_name(i), sow_recipe_name(recipe));
        assert_null(strchr(sow_recipe_about(recipe), '\n'));
        assert_true(sow_recipe_about(recipe)[0] != '\0');
        assert_true(sow_recipe_builtin_text(i)[0] == '{');
        sow_recipe_release(recipe);
    }
    assert_null(sow_recipe_builtin_name(sow_recipe_builtin_count()));
    assert_null(sow_recipe_builtin_text(sow_recipe_builtin_count()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_match_takes_the_first_rule_that_fits),
        cmocka_unit_test(test_load_refuses),
        cmocka_unit_test(test_load_refuses_an_unknown_name),
        cmocka_unit_test(test_builtin_recipes_load),
    };
    return SOWT_RUN(tests, sowt_scratch_remove);
}
