#include <math.h>
#include <stdlib.h>

#include "model/run.h"
#include "refusal.h"
#include "run_tests.h"
#include "scratch.h"
#include "sowcl/model.h"

#define RECIPE(rules) "{\"format\": \"sowcl-recipe/1\", \"name\": \"r\", \"rules\": [" rules "]}"
#define MODEL(tensors, rest) \
    "{\"format\": \"sowcl-model/1\", \"name\": \"m\", \"tensors\": [" tensors "]" rest "}"

static const char tensors_of_all_sorts[] =
    MODEL("{\"name\": \"b.weight\", \"shape\": [30, 20]},"
          "{\"name\": \"b.bias\", \"shape\": [30]},"
          "{\"name\": \"a.weight\", \"shape\": [7, 11], \"dtype\": \"f16\"},"
          "{\"name\": \"a.count\", \"shape\": [], \"dtype\": \"i64\"},"
          "{\"name\": \"a.mask\", \"shape\": [3], \"dtype\": \"bool\"},"
          "{\"name\": \"none\", \"shape\": [0, 4]},"
          "{\"name\": \"e.weight\", \"shape\": [50, 16], \"padding_idx\": 3}",
          ", \"parameters\": {\"n_layer\": 8}, \"aliases\": {\"head\": \"e.weight\"}");

static const char recipe_of_all_sorts[] =
    RECIPE("{\"match\": \"a.count\", \"init\": \"zeros\"},"
           "{\"match\": \"a.mask\", \"init\": \"ones\"},"
           "{\"match\": \"*.bias\", \"init\": \"uniform(low=-1/sqrt(weight_fan_in),"
           " high=1/sqrt(weight_fan_in))\"},"
           "{\"rank\": \"2+\", \"init\": \"normal(std=1/sqrt(2*n_layer))\"}");

static sow_status create(sow_checkpoint **checkpoint, const char *model_text,
                         const char *recipe_text, const sow_checkpoint_options *options,
                         sow_error *error)
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

static sow_checkpoint *create_all_sorts(const sow_checkpoint_options *options)
{
    sow_checkpoint *checkpoint = NULL;
    sow_error error;
    assert_done(create(&checkpoint, tensors_of_all_sorts, recipe_of_all_sorts, options, &error),
                &error);
    return checkpoint;
}

static const sow_checkpoint_tensor *find(const sow_checkpoint *checkpoint, const char *name)
{
    for (size_t i = 0; i < sow_checkpoint_count(checkpoint); i++)
        if (strcmp(sow_checkpoint_tensor_at(checkpoint, i)->name, name) == 0)
            return sow_checkpoint_tensor_at(checkpoint, i);
    fail_msg("no tensor %s", name);
    return NULL;
}

static void test_create_resolves(void **state)
{
    (void)state;
    const sow_checkpoint_options options = {.seed = 5};
    sow_checkpoint *checkpoint = create_all_sorts(&options);
    static const char *const order[] = {"a.count", "b.bias",   "b.weight", "e.weight",
                                        "none",    "a.weight", "a.mask"};
    assert_int_equal(7, sow_checkpoint_count(checkpoint));
    for (size_t i = 0; i < 7; i++)
        assert_string_equal(order[i], sow_checkpoint_tensor_at(checkpoint, i)->name);
    assert_null(sow_checkpoint_tensor_at(checkpoint, 7));
    assert_int_equal(1 + 30 + 600 + 800 + 0 + 77 + 3, sow_checkpoint_parameters(checkpoint));
    assert_int_equal(8 + 4 * (30 + 600 + 800) + 2 * 77 + 3, sow_checkpoint_bytes(checkpoint));

    const sow_checkpoint_tensor *bias = find(checkpoint, "b.bias");
    assert_int_equal(SOW_UNIFORM, bias->initializer.kind);
    assert_true(bias->initializer.param[0] == -1 / sqrt(20.0));
    assert_int_equal(5, bias->plan.key.seed);
    assert_int_equal(sow_stream_from_name("b.bias"), bias->plan.key.stream);
    assert_string_equal("", bias->kind);
    assert_int_equal(-1, bias->padding_idx);
    const sow_checkpoint_tensor *weight = find(checkpoint, "e.weight");
    assert_string_equal("normal(std=1/sqrt(2*n_layer))", weight->expression);
    assert_true(weight->initializer.param[1] == 0.25);
    assert_true(fabs(weight->std - 0.25) < 1e-6 && fabs(weight->mean) < 1e-6);
    assert_int_equal(3, weight->padding_idx);
    sow_checkpoint_release(checkpoint);
    sow_checkpoint_release(NULL);
}

