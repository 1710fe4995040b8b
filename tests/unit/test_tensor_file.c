#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "refusal.h"
#include "run_tests.h"
#include "scratch.h"
#include "sowcl/model.h"

/* Writes a safetensors file of the header and data; its path. */
static const char *write_file(const char *name, const char *header, const char *data, size_t size)
{
    const size_t length = strlen(header);
    char *bytes = calloc(1, 8 + length + size + 1);
    assert_non_null(bytes);
    bytes[0] = (char)(length & 0xff);
    bytes[1] = (char)(length >> 8);
    memcpy(bytes + 8, header, length);
    memcpy(bytes + 8 + length, data, size);
    const char *path = sowt_scratch_write(name, bytes, 8 + length + size);
    free(bytes);
    return path;
}

static const char *write_example(void)
{
    return write_file("file.safetensors",
                      "{\"__metadata__\":{\"sowcl.seed\":\"7\",\"format\":\"pt\"},"
                      "\"z\":{\"dtype\":\"U8\",\"shape\":[2,3],\"data_offsets\":[0,6]},"
                      "\"a\":{\"dtype\":\"F16\",\"shape\":[],\"data_offsets\":[6,8]},"
                      "\"four\":{\"dtype\":\"F4\",\"shape\":[1,1,1,1,1,1,1,1,1,4],"
                      "\"data_offsets\":[8,10]},"
                      "\"none\":{\"dtype\":\"I64\",\"shape\":[0,5],\"data_offsets\":[10,10]}}",
                      "0123456789", 10);
}

static void assert_tensor(const sow_tensor_file *file, const char *name, const char *dtype,
                          uint32_t rank, uint64_t elements, const char *bytes)
{
    const size_t index = sow_tensor_file_find(file, name);
    assert_true(index < sow_tensor_file_count(file));
    const sow_file_tensor *tensor = sow_tensor_file_at(file, index);
    char read[16] = "";
    sow_error error;
    assert_string_equal(name, tensor->name);
    assert_string_equal(dtype, tensor->dtype_name);
    assert_int_equal(rank, tensor->rank);
    assert_int_equal(elements, tensor->elements);
    assert_int_equal(strlen(bytes), tensor->size_bytes);
    assert_done(sow_tensor_file_read(file, index, 0, strlen(bytes), read, &error), &error);
    assert_string_equal(bytes, read);
}

static void test_tensor_file_lists_and_reads(void **state)
{
    (void)state;
    sow_tensor_file *file = NULL;
    sow_error error;
    assert_done(sow_tensor_file_open(&file, write_example(), &error), &error);
    assert_int_equal(4, sow_tensor_file_count(file));
    static const char *const order[] = {"a", "four", "none", "z"};
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(order[i], sow_tensor_file_at(file, i)->name);
    assert_tensor(file, "z", "U8", 2, 6, "012345");
    assert_tensor(file, "a", "F16", 0, 1, "67");
    assert_tensor(file, "four", "F4", 10, 4, "89");
    assert_tensor(file, "none", "I64", 2, 0, "");
    const sow_file_tensor *z = sow_tensor_file_at(file, 3);
    assert_true(z->known && z->dtype == SOW_U8 && z->shape[0] == 2 && z->shape[1] == 3);
    assert_false(sow_tensor_file_at(file, 1)->known);
    assert_int_equal(4, sow_tensor_file_find(file, "b"));
    assert_string_equal("7", sow_tensor_file_metadata(file, "sowcl.seed"));
    assert_null(sow_tensor_file_metadata(file, "sowcl.recipe"));
    char middle[4] = "";
    assert_done(sow_tensor_file_read(file, 3, 2, 3, middle, &error), &error);
    assert_string_equal("234", middle);
    sow_tensor_file_release(file);
    sow_tensor_file_release(NULL);
    sowt_scratch_clear();
}

static void test_tensor_file_opens_npy(void **state)
{
    (void)state;
    static const float values[] = {1.0f, 2.0f, 3.0f};
    const char *path = sowt_scratch_path("a.npy");
    const sow_saved_tensor saved = {.dtype = SOW_F32, .rank = 1, .shape = {3}, .data = values};
    sow_tensor_file *file = NULL;
    sow_error error;
    float read = 0.0f;
    assert_done(sow_save(path, &saved, &error), &error);
    assert_done(sow_tensor_file_open(&file, path, &error), &error);
    assert_int_equal(0, sow_tensor_file_find(file, "tensor"));
    assert_true(sow_tensor_file_at(file, 0)->known);
    assert_done(sow_tensor_file_read(file, 0, 8, 4, &read, &error), &error);
    assert_true(read == 3.0f);
    assert_null(sow_tensor_file_metadata(file, "format"));
    sow_tensor_file_release(file);
    sowt_scratch_clear();
}

