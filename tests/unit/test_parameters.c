/* Parameters of expressions: whose number counts, and what is refused. */
#include <math.h>

#include "model/arithmetic.h"
#include "refusal.h"
#include "run_tests.h"
#include "scratch.h"
#include "sowcl/model.h"

static const char plain_model[] = "{\"format\": \"sowcl-model/1\", \"name\": \"m\","
                                  " \"tensors\": [{\"name\": \"w\", \"shape\": [2, 3]}]}";
static const char model_with_parameter[] =
    "{\"format\": \"sowcl-model/1\", \"name\": \"m\", \"parameters\": {\"depth\": 3},"
    " \"tensors\": [{\"name\": \"w\", \"shape\": [2, 3]}]}";

#define RECIPE(parameters)                                                              \
    "{\"format\": \"sowcl-recipe/1\", \"name\": \"r\", \"parameters\": " parameters "," \
    " \"rules\": [{\"init\": \"normal(std=scale*depth)\"}]}"
static const char recipe_text[] = RECIPE("{\"scale\": 0.5, \"depth\": 1}");

static sow_status create(sow_checkpoint **checkpoint, const char *model_text,
                         const sow_checkpoint_options *options, sow_error *error)
{
    sow_model *model = NULL;
    sow_recipe *recipe = NULL;
    assert_done(sow_model_load(&model, sowt_scratch_text("m.json", model_text), error), error);
    assert_done(sow_recipe_load(&recipe, sowt_scratch_text("r.json", recipe_text), error), error);
    const sow_status status = sow_checkpoint_create(checkpoint, model, recipe, options, error);
    sow_recipe_release(recipe);
    sow_model_release(model);
    sowt_scratch_clear();
    return status;
}

static void assert_std(double expected, const char *model_text, const sow_parameter *parameters,
                       size_t count)
{
    const sow_checkpoint_options options = {.parameters = parameters, .parameter_count = count};
    sow_checkpoint *checkpoint = NULL;
    sow_error error;
    assert_done(create(&checkpoint, model_text, &options, &error), &error);
    assert_true(sow_checkpoint_tensor_at(checkpoint, 0)->initializer.param[1] == expected);
    sow_checkpoint_release(checkpoint);
}

static void test_create_takes_the_nearest_parameter(void **state)
{
    (void)state;
    const sow_parameter given[] = {{"depth", 7}, {"scale", 2}, {"depth", 8}};
    assert_std(0.5, plain_model, NULL, 0);
    assert_std(1.5, model_with_parameter, NULL, 0);
    assert_std(3.5, model_with_parameter, given, 1);
    assert_std(14, model_with_parameter, given, 2);
    assert_std(16, model_with_parameter, given, 3);
}

static void test_create_refuses_parameters(void **state)
{
    (void)state;
    const struct {
        sow_parameter parameter;
        sow_status status;
        const char *says;
    } rows[] = {
        {{"dept", 1}, SOW_ERR_PARAMETER, "(dept)"},
        {{"std", 1}, SOW_ERR_PARAMETER, "(std)"},
        {{"normal", 1}, SOW_ERR_PARAMETER, "(normal)"},
        {{"fan_in", 1}, SOW_ERR_PARAMETER, "reserved"},
        {{"sqrt", 1}, SOW_ERR_PARAMETER, "reserved"},
        {{"2x", 1}, SOW_ERR_PARAMETER, "(2x)"},
        {{"", 1}, SOW_ERR_PARAMETER, "()"},
        {{"depth", INFINITY}, SOW_ERR_PARAMETER, "depth (inf)"},
        {{"depth", NAN}, SOW_ERR_PARAMETER, "finite"},
        {{NULL, 1}, SOW_ERR_ARGUMENT, "no name"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const sow_checkpoint_options options = {.parameters = &rows[i].parameter,
                                                .parameter_count = 1};
        sow_checkpoint *checkpoint = NULL;
        sow_error error;
        assert_refused(rows[i].status, create(&checkpoint, plain_model, &options, &error), &error,
                       rows[i].says);
        assert_null(checkpoint);
    }
    const sow_checkpoint_options nowhere = {.parameter_count = 1};
    sow_checkpoint *checkpoint = NULL;
    sow_error error;
    assert_refused(SOW_ERR_ARGUMENT, create(&checkpoint, plain_model, &nowhere, &error), &error,
                   "NULL");
}

static void test_recipe_load_refuses_parameters(void **state)
{
    (void)state;
    const struct {
        const char *text, *says;
    } rows[] = {
        {RECIPE("[1]"), "parameters"},
        {RECIPE("{\"depth\": \"deep\"}"), "depth (deep)"},
        {RECIPE("{\"dim0\": 1}"), "reserved"},
        {RECIPE("{\"a-b\": 1}"), "(a-b)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sow_recipe *recipe = NULL;
        sow_error error;
        assert_refused(SOW_ERR_RECIPE,
                       sow_recipe_load(&recipe, sowt_scratch_text("r.json", rows[i].text), &error),
                       &error, rows[i].says);
        assert_null(recipe);
    }
    sowt_scratch_clear();
}

static void test_is_named_in(void **state)
{
    (void)state;
    const char expression[] = "normal(mean=1e3, std = 2*depth/ sqrt( n_layer))";
    assert_true(sowi_is_named_in(expression, "depth"));
    assert_true(sowi_is_named_in(expression, "n_layer"));
    assert_true(sowi_is_named_in("constant(value=x)", "x"));
    assert_true(sowi_is_named_in("uniform(low=-low, high=low)", "low"));
    const char *const others[] = {"normal", "mean", "std", "sqrt", "e3", "dept", "layer", "depths"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(sowi_is_named_in(expression, others[i]));
    assert_false(sowi_is_named_in("", "x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create_takes_the_nearest_parameter),
        cmocka_unit_test(test_create_refuses_parameters),
        cmocka_unit_test(test_recipe_load_refuses_parameters),
        cmocka_unit_test(test_is_named_in),
    };
    return SOWT_RUN(tests, NULL);
}