static void test_create_converts_floating_tensors_only(void **state)
{
    (void)state;
    const sow_checkpoint_options options = {.convert = 1, .dtype = SOW_BF16};
    sow_checkpoint *checkpoint = create_all_sorts(&options);
    assert_int_equal(SOW_I64, find(checkpoint, "a.count")->tensor.dtype);
    assert_int_equal(SOW_BOOL, find(checkpoint, "a.mask")->tensor.dtype);
    assert_int_equal(SOW_BF16, find(checkpoint, "a.weight")->tensor.dtype);
    assert_int_equal(SOW_BF16, find(checkpoint, "b.bias")->plan.dtype);
    assert_int_equal(2 * 600, find(checkpoint, "b.weight")->size_bytes);
    sow_checkpoint_release(checkpoint);

    const sow_checkpoint_options integers = {.convert = 1, .dtype = SOW_I32};
    sow_error error;
    assert_refused(
        SOW_ERR_DTYPE,
        create(&checkpoint, tensors_of_all_sorts, recipe_of_all_sorts, &integers, &error), &error,
        "(i32)");
}

static void test_create_leaves_out(void **state)
{
    (void)state;
    static const char matrices[] = RECIPE("{\"rank\": \"2+\", \"init\": \"normal(std=1)\"},"
                                          "{\"match\": \"a.*\", \"init\": \"normal(std=1)\"}");
    static const char none[] = RECIPE("{\"match\": \"x\", \"init\": \"zeros\"}");
    const sow_checkpoint_options options = {.leave_out = 1}, all = {.leave_out = 0};
    sow_checkpoint *checkpoint = NULL;
    sow_error error;
    assert_done(create(&checkpoint, tensors_of_all_sorts, matrices, &options, &error), &error);
    /* no rule takes b.bias; a.count and a.mask are not of a dtype that is drawn */
    assert_int_equal(4, sow_checkpoint_count(checkpoint));
    assert_int_equal(600 + 800 + 77, sow_checkpoint_parameters(checkpoint));
    assert_string_equal("e.weight", sow_checkpoint_alias(checkpoint, "head"));
    sow_checkpoint_release(checkpoint);
    assert_refused(SOW_ERR_DTYPE, create(&checkpoint, tensors_of_all_sorts, matrices, &all, &error),
                   &error, "a.count");
    assert_refused(SOW_ERR_NO_RULE,
                   create(&checkpoint, tensors_of_all_sorts, none, &options, &error), &error,
                   "a.count");
    assert_null(checkpoint);
}

static void test_create_knows_a_tensors_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *name, *expression;
        double value;
    } rows[] = {
        {"t.weight", "fan_in", 3 * 5 * 7}, {"t.weight", "fan_out", 2 * 5 * 7},
        {"t.weight", "dim0", 2},           {"t.weight", "dim3", 7},
        {"t.weight", "size", 210},         {"t.bias", "weight_fan_in", 105},
        {"t.bias", "weight_fan_out", 70},  {"t.bias", "dim0*size", 16},
        {"t.bias_ih", "weight_fan_in", 9}, {"bias.in_bias", "weight_fan_in", 6},
        {"tied.bias", "weight_fan_in", 9}, {"scalar", "size", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char recipe[256];
        snprintf(recipe, sizeof recipe,
                 RECIPE("{\"match\": \"%s\", \"init\": \"constant(value=%s)\"}"), rows[i].name,
                 rows[i].expression);
        const sow_checkpoint_options options = {.only = rows[i].name};
        sow_checkpoint *checkpoint = NULL;
        sow_error error;
        assert_done(create(&checkpoint,
                           MODEL("{\"name\": \"t.weight\", \"shape\": [2, 3, 5, 7]},"
                                 "{\"name\": \"t.bias\", \"shape\": [4]},"
                                 "{\"name\": \"t.weight_ih\", \"shape\": [8, 9]},"
                                 "{\"name\": \"t.bias_ih\", \"shape\": [8]},"
                                 "{\"name\": \"bias.in_weight\", \"shape\": [5, 6]},"
                                 "{\"name\": \"bias.in_bias\", \"shape\": [5]},"
                                 "{\"name\": \"tied.bias\", \"shape\": [8]},"
                                 "{\"name\": \"scalar\", \"shape\": []}",
                                 ", \"aliases\": {\"tied.weight\": \"t.weight_ih\"}"),
                           recipe, &options, &error),
                    &error);
        assert_true(rows[i].value == find(checkpoint, rows[i].name)->initializer.param[0]);
        sow_checkpoint_release(checkpoint);
    }
}

