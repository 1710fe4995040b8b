#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/run.h"
#include "refusal.h"
#include "run_tests.h"
#include "scratch.h"
#include "sowcl/model.h"

/* 400 bytes each but for e and n; the order of a single file is b, a, w, z, n (dtype), then e. */
static const char model_text[] =
    "{\"format\": \"sowcl-model/1\", \"name\": \"m\", \"tensors\": ["
    "{\"name\": \"w\", \"shape\": [10, 10]}, {\"name\": \"e\", \"shape\": [900], \"dtype\": "
    "\"f16\"},"
    "{\"name\": \"a\", \"shape\": [100]}, {\"name\": \"n\", \"shape\": [0]},"
    "{\"name\": \"b\", \"shape\": [50], \"dtype\": \"f64\"}, {\"name\": \"z\", \"shape\": [100]}],"
    "\"aliases\": {\"tied\": \"e\", \"again\": \"z\"}}";
static const char recipe_text[] = "{\"format\": \"sowcl-recipe/1\", \"name\": \"r\", \"rules\": "
                                  "[{\"init\": \"normal(std=0.5)\"}]}";

static sow_checkpoint *create(const char *path, uint64_t seed)
{
    sow_model *model = NULL;
    sow_recipe *recipe = NULL;
    sow_checkpoint *checkpoint = NULL;
    sow_error error;
    const sow_checkpoint_options options = {.seed = seed};
    assert_done(sow_model_load(&model, path, &error), &error);
    assert_done(sow_recipe_load(&recipe, sowt_scratch_text("r.json", recipe_text), &error), &error);
    assert_done(sow_checkpoint_create(&checkpoint, model, recipe, &options, &error), &error);
    sow_recipe_release(recipe);
    sow_model_release(model);
    assert_int_equal(0, unlink(sowt_scratch_path("r.json")));
    return checkpoint;
}

static sow_checkpoint *create_described(uint64_t seed)
{
    sow_checkpoint *checkpoint = create(sowt_scratch_text("m.json", model_text), seed);
    assert_int_equal(0, unlink(sowt_scratch_path("m.json")));
    return checkpoint;
}

static void write_shards(uint64_t seed)
{
    sow_checkpoint *checkpoint = create_described(seed);
    const sow_run_options run = {.path = sowt_scratch_path("w.safetensors"),
                                 .max_shard_bytes = 800};
    sow_error error;
    assert_done(sow_checkpoint_run(checkpoint, NULL, &run, &error), &error);
    sow_checkpoint_release(checkpoint);
}

static sow_status digest_of(const char *name, uint8_t total[16], sow_error *error)
{
    sow_file_digest *file = NULL;
    const sow_status status = sow_file_digest_read(&file, sowt_scratch_path(name), error);
    if (status == SOW_OK)
        sow_file_digest_total(file, total);
    sow_file_digest_release(file);
    return status;
}

static bool holds(const char *name, const char *part)
{
    size_t size = 0;
    char *bytes = sowt_scratch_read(sowt_scratch_path(name), &size);
    const bool found = strstr(bytes + 8, part) != NULL; /* a header's length has zeros */
    free(bytes);
    return found;
}

