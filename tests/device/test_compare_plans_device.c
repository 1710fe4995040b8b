/* sow_compare_plans with a device on one side or both. */
#include <string.h>

#include "refusal.h"
#include "run_tests.h"
#include "sowcl/compare.h"
#include "test_device.h"

static sow_plan make_plan(sow_dtype dtype, uint64_t rows, uint64_t columns,
                          sow_initializer initializer)
{
    sow_plan plan;
    const sow_tensor tensor = {.dtype = dtype, .rank = 2, .shape = {rows, columns}};
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &initializer, (sow_key){5, 6}, NULL));
    return plan;
}

static void check_sides(const sow_compare_side *a, const sow_compare_side *b, const sow_plan *plans,
                        size_t count)
{
    sow_compare_item items[8];
    sow_error error = {0};
    assert_true(count <= 8);
    for (size_t i = 0; i < count; i++)
        items[i] = (sow_compare_item){.plan = &plans[i]};
    assert_done(sow_compare_plans(a, b, items, count, NULL, &error), &error);
    for (size_t i = 0; i < count; i++) {
        if (plans[i].dtype == SOW_F64 && items[i].status == SOW_ERR_NO_F64) {
            assert_int_equal(0, items[i].difference.elements);
            continue;
        }
        assert_int_equal(SOW_OK, items[i].status);
        assert_int_equal(plans[i].count, items[i].difference.elements);
        assert_int_equal(0, items[i].difference.differing);
    }
}

static void check_device(const sow_plan *plans, size_t count)
{
    const sow_compare_side host = {.context = NULL}, device = {.context = sowt_context()};
    check_sides(&host, &device, plans, count);
    check_sides(&device, &host, plans, count);
    check_sides(&device, &device, plans, count);
}

static void test_small_plans_are_alike(void **state)
{
    (void)state;
    const sow_plan plans[] = {
        make_plan(SOW_F32, 33, 7, sow_normal(0, 1)), make_plan(SOW_F64, 3, 5, sow_uniform(0, 1)),
        make_plan(SOW_I64, 0, 5, sow_zeros()),       make_plan(SOW_U8, 1, 1, sow_ones()),
        make_plan(SOW_BF16, 9, 9, sow_eye()),
    };
    check_device(plans, sizeof plans / sizeof plans[0]);
}

/* Several blocks, and more than is compared at once on one device. */
static void test_long_plans_are_alike(void **state)
{
    (void)state;
    const sow_plan plans[] = {make_plan(SOW_F32, 4500, 1001, sow_uniform(-1, 1))};
    check_device(plans, 1);
}

/* A matrix that is larger than a block is drawn whole. */
static void test_matrices_are_alike(void **state)
{
    (void)state;
    if (strcmp(sowt_implementation(), "rusticl") == 0)
        sowt_skip("a large matrix on a slow device");
    const sow_plan plans[] = {make_plan(SOW_F32, 33, 17, sow_orthogonal(1, 0)),
                              make_plan(SOW_F32, 16001, 67, sow_orthogonal(1, 0))};
    check_device(plans, 2);
}

static void test_two_contexts_of_one_device(void **state)
{
    (void)state;
    sow_context *other = sowt_context_open(NULL);
    const sow_plan plans[] = {make_plan(SOW_F32, 33, 7, sow_uniform(0, 1))};
    const sow_compare_side a = {.context = sowt_context()}, b = {.context = other};
    check_sides(&a, &b, plans, 1);
    sow_context_release(other);
}

static int cancel(void *user, uint64_t done_bytes, uint64_t total_bytes)
{
    (void)user;
    return done_bytes <= total_bytes;
}

static void test_cancelling(void **state)
{
    (void)state;
    const sow_plan plan = make_plan(SOW_F32, 100, 100, sow_uniform(0, 1));
    const sow_compare_side device = {.context = sowt_context()}, host = {.context = NULL};
    const sow_compare_options options = {.progress = cancel};
    sow_compare_item item = {.plan = &plan};
    sow_error error = {0};
    assert_refused(SOW_ERR_CANCELLED,
                   sow_compare_plans(&device, &device, &item, 1, &options, &error), &error,
                   "cancelled");
    assert_refused(SOW_ERR_CANCELLED, sow_compare_plans(&host, &device, &item, 1, &options, &error),
                   &error, "cancelled");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_plans_are_alike),
        cmocka_unit_test(test_long_plans_are_alike),
        cmocka_unit_test(test_matrices_are_alike),
        cmocka_unit_test(test_two_contexts_of_one_device),
        cmocka_unit_test(test_cancelling),
    };
    return SOWT_RUN(tests, sowt_context_teardown);
}