static void test_create_refuses(void **state)
{
    (void)state;
    static const struct {
        const char *model, *recipe;
        sow_status status;
        const char *part, *more;
    } rows[] = {
        {MODEL("{\"name\": \"w\", \"shape\": [2, 3], \"kind\": \"Linear.weight\"}", ""),
         RECIPE("{\"match\": \"v\", \"init\": \"ones\"}"), SOW_ERR_NO_RULE, "'w'",
         "kind Linear.weight, shape [2, 3]"},
        {MODEL("{\"name\": \"w\", \"shape\": []}", ""), RECIPE(""), SOW_ERR_NO_RULE, "'w'",
         "kind unknown, shape []"},
        {MODEL("{\"name\": \"w\", \"shape\": [2]}", ", \"parameters\": {\"n_layer\": 1}"),
         RECIPE("{\"match\": \"v\", \"init\": \"one\"},"
                "{\"init\": \"constant(value=n_layr)\"}"),
         SOW_ERR_SYNTAX, "tensor 'w', rules[1] of r (constant(value=n_layr))",
         "(n_layr): the nearest is n_layer"},
        {MODEL("{\"name\": \"w\", \"shape\": [2]}", ""),
         RECIPE("{\"init\": \"constant(value=fan_in)\"}"), SOW_ERR_SYNTAX, "(fan_in)", "'w'"},
        {MODEL("{\"name\": \"bias\", \"shape\": [2]}", ""),
         RECIPE("{\"init\": \"constant(value=weight_fan_in)\"}"), SOW_ERR_SYNTAX, "(weight_fan_in)",
         "'bias'"},
        {MODEL("{\"name\": \"w\", \"shape\": [2]}", ""), RECIPE("{\"init\": \"xavier_normal\"}"),
         SOW_ERR_FAN, "'w'", "xavier_normal"},
        {MODEL("{\"name\": \"w\", \"shape\": [2]}", ""), RECIPE("{\"init\": \"normal(std=-1)\"}"),
         SOW_ERR_PARAMETER, "'w'", "-1"},
        {MODEL("{\"name\": \"w\", \"shape\": [2], \"dtype\": \"i64\"}", ""),
         RECIPE("{\"init\": \"normal\"}"), SOW_ERR_DTYPE, "'w'", "normal"},
        {MODEL("{\"name\": \"w\", \"shape\": [2], \"dtype\": \"u8\"}", ""),
         RECIPE("{\"init\": \"constant(value=256)\"}"), SOW_ERR_RANGE, "'w'", "256"},
        {MODEL("{\"name\": \"v\", \"shape\": [4611686018427387904], \"dtype\": \"u8\"},"
               "{\"name\": \"w\", \"shape\": [4611686018427387904], \"dtype\": \"u8\"}",
               ""),
         RECIPE("{\"init\": \"zeros\"}"), SOW_ERR_SHAPE, "2^63", "too large"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sow_checkpoint *checkpoint = NULL;
        sow_error error = {0};
        const sow_status status = create(&checkpoint, rows[i].model, rows[i].recipe, NULL, &error);
        assert_refused(rows[i].status, status, &error, rows[i].part);
        assert_refused(rows[i].status, status, &error, rows[i].more);
        assert_null(checkpoint);
    }
    sow_error error;
    assert_refused(SOW_ERR_ARGUMENT, sow_checkpoint_create(NULL, NULL, NULL, NULL, &error), &error,
                   "NULL");
}

static void test_only_selects(void **state)
{
    (void)state;
    const sow_checkpoint_options weights = {.only = "*.weight"}, nothing = {.only = "x*"};
    sow_checkpoint *checkpoint = create_all_sorts(&weights);
    assert_int_equal(3, sow_checkpoint_count(checkpoint));
    sow_checkpoint_release(checkpoint);
    checkpoint = NULL;
    sow_error error;
    assert_refused(SOW_ERR_ARGUMENT,
                   create(&checkpoint, tensors_of_all_sorts, recipe_of_all_sorts, &nothing, &error),
                   &error, "(x*)");
    assert_null(checkpoint);
}

static void total_of(const char *path, uint8_t total[16])
{
    sow_file_digest *file = NULL;
    sow_error error;
    assert_done(sow_file_digest_read(&file, path, &error), &error);
    sow_file_digest_total(file, total);
    sow_file_digest_release(file);
}

static void test_run_writes_what_it_digests(void **state)
{
    (void)state;
    const sow_checkpoint_options options = {.seed = 5};
    sow_checkpoint *checkpoint = create_all_sorts(&options);
    const char *path = sowt_scratch_path("out.safetensors");
    const sow_run_options run = {.path = path};
    sow_error error;
    assert_done(sow_checkpoint_run(checkpoint, NULL, &run, &error), &error);
    uint8_t of_run[16], of_file[16], of_draw[16];
    sow_checkpoint_digest(checkpoint, of_run);
    total_of(path, of_file);
    assert_memory_equal(of_run, of_file, 16);

    size_t size = 0;
    char *bytes = sowt_scratch_read(path, &size);
    const char metadata[] = "{\"__metadata__\":{\"format\":\"pt\",\"head\":\"e.weight\","
                            "\"sowcl.model\":\"{\\\"parameters\\\":{\\\"n_layer\\\":8},"
                            "\\\"tensors\\\":{\\\"e.weight\\\":{\\\"padding_idx\\\":3}}}\","
                            "\"sowcl.recipe\":\"r\","
                            "\"sowcl.seed\":\"5\",\"sowcl.stream_version\":\"";
    assert_memory_equal(metadata, bytes + 8, strlen(metadata));
    free(bytes);
    assert_int_equal(1, sowt_scratch_count());

    assert_done(sow_checkpoint_run(checkpoint, NULL, NULL, &error), &error);
    sow_checkpoint_digest(checkpoint, of_draw);
    assert_memory_equal(of_run, of_draw, 16);
    sow_checkpoint_release(checkpoint);
    sowt_scratch_clear();
}

/* The tensor's values, drawn at once. */
static float *draw(const sow_checkpoint_tensor *tensor)
{
    float *values = malloc((size_t)tensor->size_bytes);
    assert_non_null(values);
    assert_int_equal(SOW_OK, sow_draw(NULL, values, &tensor->plan, 1));
    return values;
}

static void test_run_zeroes_the_padding_row_and_measures_the_rest(void **state)
{
    (void)state;
    sow_checkpoint *checkpoint = create_all_sorts(NULL);
    sow_error error;
    assert_done(sow_checkpoint_run(checkpoint, NULL, NULL, &error), &error);
    const sow_checkpoint_tensor *tensor = find(checkpoint, "e.weight");
    float *values = draw(tensor);
    double sum = 0, square_sum = 0;
    for (size_t i = 0; i < 800; i++) {
        if (i >= 3 * 16 && i < 4 * 16)
            continue;
        sum += (double)values[i];
        square_sum += (double)values[i] * (double)values[i];
    }
    const double mean = sum / 784, std = sqrt(square_sum / 784 - mean * mean);
    assert_true(fabs(mean - tensor->measured_mean) < 1e-12);
    assert_true(fabs(std - tensor->measured_std) < 1e-12);
    memset(values + 3 * 16, 0, 16 * sizeof *values);
    uint8_t digest[16];
    sow_digest_bytes(values, 800 * sizeof *values, digest);
    assert_memory_equal(digest, tensor->digest, 16);
    free(values);

    assert_true(find(checkpoint, "a.mask")->measured_mean == 1);
    assert_true(find(checkpoint, "a.count")->measured_std == 0);
    const sow_checkpoint_tensor *half = find(checkpoint, "a.weight");
    assert_true(fabs(half->measured_std - half->std) < 0.2 * half->std);
    const sow_run_options unmeasured = {.no_moments = 1};
    sow_checkpoint_release(checkpoint);
    checkpoint = create_all_sorts(NULL);
    assert_done(sow_checkpoint_run(checkpoint, NULL, &unmeasured, &error), &error);
    assert_true(find(checkpoint, "e.weight")->measured_std == 0);
    sow_checkpoint_release(checkpoint);
}

/* A tensor of several pieces, whose padding row lies across their border. */
static void test_run_in_pieces_gives_the_whole(void **state)
{
    (void)state;
    sow_checkpoint *checkpoint = NULL;
    sow_error error;
    assert_done(create(&checkpoint,
                       MODEL("{\"name\": \"w\", \"shape\": [5, 3355444], \"padding_idx\": 2}", ""),
                       RECIPE("{\"init\": \"normal(mean=1000, std=0.01)\"}"), NULL, &error),
                &error);
    assert_done(sow_checkpoint_run(checkpoint, NULL, NULL, &error), &error);
    const sow_checkpoint_tensor *tensor = sow_checkpoint_tensor_at(checkpoint, 0);
    float *values = draw(tensor);
    memset(values + (size_t)2 * 3355444, 0, 3355444 * sizeof *values);
    uint8_t digest[16];
    sow_digest_bytes(values, (size_t)tensor->size_bytes, digest);
    assert_memory_equal(digest, tensor->digest, 16);
    free(values);
    /* 13.4 million values: six standard errors, and the rounding of f32 near 1000 */
    assert_true(fabs(tensor->measured_mean - 1000) < 6 * 0.01 / sqrt(13421776.0));
    assert_true(fabs(tensor->measured_std - tensor->std) < 1e-5);
    sow_checkpoint_release(checkpoint);
}

typedef struct watch {
    int calls, cancel_at;
    uint64_t done, total;
} watch;

static int look(void *user, uint64_t done, uint64_t total)
{
    watch *seen = user;
    seen->calls++;
    assert_true(done >= seen->done);
    seen->done = done;
    seen->total = total;
    return seen->calls == seen->cancel_at;
}

static void test_run_reports_and_cancels(void **state)
{
    (void)state;
    sow_checkpoint *checkpoint = create_all_sorts(NULL);
    watch seen = {0};
    const char *path = sowt_scratch_text("out", "old");
    const sow_run_options run = {.path = path, .progress = look, .user = &seen};
    sow_error error;
    /* 5885 bytes in 12 blocks, and once before the file is put in place */
    const sowi_run_sizes small = {.block = {.bytes = 512}};
    for (int at = 1; at <= 13; at++) {
        seen = (watch){.cancel_at = at};
        assert_refused(SOW_ERR_CANCELLED,
                       sowi_checkpoint_run_in_blocks(checkpoint, NULL, &run, small, &error), &error,
                       "cancelled");
        assert_int_equal(at, seen.calls);
        assert_int_equal(1, sowt_scratch_count());
        size_t size = 0;
        char *bytes = sowt_scratch_read(path, &size);
        assert_string_equal("old", bytes);
        free(bytes);
    }
    seen = (watch){0};
    assert_done(sowi_checkpoint_run_in_blocks(checkpoint, NULL, &run, small, &error), &error);
    assert_int_equal(13, seen.calls);
    seen = (watch){0};
    assert_done(sow_checkpoint_run(checkpoint, NULL, &run, &error), &error);
    assert_int_equal(sow_checkpoint_bytes(checkpoint), seen.done);
    assert_int_equal(sow_checkpoint_bytes(checkpoint), seen.total);
    assert_int_equal(1, sowt_scratch_count());

    seen = (watch){0};
    const sow_run_options nowhere = {.path = "/no/such/f", .progress = look, .user = &seen};
    assert_refused(SOW_ERR_FILE, sow_checkpoint_run(checkpoint, NULL, &nowhere, &error), &error,
                   "(/no/such/f)");
    assert_int_equal(0, seen.calls);
    assert_refused(SOW_ERR_ARGUMENT, sow_checkpoint_run(NULL, NULL, &run, &error), &error, "NULL");
    sow_checkpoint_release(checkpoint);
    sowt_scratch_clear();
}

static void test_an_empty_model_is_a_file(void **state)
{
    (void)state;
    sow_checkpoint *checkpoint = NULL;
    sow_error error;
    assert_done(create(&checkpoint, MODEL("", ""), RECIPE(""), NULL, &error), &error);
    const char *path = sowt_scratch_path("empty");
    const sow_run_options run = {.path = path};
    assert_done(sow_checkpoint_run(checkpoint, NULL, &run, &error), &error);
    uint8_t of_run[16], of_file[16];
    sow_checkpoint_digest(checkpoint, of_run);
    total_of(path, of_file);
    assert_memory_equal(of_run, of_file, 16);
    sow_checkpoint_release(checkpoint);
    sowt_scratch_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create_resolves),
        cmocka_unit_test(test_create_converts_floating_tensors_only),
        cmocka_unit_test(test_create_leaves_out),
        cmocka_unit_test(test_create_knows_a_tensors_numbers),
        cmocka_unit_test(test_create_refuses),
        cmocka_unit_test(test_only_selects),
        cmocka_unit_test(test_run_writes_what_it_digests),
        cmocka_unit_test(test_run_zeroes_the_padding_row_and_measures_the_rest),
        cmocka_unit_test(test_run_in_pieces_gives_the_whole),
        cmocka_unit_test(test_run_reports_and_cancels),
        cmocka_unit_test(test_an_empty_model_is_a_file),
    };
    return SOWT_RUN(tests, sowt_scratch_remove);
}