static void test_tensor_file_at_and_find_beyond_the_end(void **state)
{
    (void)state;
    sow_tensor_file *file = NULL;
    sow_error error;
    assert_done(sow_tensor_file_open(&file, write_example(), &error), &error);
    assert_non_null(sow_tensor_file_at(file, 3));
    assert_null(sow_tensor_file_at(file, 4));
    assert_null(sow_tensor_file_at(file, SIZE_MAX));
    assert_int_equal(4, sow_tensor_file_find(file, "b"));
    assert_int_equal(4, sow_tensor_file_find(file, NULL));
    assert_null(sow_tensor_file_metadata(file, NULL));
    sow_tensor_file_release(file);
    assert_int_equal(0, sow_tensor_file_count(NULL));
    assert_null(sow_tensor_file_at(NULL, 0));
    assert_int_equal(0, sow_tensor_file_find(NULL, "a"));
    assert_null(sow_tensor_file_metadata(NULL, "format"));
    sowt_scratch_clear();
}

static void test_model_from_file(void **state)
{
    (void)state;
    sow_tensor_file *file = NULL;
    sow_model *model = NULL;
    sow_error error;
    assert_done(sow_tensor_file_open(&file, write_example(), &error), &error);
    assert_done(sow_model_from_file(&model, file, &error), &error);
    assert_int_equal(3, sow_model_tensor_count(model)); /* without F4 of ten dimensions */
    assert_string_equal("file.safetensors", sow_model_name(model));
    assert_null(sow_model_recipe(model));
    sow_model_release(model);
    assert_refused(SOW_ERR_ARGUMENT, sow_model_from_file(NULL, file, &error), &error, "NULL");
    assert_refused(SOW_ERR_ARGUMENT, sow_model_from_file(&model, NULL, &error), &error, "NULL");
    sow_tensor_file_release(file);

    const char *path = sowt_scratch_path("a.npy");
    const float value = 1.0f;
    const sow_saved_tensor saved = {.dtype = SOW_F32, .rank = 1, .shape = {1}, .data = &value};
    assert_done(sow_save(path, &saved, &error), &error);
    assert_done(sow_tensor_file_open(&file, path, &error), &error);
    assert_refused(SOW_ERR_MODEL, sow_model_from_file(&model, file, &error), &error, ".npy");
    assert_null(model);
    sow_tensor_file_release(file);
    sowt_scratch_clear();
}

static const char *write_filled(const sow_tensor *drawn)
{
    static const float zeros[6] = {0};
    const char *path = sowt_scratch_path("filled.safetensors");
    const sow_saved_tensor saved = {.name = "w",
                                    .rank = 2,
                                    .shape = {2, 3},
                                    .data = zeros,
                                    .recipe = "normal(std=2)",
                                    .drawn = drawn,
                                    .stream = 9};
    sow_error error;
    assert_done(sow_save(path, &saved, &error), &error);
    return path;
}