static void test_run_writes_shards(void **state)
{
    (void)state;
    static const char *const files[] = {"w-00001-of-00003.safetensors",
                                        "w-00002-of-00003.safetensors",
                                        "w-00003-of-00003.safetensors", "w.safetensors.index.json"};
    sow_error error;
    sow_checkpoint *checkpoint = create_described(5);
    const char *path = sowt_scratch_text("w.safetensors", "an older single file");
    const sow_run_options whole = {.path = sowt_scratch_path("one")};
    const sow_run_options run = {.path = path, .max_shard_bytes = 800};
    assert_int_equal(0, sow_checkpoint_file_count(checkpoint));
    assert_done(sow_checkpoint_run(checkpoint, NULL, &whole, &error), &error);
    assert_int_equal(1, sow_checkpoint_file_count(checkpoint));
    assert_string_equal(whole.path, sow_checkpoint_file_at(checkpoint, 0));
    assert_done(sow_checkpoint_run(checkpoint, NULL, &run, &error), &error);
    assert_int_equal(4, sow_checkpoint_file_count(checkpoint));
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(sowt_scratch_path(files[i]), sow_checkpoint_file_at(checkpoint, i));
    assert_null(sow_checkpoint_file_at(checkpoint, 4));
    assert_int_equal(5, sowt_scratch_count());

    uint8_t of_run[16], of_shards[16], of_one[16];
    sow_checkpoint_digest(checkpoint, of_run);
    assert_done(digest_of(files[3], of_shards, &error), &error);
    assert_done(digest_of("one", of_one, &error), &error);
    assert_memory_equal(of_run, of_shards, 16);
    assert_memory_equal(of_run, of_one, 16);
    assert_true(holds(files[0], "{\"format\":\"pt\",\"sowcl.recipe\":\"r\",\"sowcl.seed\":\"5\","
                                "\"sowcl.stream_version\":"));
    assert_true(holds(files[0], "\"tied\":\"e\""));
    assert_false(holds(files[1], "\"tied\""));
    assert_true(holds(files[2], "\"again\":\"z\""));
    sow_checkpoint_release(checkpoint);
    sowt_scratch_clear();
}

static void test_index_is_as_transformers_writes_it(void **state)
{
    (void)state;
    write_shards(0);
    size_t size = 0;
    char *text = sowt_scratch_read(sowt_scratch_path("w.safetensors.index.json"), &size);
    assert_string_equal("{\n"
                        "  \"metadata\": {\n"
                        "    \"total_size\": 3400\n"
                        "  },\n"
                        "  \"weight_map\": {\n"
                        "    \"a\": \"w-00002-of-00003.safetensors\",\n"
                        "    \"b\": \"w-00003-of-00003.safetensors\",\n"
                        "    \"e\": \"w-00001-of-00003.safetensors\",\n"
                        "    \"n\": \"w-00002-of-00003.safetensors\",\n"
                        "    \"w\": \"w-00002-of-00003.safetensors\",\n"
                        "    \"z\": \"w-00003-of-00003.safetensors\"\n"
                        "  }\n"
                        "}\n",
                        text);
    free(text);
    sowt_scratch_clear();
}

static void test_what_fits_is_a_single_file(void **state)
{
    (void)state;
    sow_error error;
    write_shards(0);
    sow_checkpoint *checkpoint = create_described(0);
    const char *path = sowt_scratch_path("w.safetensors");
    const sow_run_options run = {.path = path, .max_shard_bytes = 3400};
    assert_done(sow_checkpoint_run(checkpoint, NULL, &run, &error), &error);
    assert_int_equal(1, sow_checkpoint_file_count(checkpoint));
    assert_string_equal(path, sow_checkpoint_file_at(checkpoint, 0));
    /* the older shards are left, but no index names them */
    assert_int_equal(4, sowt_scratch_count());
    assert_int_equal(-1, access(sowt_scratch_path("w.safetensors.index.json"), F_OK));
    size_t size = 0, plain_size = 0;
    char *limited = sowt_scratch_read(path, &size);
    const sow_run_options plain = {.path = path};
    assert_done(sow_checkpoint_run(checkpoint, NULL, &plain, &error), &error);
    char *single = sowt_scratch_read(path, &plain_size);
    assert_int_equal(plain_size, size);
    assert_memory_equal(single, limited, size);
    free(limited);
    free(single);
    sow_checkpoint_release(checkpoint);
    sowt_scratch_clear();
}

typedef struct watch {
    int calls, cancel_at;
} watch;

static int look(void *user, uint64_t done, uint64_t total)
{
    watch *seen = user;
    (void)done;
    (void)total;
    return ++seen->calls == seen->cancel_at;
}

