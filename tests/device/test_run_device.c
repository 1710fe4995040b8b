/* Whole models on a device: stages, mapped and copied, and runs in blocks of many sizes, which give the host's
 * bits. */
#include <stdlib.h>

#include "bits.h"
#include "checkpoint_of.h"
#include "device/stage.h"
#include "device_fill.h"
#include "guest.h"
#include "model/run.h"
#include "refusal.h"
#include "run_tests.h"
#include "scratch.h"
#include "sowcl/model.h"
#include "test_device.h"

/* ---- Stages ---- */

/* Two plans in one slot, the second one right behind the first, which has an odd number of elements. */
enum { FIRST = 131, SECOND = 1000, SLOT_BYTES = 4 * FIRST + 2 * SECOND };

static void check_stage(sow_context *context, sowi_stage_memory memory)
{
    const sow_tensor words = sowt_vector(SOW_I32, FIRST), halves = sowt_vector(SOW_F16, SECOND);
    const sow_initializer bits = sow_bits(), ones = sow_ones();
    sow_plan plans[2];
    sowi_stage *stage;
    unsigned char expected[SLOT_BYTES];
    assert_int_equal(SOW_OK, sow_plan_make(&plans[1], &halves, &ones, (sow_key){1, 2}, NULL));
    assert_int_equal(SOW_OK, sow_fill_host_plan(expected + 4 * FIRST, &plans[1], NULL));
    const sow_batch_item pieces[] = {{&plans[0], 0}, {&plans[1], 4 * FIRST}};
    assert_int_equal(SOW_OK, sowi_stage_create(&stage, context, 3, SLOT_BYTES, memory));
    for (size_t i = 0; i < 7; i++) { /* each slot twice and more, with other bits */
        unsigned char *bytes;
        assert_int_equal(SOW_OK, sow_plan_make(&plans[0], &words, &bits, (sow_key){i, 2}, NULL));
        assert_int_equal(SOW_OK, sow_fill_host_plan(expected, &plans[0], NULL));
        assert_int_equal(SOW_OK, sowi_stage_begin(stage, i % 3, pieces, 2));
        assert_int_equal(SOW_OK, sowi_stage_end(stage, i % 3, SLOT_BYTES, &bytes));
        assert_bits_equal(expected, bytes, SLOT_BYTES, 4, sowt_device_name());
        memset(bytes, 0, SLOT_BYTES); /* the host may write, too */
    }
    sowi_stage_release(stage);
}

static void test_stage_gives_the_hosts_bits(void **state)
{
    (void)state;
    sow_context *context = sowt_context();
    check_stage(context, SOWI_STAGE_MAPPED);
    check_stage(context, SOWI_STAGE_COPIED);
    check_stage(context, SOWI_STAGE_BEST);
}

/* Slots that are begun all before the first is ended. */
static void test_slots_work_side_by_side(void **state)
{
    (void)state;
    enum { SLOTS = 4, COUNT = 301 };
    const sow_tensor words = sowt_vector(SOW_I32, COUNT);
    const sow_initializer bits = sow_bits();
    sowi_stage *stage;
    assert_int_equal(SOW_OK,
                     sowi_stage_create(&stage, sowt_context(), SLOTS, 4 * COUNT, SOWI_STAGE_BEST));
    sow_plan plans[SLOTS];
    for (size_t i = 0; i < SLOTS; i++) {
        assert_int_equal(SOW_OK, sow_plan_make(&plans[i], &words, &bits, (sow_key){i, 0}, NULL));
        assert_int_equal(SOW_OK, sowi_stage_begin(stage, i, &(sow_batch_item){&plans[i], 0}, 1));
    }
    for (size_t i = 0; i < SLOTS; i++) {
        uint32_t expected[COUNT];
        unsigned char *bytes;
        assert_int_equal(SOW_OK, sow_fill_host_plan(expected, &plans[i], NULL));
        assert_int_equal(SOW_OK, sowi_stage_end(stage, i, sizeof expected, &bytes));
        assert_bits_equal(expected, bytes, sizeof expected, 4, sowt_device_name());
    }
    sowi_stage_release(stage);
}

/* ---- Runs ---- */

static const char model_text[] =
    "{\"format\": \"sowcl-model/1\", \"name\": \"m\", \"tensors\": ["
    "{\"name\": \"a\", \"shape\": [30, 41], \"padding_idx\": 7}, {\"name\": \"b\", \"shape\": [0]},"
    "{\"name\": \"c\", \"shape\": [5, 3]}, {\"name\": \"d\", \"shape\": []},"
    "{\"name\": \"e\", \"shape\": [77], \"dtype\": \"bf16\"},"
    "{\"name\": \"f\", \"shape\": [131], \"dtype\": \"u8\"}]}";
static const char recipe_text[] =
    "{\"format\": \"sowcl-recipe/1\", \"name\": \"r\", \"rules\": [{\"match\": \"f\", \"init\":"
    " \"ones\"}, {\"init\": \"uniform(low=-1, high=3)\"}]}";

static sow_checkpoint *create(void)
{
    return sowt_checkpoint_of(model_text, recipe_text);
}

static void run(sow_checkpoint *checkpoint, sow_context *context, const char *path,
                sowi_run_sizes sizes)
{
    sow_error error;
    const sow_run_options options = {.path = path};
    assert_done(sowi_checkpoint_run_in_blocks(checkpoint, context, &options, sizes, &error),
                &error);
}

static void check_runs(sow_context *context)
{
    static const size_t blocks[] = {64, 200, 1024, 1 << 20};
    sow_checkpoint *checkpoint = create();
    size_t expected_size, actual_size;
    const char *path = sowt_scratch_path("out");
    run(checkpoint, NULL, path, (sowi_run_sizes){.slots = 0});
    char *expected = sowt_scratch_read(path, &expected_size);
    const double mean = sow_checkpoint_tensor_at(checkpoint, 0)->measured_mean;
    const size_t least = sowt_is_simulated() ? 2 : 0; /* fewer: slow */
    for (size_t i = least; i < sizeof blocks / sizeof blocks[0]; i++) {
        run(checkpoint, context, path, (sowi_run_sizes){.block = {.bytes = blocks[i]}});
        char *actual = sowt_scratch_read(path, &actual_size);
        assert_int_equal(expected_size, actual_size);
        assert_bits_equal(expected, actual, expected_size, 1, sowt_device_name());
        assert_true(mean == sow_checkpoint_tensor_at(checkpoint, 0)->measured_mean);
        free(actual);
    }
    free(expected);
    sow_checkpoint_release(checkpoint);
    sowt_scratch_clear();
}

static void test_run_in_blocks_equals_the_host(void **state)
{
    (void)state;
    check_runs(sowt_context());
}

static void test_run_as_a_guest_equals_the_host(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    check_runs(guest.sow);
    sowt_guest_release(&guest);
}

static int tear_down(void **state)
{
    (void)sowt_scratch_remove(state);
    return sowt_context_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stage_gives_the_hosts_bits),
        cmocka_unit_test(test_slots_work_side_by_side),
        cmocka_unit_test(test_run_in_blocks_equals_the_host),
        cmocka_unit_test(test_run_as_a_guest_equals_the_host),
    };
    return SOWT_RUN(tests, tear_down);
}