static void test_tensor_file_plan(void **state)
{
    (void)state;
    const sow_tensor drawn = {
        .rank = 2, .shape = {4, 5}, .start = {2, 1}, .extent = {2, 3}, .layout = SOW_LAYOUT_IO};
    sow_tensor_file *file = NULL;
    sow_checkpoint_tensor tensor;
    sow_error error;
    assert_done(sow_tensor_file_open(&file, write_filled(&drawn), &error), &error);
    assert_done(sow_tensor_file_plan(file, 5, &tensor, &error), &error);
    assert_string_equal("w", tensor.name);
    assert_string_equal("normal(std=2)", tensor.expression);
    assert_int_equal(6, tensor.plan.count);
    assert_int_equal(11, tensor.plan.first);
    assert_int_equal(5, tensor.plan.key.seed);
    assert_int_equal(9, tensor.plan.key.stream);
    assert_int_equal(4, tensor.plan.fan_in);
    assert_int_equal(3, tensor.tensor.shape[1]);
    assert_true(tensor.std > 1.99 && tensor.std < 2.01);
    assert_refused(SOW_ERR_ARGUMENT, sow_tensor_file_plan(NULL, 0, &tensor, &error), &error,
                   "NULL");
    assert_refused(SOW_ERR_ARGUMENT, sow_tensor_file_plan(file, 0, NULL, &error), &error, "NULL");
    sow_tensor_file_release(file);

    assert_done(sow_tensor_file_open(&file, write_filled(NULL), &error), &error);
    assert_refused(SOW_ERR_FORMAT, sow_tensor_file_plan(file, 0, &tensor, &error), &error,
                   "how it was drawn");
    sow_tensor_file_release(file);
    assert_done(sow_tensor_file_open(&file, write_example(), &error), &error);
    assert_refused(SOW_ERR_FORMAT, sow_tensor_file_plan(file, 0, &tensor, &error), &error,
                   "4 tensors");
    sow_tensor_file_release(file);
    sowt_scratch_clear();
}

static void test_tensor_file_opens_shards(void **state)
{
    (void)state;
    sow_tensor_file *file = NULL;
    sow_error error;
    write_file("1.safetensors", "{\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}",
               "bb", 2);
    write_file("2.safetensors",
               "{\"__metadata__\":{\"sowcl.recipe\":\"gpt2\"},"
               "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
               "a", 1);
    const char *path = sowt_scratch_text("i.json", "{\"weight_map\": {\"b\": \"1.safetensors\", "
                                                   "\"a\": \"2.safetensors\"}}");
    assert_done(sow_tensor_file_open(&file, path, &error), &error);
    assert_int_equal(2, sow_tensor_file_count(file));
    assert_tensor(file, "a", "U8", 1, 1, "a");
    assert_tensor(file, "b", "U8", 1, 2, "bb");
    assert_string_equal("gpt2", sow_tensor_file_metadata(file, "sowcl.recipe"));
    sow_tensor_file_release(file);
    assert_int_equal(0, unlink(sowt_scratch_path("2.safetensors")));
    assert_refused(SOW_ERR_FILE, sow_tensor_file_open(&file, path, &error), &error,
                   "2.safetensors");
    assert_null(file);
    sowt_scratch_clear();
}

static void test_tensor_file_open_refuses(void **state)
{
    (void)state;
    sow_tensor_file *file = NULL;
    sow_error error;
    assert_refused(SOW_ERR_ARGUMENT, sow_tensor_file_open(NULL, "x", &error), &error, "NULL");
    assert_refused(SOW_ERR_ARGUMENT, sow_tensor_file_open(&file, NULL, &error), &error, "NULL");
    const char *pipe = sowt_scratch_path("pipe");
    assert_refused(SOW_ERR_FILE, sow_tensor_file_open(&file, pipe, &error), &error, "pipe");
    assert_refused(SOW_ERR_FORMAT,
                   sow_tensor_file_open(&file, sowt_scratch_text("text", "words"), &error), &error,
                   "text");
    assert_refused(SOW_ERR_FORMAT, sow_tensor_file_open(&file, sowt_scratch_text("no", ""), &error),
                   &error, "too short");
    assert_refused(SOW_ERR_FILE, sow_tensor_file_open(&file, "/dev/zero", &error), &error,
                   "no regular file");
    assert_null(file);
    sowt_scratch_clear();
}

static void test_tensor_file_read_refuses(void **state)
{
    (void)state;
    sow_tensor_file *file = NULL;
    sow_error error;
    char bytes[8];
    const char *path = write_example();
    assert_done(sow_tensor_file_open(&file, path, &error), &error);
    assert_refused(SOW_ERR_ARGUMENT, sow_tensor_file_read(NULL, 0, 0, 1, bytes, &error), &error,
                   "NULL");
    assert_refused(SOW_ERR_ARGUMENT, sow_tensor_file_read(file, 0, 0, 1, NULL, &error), &error,
                   "NULL");
    assert_refused(SOW_ERR_ARGUMENT, sow_tensor_file_read(file, 4, 0, 1, bytes, &error), &error,
                   "index (4)");
    assert_refused(SOW_ERR_ARGUMENT, sow_tensor_file_read(file, 3, 2, 5, bytes, &error), &error,
                   "5 from 2");
    assert_refused(SOW_ERR_ARGUMENT, sow_tensor_file_read(file, 3, 7, 0, bytes, &error), &error,
                   "it has 6");
    struct stat info;
    assert_int_equal(0, stat(path, &info));
    assert_int_equal(0, truncate(path, info.st_size - 5));
    assert_refused(SOW_ERR_FORMAT, sow_tensor_file_read(file, 3, 0, 6, bytes, &error), &error,
                   "ends in tensor 'z'");
    sow_tensor_file_release(file);
    sowt_scratch_clear();
}