static void test_cancelled_runs_leave_what_was_there(void **state)
{
    (void)state;
    sow_error error;
    uint8_t before[16], after[16];
    write_shards(1);
    assert_done(digest_of("w.safetensors.index.json", before, &error), &error);
    sow_checkpoint *checkpoint = create_described(2);
    watch seen = {0};
    char path[600]; /* outlives the many paths below */
    strcpy(path, sowt_scratch_path("w.safetensors"));
    const sow_run_options run = {
        .path = path, .max_shard_bytes = 800, .progress = look, .user = &seen};
    /* shards of 1800, 800 and 800 bytes, and once before the files are put in place */
    const sowi_run_sizes small = {.block = {.bytes = 400}};
    for (int at = 1; at <= 10; at++) {
        seen = (watch){.cancel_at = at};
        assert_refused(SOW_ERR_CANCELLED,
                       sowi_checkpoint_run_in_blocks(checkpoint, NULL, &run, small, &error), &error,
                       "cancelled");
        assert_int_equal(4, sowt_scratch_count());
        assert_int_equal(0, sow_checkpoint_file_count(checkpoint));
        assert_done(digest_of("w.safetensors.index.json", after, &error), &error);
        assert_memory_equal(before, after, 16);
    }
    seen = (watch){0};
    assert_done(sowi_checkpoint_run_in_blocks(checkpoint, NULL, &run, small, &error), &error);
    assert_int_equal(10, seen.calls);
    assert_done(digest_of("w.safetensors.index.json", after, &error), &error);
    assert_memory_not_equal(before, after, 16);
    sow_checkpoint_release(checkpoint);
    sowt_scratch_clear();
}

static void test_run_refuses_paths(void **state)
{
    (void)state;
    static const char *const paths[] = {"-", "w", "w.npy", ".w.safetensors", "/dev/null"};
    sow_error error;
    sow_checkpoint *checkpoint = create_described(0);
    watch seen = {0};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        const sow_run_options run = {
            .path = paths[i], .max_shard_bytes = 1, .progress = look, .user = &seen};
        assert_refused(SOW_ERR_ARGUMENT, sow_checkpoint_run(checkpoint, NULL, &run, &error), &error,
                       paths[i]);
    }
    const char *folder = sowt_scratch_path("w-00002-of-00003.safetensors");
    assert_int_equal(0, mkdir(folder, 0700));
    const sow_run_options run = {.path = sowt_scratch_path("w.safetensors"),
                                 .max_shard_bytes = 800,
                                 .progress = look,
                                 .user = &seen};
    assert_refused(SOW_ERR_FILE, sow_checkpoint_run(checkpoint, NULL, &run, &error), &error,
                   "shard 2 of 3");
    assert_int_equal(0, seen.calls);
    assert_int_equal(0, rmdir(folder));
    assert_int_equal(0, sowt_scratch_count());
    sow_checkpoint_release(checkpoint);
}

static void test_a_model_of_shards_is_that_of_one_file(void **state)
{
    (void)state;
    sow_error error;
    write_shards(3);
    uint8_t expected[16], actual[16];
    assert_done(digest_of("w.safetensors.index.json", expected, &error), &error);
    const char *index = sowt_scratch_path("w.safetensors.index.json");
    sow_model *model = NULL;
    assert_done(sow_model_load(&model, index, &error), &error);
    assert_string_equal("w", sow_model_name(model));
    assert_null(sow_model_recipe(model));
    assert_int_equal(6, sow_model_tensor_count(model));
    sow_model_release(model);
    sow_checkpoint *checkpoint = create(index, 3);
    assert_done(sow_checkpoint_run(checkpoint, NULL, NULL, &error), &error);
    sow_checkpoint_digest(checkpoint, actual);
    assert_memory_equal(expected, actual, 16);
    sow_checkpoint_release(checkpoint);
    sowt_scratch_clear();
}

