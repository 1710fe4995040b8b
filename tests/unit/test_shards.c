#include <stdlib.h>
#include <string.h>

#include "model/shard_names.h"
#include "model/shards.h"
#include "run_tests.h"

enum { MOST = 8 };

/* Rows are what huggingface_hub.split_torch_state_dict_into_shards gives. */
static void test_assign_is_hugging_faces(void **state)
{
    (void)state;
    static const struct {
        uint64_t limit;
        size_t count;
        uint64_t sizes[MOST];
        size_t shards;
        size_t shard_of[MOST];
    } rows[] = {
        {10, 0, {0}, 0, {0}},
        {10, 1, {10}, 1, {0}},
        {10, 1, {11}, 1, {0}},
        {10, 2, {5, 5}, 1, {0, 0}},
        {10, 2, {5, 6}, 2, {0, 1}},
        {10, 6, {6, 6, 2, 6, 2, 2}, 3, {0, 1, 1, 2, 2, 2}},
        /* the shard that is being filled goes on behind a tensor of its own, and is numbered when full */
        {10, 3, {1, 11, 1}, 2, {1, 0, 1}},
        {10, 5, {1, 11, 9, 12, 1}, 4, {2, 0, 2, 1, 3}},
        {10, 3, {11, 12, 13}, 3, {0, 1, 2}},
        /* nothing takes no room */
        {10, 4, {10, 0, 0, 1}, 2, {0, 0, 0, 1}},
        {10, 3, {0, 11, 0}, 2, {1, 0, 1}},
        {1, 3, {0, 0, 0}, 1, {0, 0, 0}},
        {UINT64_MAX, 3, {1, UINT64_MAX / 2, 7}, 1, {0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t shard_of[MOST] = {0};
        assert_int_equal(rows[i].shards,
                         sowi_shards_assign(rows[i].sizes, rows[i].count, rows[i].limit, shard_of));
        assert_memory_equal(rows[i].shard_of, shard_of, rows[i].count * sizeof shard_of[0]);
    }
}

/* A checkpoint of tensors of these sizes, whose file order is that of the model reversed. */
static void test_plan_keeps_the_order_of_the_checkpoint(void **state)
{
    (void)state;
    sow_checkpoint_tensor tensors[4] = {
        {.size_bytes = 7}, {.size_bytes = 20}, {.size_bytes = 0}, {.size_bytes = 4}};
    sow_checkpoint_tensor *list[] = {&tensors[0], &tensors[1], &tensors[2], &tensors[3]};
    size_t model_order[] = {3, 2, 1, 0};
    const sow_checkpoint checkpoint = {.tensors = list, .model_order = model_order, .count = 4};
    sowi_shards shards = {0};
    assert_int_equal(SOW_OK, sowi_shards_plan(&shards, &checkpoint, 10));
    /* 4 and 0 bytes wait while 20 get a shard of their own; 7 are too many for them */
    static const size_t shard_of[] = {2, 0, 1, 1}, order[] = {1, 2, 3, 0}, ends[] = {1, 3, 4};
    assert_int_equal(3, shards.count);
    assert_memory_equal(shard_of, shards.shard_of, sizeof shard_of);
    assert_memory_equal(order, shards.order, sizeof order);
    assert_memory_equal(ends, shards.ends, sizeof ends);
    assert_int_equal(0, sowi_shard_begin(&shards, 0));
    assert_int_equal(3, sowi_shard_begin(&shards, 2));
    sowi_shards_clear(&shards);

    assert_int_equal(SOW_OK, sowi_shards_plan(&shards, &checkpoint, 0));
    assert_int_equal(1, shards.count);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(i, shards.order[i]);
    sowi_shards_clear(&shards);

    const sow_checkpoint empty = {.count = 0};
    assert_int_equal(SOW_OK, sowi_shards_plan(&shards, &empty, 10));
    assert_int_equal(1, shards.count);
    assert_int_equal(0, shards.ends[0]);
    sowi_shards_clear(&shards);
}

static void test_names_are_hugging_faces(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        size_t shard, count;
        const char *expected;
    } rows[] = {
        {"model.safetensors", 0, 3, "model-00001-of-00003.safetensors"},
        {"a/b.safetensors/w.safetensors", 2, 3, "a/b.safetensors/w-00003-of-00003.safetensors"},
        {"w.safetensors", 99999, 123456, "w-100000-of-123456.safetensors"},
        {"w.safetensors", SIZE_MAX - 1, SIZE_MAX,
         "w-18446744073709551615-of-18446744073709551615.safetensors"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *path = sowi_shard_path(rows[i].path, rows[i].shard, rows[i].count);
        assert_string_equal(rows[i].expected, path);
        free(path);
    }
    char *index = sowi_shard_index_path("a/w.safetensors");
    assert_string_equal("a/w.safetensors.index.json", index);
    free(index);
}

static void test_names_from_files_are_plain(void **state)
{
    (void)state;
    static const char *const good[] = {"w-00001-of-00002.safetensors", "a", "a b.x", "\xc3\xa9"};
    static const char *const bad[] = {"",       ".",    "..",  ".w",   "/w",       "a/w", "w/",
                                      "a/../w", "w..x", "w..", "a\nb", "a\x1b[2J", "\x7f"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(sowi_is_shard_name(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(sowi_is_shard_name(bad[i]));
    assert_true(sowi_can_be_sharded("../.a/w.safetensors"));
    assert_false(sowi_can_be_sharded(".safetensors"));
    assert_false(sowi_can_be_sharded("a/.safetensors"));
    assert_false(sowi_can_be_sharded(".w.safetensors"));
    assert_false(sowi_can_be_sharded("w"));
    assert_false(sowi_can_be_sharded("w.safetensors/"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_assign_is_hugging_faces),
        cmocka_unit_test(test_plan_keeps_the_order_of_the_checkpoint),
        cmocka_unit_test(test_names_are_hugging_faces),
        cmocka_unit_test(test_names_from_files_are_plain),
    };
    return SOWT_RUN(tests, NULL);
}