static void test_tensor_file_stats_reads_pieces(void **state)
{
    (void)state;
    enum { COUNT = 1500000 }; /* of two pieces */
    const char *path = sowt_scratch_path("a.npy");
    float *values = malloc(COUNT * sizeof *values);
    sow_tensor_file *file = NULL;
    sow_stats expected, found;
    sow_error error;
    assert_non_null(values);
    for (int i = 0; i < COUNT; i++)
        values[i] = (float)(i % 1001) - 300.0f;
    const sow_saved_tensor saved = {.dtype = SOW_F32, .rank = 1, .shape = {COUNT}, .data = values};
    assert_done(sow_save(path, &saved, &error), &error);
    assert_done(sow_tensor_file_open(&file, path, &error), &error);
    sow_histogram whole = {.center = 200, .std = 40}, pieces = whole;
    const sow_stats_options at_once = {.histogram = &whole}, options = {.histogram = &pieces};
    assert_int_equal(SOW_OK, sow_stats_host(values, SOW_F32, COUNT, &at_once, &expected));
    assert_done(sow_tensor_file_stats(file, 0, NULL, &options, &found, &error), &error);
    assert_memory_equal(&expected, &found, sizeof found);
    assert_memory_equal(&whole, &pieces, sizeof whole);
    sow_tensor_file_release(file);
    free(values);
    sowt_scratch_clear();
}

static void test_tensor_file_stats_refuses(void **state)
{
    (void)state;
    sow_tensor_file *file = NULL;
    sow_histogram flat = {.std = 0};
    const sow_stats_options options = {.histogram = &flat};
    sow_stats stats;
    sow_error error;
    const char *path = write_example();
    assert_done(sow_tensor_file_open(&file, path, &error), &error);
    assert_refused(SOW_ERR_ARGUMENT, sow_tensor_file_stats(NULL, 0, NULL, NULL, &stats, &error),
                   &error, "NULL");
    assert_refused(SOW_ERR_ARGUMENT, sow_tensor_file_stats(file, 0, NULL, NULL, NULL, &error),
                   &error, "NULL");
    assert_refused(SOW_ERR_ARGUMENT, sow_tensor_file_stats(file, 4, NULL, NULL, &stats, &error),
                   &error, "no such tensor");
    assert_refused(SOW_ERR_DTYPE, sow_tensor_file_stats(file, 1, NULL, NULL, &stats, &error),
                   &error, "F4");
    assert_refused(SOW_ERR_PARAMETER,
                   sow_tensor_file_stats(file, 0, NULL, &options, &stats, &error), &error, "std 0");
    assert_int_equal(0, truncate(path, 100));
    assert_refused(SOW_ERR_FORMAT, sow_tensor_file_stats(file, 3, NULL, NULL, &stats, &error),
                   &error, "'z'");
    sow_tensor_file_release(file);
    sowt_scratch_clear();
}

/* A model of one tensor "w", and its file. */
static sow_checkpoint *draw_one(const char *init, const char **path)
{
    char recipe_text[256];
    sow_model *model = NULL;
    sow_recipe *recipe = NULL;
    sow_checkpoint *checkpoint = NULL;
    sow_error error;
    snprintf(recipe_text, sizeof recipe_text,
             "{\"format\": \"sowcl-recipe/1\", \"name\": \"r\", \"rules\": [{\"init\": \"%s\"}]}",
             init);
    const char *text = "{\"format\": \"sowcl-model/1\", \"name\": \"m\", \"tensors\": "
                       "[{\"name\": \"w\", \"shape\": [30, 20]}], \"aliases\": {\"v\": \"w\"}}";
    assert_done(sow_model_load(&model, sowt_scratch_text("m.json", text), &error), &error);
    assert_done(sow_recipe_load(&recipe, sowt_scratch_text("r.json", recipe_text), &error), &error);
    assert_done(sow_checkpoint_create(&checkpoint, model, recipe, NULL, &error), &error);
    *path = sowt_scratch_path("w.safetensors");
    const sow_run_options run = {.path = *path};
    assert_done(sow_checkpoint_run(checkpoint, NULL, &run, &error), &error);
    sow_recipe_release(recipe);
    sow_model_release(model);
    return checkpoint;
}