#define MAP(map) "{\"weight_map\": " map "}"
#define FIRST    "w-00001-of-00003.safetensors"

static void test_bad_indices_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
    } rows[] = {
        {"{", "not valid JSON"},
        {"{}", "(weight_map)"},
        {MAP("[]"), "weight_map (a list)"},
        {MAP("{\"e\": 1}"), "tensor 'e': wrong file (1)"},
        {MAP("{\"e\": \"\"}"), "wrong file ()"},
        {MAP("{\"e\": \"/etc/passwd\"}"), "(/etc/passwd)"},
        {MAP("{\"e\": \"a/b\"}"), "(a/b)"},
        {MAP("{\"e\": \"..\"}"), "(..)"},
        {MAP("{\"e\": \".w\"}"), "(.w)"},
        {MAP("{\"e\": \"a\\u0000b\"}"), "not valid JSON"},
        {MAP("{\"e\": \"a\\nb\"}"), "(a\\nb)"},
        {MAP("{\"e\": \"" FIRST "\", \"e\": \"" FIRST "\"}"), "duplicate"},
        {MAP("{\"e\": \"" FIRST "\", \"x\": \"" FIRST "\"}"), FIRST ": tensor 'x' is missing"},
        {MAP("{\"x\": \"w-00002-of-00003.safetensors\"}"), "tensor 'a' is too many"},
        {MAP("{\"a\": \"w-00002-of-00003.safetensors\"}"), "tensor 'n' is too many"},
    };
    sow_error error;
    uint8_t total[16];
    write_shards(0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sow_model *model = NULL;
        const char *path = sowt_scratch_text("bad.json", rows[i].text);
        assert_refused(SOW_ERR_FORMAT, digest_of("bad.json", total, &error), &error, rows[i].part);
        if (strstr(rows[i].text, "weight_map") == NULL)
            continue;
        const sow_status status = sow_model_load(&model, path, &error);
        assert_true(status == SOW_ERR_FORMAT || status == SOW_ERR_MODEL);
        assert_null(model);
    }
    sowt_scratch_text("bad.json", MAP("{\"e\": \"none.safetensors\"}"));
    assert_refused(SOW_ERR_FILE, digest_of("bad.json", total, &error), &error, "none.safetensors");
    /* a metadata of any kind, and other keys, are the writer's own business */
    sowt_scratch_text("good.json",
                      "{\"x\": 1, \"metadata\": 2, \"weight_map\": {\"e\": \"" FIRST "\"}}");
    assert_done(digest_of("good.json", total, &error), &error);
    sowt_scratch_text("empty.json", MAP("{}"));
    assert_done(digest_of("empty.json", total, &error), &error);
    sowt_scratch_clear();
}

static void test_cut_shards_are_refused(void **state)
{
    (void)state;
    sow_error error;
    uint8_t total[16];
    write_shards(0);
    size_t size = 0;
    char *bytes = sowt_scratch_read(sowt_scratch_path(FIRST), &size);
    sowt_scratch_write(FIRST, bytes, size - 1);
    free(bytes);
    assert_refused(SOW_ERR_FORMAT, digest_of("w.safetensors.index.json", total, &error), &error,
                   FIRST);
    sowt_scratch_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run_writes_shards),
        cmocka_unit_test(test_index_is_as_transformers_writes_it),
        cmocka_unit_test(test_what_fits_is_a_single_file),
        cmocka_unit_test(test_cancelled_runs_leave_what_was_there),
        cmocka_unit_test(test_run_refuses_paths),
        cmocka_unit_test(test_a_model_of_shards_is_that_of_one_file),
        cmocka_unit_test(test_bad_indices_are_refused),
        cmocka_unit_test(test_cut_shards_are_refused),
    };
    return SOWT_RUN(tests, sowt_scratch_remove);
}
