/* Stored digests of whole models, on the host and on the device.
 *
 *     test_golden_models [MODEL]: only the rows of that model */
#include <stdio.h>
#include <string.h>

#include "run_tests.h"
#include "sowcl/model.h"
#ifdef SOWT_ON_DEVICE
#include "test_device.h"
#endif

static const char *only;

static sow_context *engine(void)
{
#ifdef SOWT_ON_DEVICE
    return sowt_context();
#else
    return NULL; /* the host */
#endif
}

static sow_checkpoint *make_checkpoint(const char *name, const char *dtype)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.json", SOWT_MODELS_DIR, name);
    sow_checkpoint_options options = {.convert = 1};
    assert_int_equal(SOW_OK, sow_dtype_from_name(dtype, &options.dtype));
    sow_model *model = NULL;
    sow_recipe *recipe = NULL;
    sow_checkpoint *checkpoint = NULL;
    sow_error error = {SOW_OK, ""};
    if (sow_model_load(&model, path, &error) != SOW_OK ||
        sow_recipe_load(&recipe, sow_model_recipe(model), &error) != SOW_OK ||
        sow_checkpoint_create(&checkpoint, model, recipe, &options, &error) != SOW_OK)
        fail_msg("%s", error.text);
    sow_recipe_release(recipe);
    sow_model_release(model);
    return checkpoint;
}

static void check_model(const char *name, const char *dtype, const char *expected)
{
    sow_context *context = engine();
    sow_checkpoint *checkpoint = make_checkpoint(name, dtype);
    sow_error error;
    const sow_run_options options = {.no_moments = 1};
    if (sow_checkpoint_run(checkpoint, context, &options, &error) != SOW_OK)
        fail_msg("%s in %s: %s", name, dtype, error.text);
    uint8_t bytes[16];
    char digest[33];
    sow_checkpoint_digest(checkpoint, bytes);
    sow_digest_print(bytes, digest);
    if (strcmp(expected, digest) != 0)
        fail_msg("%s in %s: expected %s, actual %s", name, dtype, expected, digest);
    sow_checkpoint_release(checkpoint);
}

static void test_golden_models(void **state)
{
    (void)state;
    FILE *file = fopen(SOWT_GOLDEN_DIR "/models.txt", "r");
    assert_non_null(file);
    char line[128], name[32], dtype[16], digest[33];
    int checked = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] == '#')
            continue;
        assert_int_equal(3, sscanf(line, "%31s %15s %32s", name, dtype, digest));
        if (only == NULL || strcmp(only, name) == 0) {
            check_model(name, dtype, digest);
            checked++;
        }
    }
    fclose(file);
    assert_true(checked > 0);
}

int main(int argc, char **argv)
{
    only = argc > 1 ? argv[1] : NULL;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden_models)};
#ifdef SOWT_ON_DEVICE
    return SOWT_RUN(tests, sowt_context_teardown);
#else
    return SOWT_RUN(tests, NULL);
#endif
}