static void test_verify_holds_against_draws(void **state)
{
    (void)state;
    static const char *const inits[] = {"normal(std=0.5)", "orthogonal", "eye",
                                        "constant(value=2)"};
    for (size_t i = 0; i < sizeof inits / sizeof inits[0]; i++) {
        const char *path = NULL;
        sow_checkpoint *checkpoint = draw_one(inits[i], &path);
        const sow_checkpoint_tensor *tensor = sow_checkpoint_tensor_at(checkpoint, 0);
        const sow_verify_options options = {.distance = 1};
        sow_tensor_file *file = NULL;
        sow_verification held;
        sow_error error;
        assert_done(sow_tensor_file_open(&file, path, &error), &error);
        assert_done(sow_tensor_file_verify(file, 0, tensor, NULL, &options, &held, &error), &error);
        assert_int_equal(600, held.elements);
        assert_int_equal(0, held.differing);
        assert_true(held.moved == 0 && held.max_moved == 0 && held.nrm2 > 0);
        assert_true(held.nrm2 == held.initial_nrm2);
        assert_string_equal("w", sow_checkpoint_alias(checkpoint, "v"));
        assert_null(sow_checkpoint_alias(checkpoint, "w"));
        sow_tensor_file_release(file);
        sow_checkpoint_release(checkpoint);
        sowt_scratch_clear();
    }
}

static void test_verify_refuses(void **state)
{
    (void)state;
    const char *path = NULL;
    sow_checkpoint *checkpoint = draw_one("normal", &path);
    sow_checkpoint_tensor tensor = *sow_checkpoint_tensor_at(checkpoint, 0);
    sow_tensor_file *file = NULL;
    sow_verification held;
    sow_error error;
    assert_done(sow_tensor_file_open(&file, path, &error), &error);
    assert_refused(SOW_ERR_ARGUMENT,
                   sow_tensor_file_verify(NULL, 0, &tensor, NULL, NULL, &held, &error), &error,
                   "NULL");
    assert_refused(SOW_ERR_ARGUMENT,
                   sow_tensor_file_verify(file, 0, NULL, NULL, NULL, &held, &error), &error,
                   "NULL");
    assert_refused(SOW_ERR_ARGUMENT,
                   sow_tensor_file_verify(file, 0, &tensor, NULL, NULL, NULL, &error), &error,
                   "NULL");
    assert_refused(SOW_ERR_ARGUMENT,
                   sow_tensor_file_verify(file, 1, &tensor, NULL, NULL, &held, &error), &error,
                   "no such tensor");
    assert_int_equal(0, truncate(path, 1000));
    assert_refused(SOW_ERR_FORMAT,
                   sow_tensor_file_verify(file, 0, &tensor, NULL, NULL, &held, &error), &error,
                   "'w'");
    tensor.tensor.shape[0] = 31;
    assert_refused(SOW_ERR_SHAPE,
                   sow_tensor_file_verify(file, 0, &tensor, NULL, NULL, &held, &error), &error,
                   "another shape");
    sow_tensor_file_release(file);
    sow_checkpoint_release(checkpoint);
    sowt_scratch_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tensor_file_lists_and_reads),
        cmocka_unit_test(test_tensor_file_opens_npy),
        cmocka_unit_test(test_tensor_file_at_and_find_beyond_the_end),
        cmocka_unit_test(test_model_from_file),
        cmocka_unit_test(test_tensor_file_plan),
        cmocka_unit_test(test_tensor_file_opens_shards),
        cmocka_unit_test(test_tensor_file_open_refuses),
        cmocka_unit_test(test_tensor_file_read_refuses),
        cmocka_unit_test(test_tensor_file_stats_reads_pieces),
        cmocka_unit_test(test_tensor_file_stats_refuses),
        cmocka_unit_test(test_verify_holds_against_draws),
        cmocka_unit_test(test_verify_refuses),
    };
    return SOWT_RUN(tests, sowt_scratch_remove);
}
