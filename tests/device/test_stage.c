/* A stage's slots side by side, each with a queue of its own. */
#include <string.h>

#include "bits.h"
#include "device/stage.h"
#include "device_fill.h"
#include "run_tests.h"
#include "test_device.h"

enum { SLOTS = 3, ROUNDS = 30, STEP = 40000, SLOT_BYTES = ROUNDS * SLOTS * STEP };

static const sow_key key = {51, 52};

static sow_plan make_plan(uint64_t count)
{
    const sow_tensor tensor = sowt_vector(SOW_F8_E4M3, count);
    const sow_initializer normal = sow_normal(0, 1);
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &normal, key, NULL));
    return plan;
}

static void check_slot(sowi_stage *stage, size_t slot, const sow_plan *plan)
{
    static unsigned char expected[SLOT_BYTES];
    unsigned char *drawn;
    assert_int_equal(SOW_OK, sowi_stage_end(stage, slot, (size_t)plan->count, &drawn));
    assert_int_equal(SOW_OK, sow_fill_host_plan(expected, plan, NULL));
    assert_bits_equal(expected, drawn, (size_t)plan->count, 1, sowt_device_name());
}

/* Each draw is larger than all before it, and begins while others may run: PoCL 3.1 does not survive that of a kernel that runs in
 * two queues at once. */
static void test_growing_draws_side_by_side(void **state)
{
    (void)state;
    if (sowt_is_simulated())
        sowt_skip("large draws on a simulator: too slow");
    const size_t rounds = strcmp(sowt_implementation(), "rusticl") == 0 ? 2 : ROUNDS;
    sowi_stage *stage;
    assert_int_equal(SOW_OK,
                     sowi_stage_create(&stage, sowt_context(), SLOTS, SLOT_BYTES, SOWI_STAGE_BEST));
    for (size_t i = 0; i < rounds; i++) {
        sow_plan plans[SLOTS];
        for (size_t j = 0; j < SLOTS; j++) {
            plans[j] = make_plan((i * SLOTS + j + 1) * STEP);
            assert_int_equal(SOW_OK,
                             sowi_stage_begin(stage, j, &(sow_batch_item){&plans[j], 0}, 1));
        }
        for (size_t j = 0; j < SLOTS; j++)
            check_slot(stage, j, &plans[j]);
    }
    sowi_stage_release(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_growing_draws_side_by_side)};
    return SOWT_RUN(tests, sowt_context_teardown);
}
