/* Counts, fans and regions of tensors. */
#include <string.h>

#include "random_numbers.h"
#include "regions.h"
#include "run_tests.h"

static void assert_count(uint64_t expected, sow_tensor tensor)
{
    uint64_t count = 42;
    assert_int_equal(SOW_OK, sow_tensor_count(&tensor, &count));
    assert_true(expected == count);
}

static void test_tensor_count_of_the_whole(void **state)
{
    (void)state;
    assert_count(1, (sow_tensor){.rank = 0});
    assert_count(7, (sow_tensor){.rank = 1, .shape = {7}});
    assert_count(0, (sow_tensor){.rank = 3, .shape = {7, 0, 3}});
    assert_count(256, (sow_tensor){.rank = 8, .shape = {2, 2, 2, 2, 2, 2, 2, 2}});
    assert_count(INT64_MAX, (sow_tensor){.rank = 1, .shape = {INT64_MAX}});
    assert_count((UINT64_C(1) << 62),
                 (sow_tensor){.rank = 2, .shape = {UINT64_C(1) << 31, UINT64_C(1) << 31}});
    /* beyond the rank anything may stand */
    assert_count(5, (sow_tensor){.rank = 1, .shape = {5, 9}, .start = {0, 9}, .extent = {0, 9}});
}

static void test_tensor_count_of_a_region(void **state)
{
    (void)state;
    assert_count(6, (sow_tensor){.rank = 2, .shape = {5, 10}, .start = {1, 8}, .extent = {3, 2}});
    assert_count(50, (sow_tensor){.rank = 2, .shape = {5, 10}, .extent = {5, 10}});
    assert_count(0, (sow_tensor){.rank = 2, .shape = {5, 10}, .start = {1, 10}, .extent = {3, 0}});
    assert_count(
        1, (sow_tensor){.rank = 1, .shape = {INT64_MAX}, .start = {INT64_MAX - 1}, .extent = {1}});
}

static void test_tensor_count_refuses(void **state)
{
    (void)state;
    const struct {
        sow_status status;
        sow_tensor tensor;
    } table[] = {
        {SOW_ERR_DTYPE, {.dtype = (sow_dtype)99}},
        {SOW_ERR_DTYPE, {.dtype = (sow_dtype)-1}},
        {SOW_ERR_LAYOUT, {.layout = (sow_layout)2}},
        {SOW_ERR_SHAPE, {.rank = 9}},
        {SOW_ERR_SHAPE, {.rank = UINT32_MAX}},
        {SOW_ERR_SHAPE, {.rank = 1, .shape = {UINT64_C(1) << 63}}},
        {SOW_ERR_SHAPE, {.rank = 2, .shape = {UINT64_C(1) << 32, UINT64_C(1) << 31}}},
        {SOW_ERR_SHAPE, {.rank = 2, .shape = {UINT64_C(1) << 32, UINT64_C(1) << 32}}},
        {SOW_ERR_SHAPE, {.rank = 2, .shape = {0, UINT64_MAX}}},
        {SOW_ERR_SHAPE, {.rank = 3, .shape = {UINT64_C(1) << 32, 0, UINT64_C(1) << 32}}},
        {SOW_ERR_REGION, {.rank = 1, .shape = {5}, .start = {6}, .extent = {0}}},
        {SOW_ERR_REGION, {.rank = 1, .shape = {5}, .start = {3}, .extent = {3}}},
        {SOW_ERR_REGION, {.rank = 1, .shape = {5}, .start = {3}, .extent = {UINT64_MAX}}},
        {SOW_ERR_REGION, {.rank = 1, .shape = {5}, .extent = {6}}},
        {SOW_ERR_REGION, {.rank = 1, .shape = {5}, .start = {1}}},
        {SOW_ERR_REGION, {.rank = 2, .shape = {5, 5}, .extent = {5, 6}}},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        uint64_t count = 42;
        assert_int_equal(table[i].status, sow_tensor_count(&table[i].tensor, &count));
        assert_int_equal(42, count);
    }
    const sow_tensor fine = {.rank = 0};
    uint64_t count = 42;
    assert_int_equal(SOW_ERR_ARGUMENT, sow_tensor_count(NULL, &count));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_tensor_count(&fine, NULL));
}

static void assert_fans(uint64_t expected_in, uint64_t expected_out, sow_tensor tensor)
{
    uint64_t fan_in = 42, fan_out = 42;
    assert_int_equal(SOW_OK, sow_tensor_fans(&tensor, &fan_in, &fan_out));
    assert_true(expected_in == fan_in);
    assert_true(expected_out == fan_out);
}

static void test_tensor_fans_of_out_in(void **state)
{
    (void)state;
    assert_fans(10, 5, (sow_tensor){.rank = 2, .shape = {5, 10}});
    assert_fans(24, 48, (sow_tensor){.rank = 3, .shape = {16, 8, 3}});
    assert_fans(147, 3136, (sow_tensor){.rank = 4, .shape = {64, 3, 7, 7}});
    assert_fans(72, 48, (sow_tensor){.rank = 5, .shape = {2, 3, 2, 3, 4}});
    assert_fans(3 * 64, 2 * 64, (sow_tensor){.rank = 8, .shape = {2, 3, 2, 2, 2, 2, 2, 2}});
    assert_fans(3, 0, (sow_tensor){.rank = 2, .shape = {0, 3}});
    assert_fans(0, 0, (sow_tensor){.rank = 3, .shape = {4, 3, 0}});
}

static void test_tensor_fans_of_in_out(void **state)
{
    (void)state;
    const sow_layout io = SOW_LAYOUT_IO;
    assert_fans(5, 10, (sow_tensor){.layout = io, .rank = 2, .shape = {5, 10}});
    assert_fans(24, 48, (sow_tensor){.layout = io, .rank = 3, .shape = {3, 8, 16}});
    assert_fans(147, 3136, (sow_tensor){.layout = io, .rank = 4, .shape = {7, 7, 3, 64}});
    assert_fans(72, 48, (sow_tensor){.layout = io, .rank = 5, .shape = {2, 3, 4, 3, 2}});
}

/* A region's fans are those of the whole, which a slice must not change. */
static void test_tensor_fans_ignore_the_region(void **state)
{
    (void)state;
    assert_fans(10, 5,
                (sow_tensor){.rank = 2, .shape = {5, 10}, .start = {4, 9}, .extent = {1, 1}});
}

static void test_tensor_fans_refuse(void **state)
{
    (void)state;
    uint64_t fan_in = 42, fan_out = 42;
    sow_tensor tensor = {.rank = 1, .shape = {5}};
    assert_int_equal(SOW_ERR_FAN, sow_tensor_fans(&tensor, &fan_in, &fan_out));
    tensor.rank = 0;
    assert_int_equal(SOW_ERR_FAN, sow_tensor_fans(&tensor, &fan_in, &fan_out));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_tensor_fans(&tensor, NULL, &fan_out));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_tensor_fans(&tensor, &fan_in, NULL));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_tensor_fans(NULL, &fan_in, &fan_out));
    tensor.rank = 9;
    assert_int_equal(SOW_ERR_SHAPE, sow_tensor_fans(&tensor, &fan_in, &fan_out));
    assert_int_equal(42, fan_in);
    assert_int_equal(42, fan_out);
}

static sow_plan plan_of(const sow_tensor *tensor)
{
    const sow_initializer bits = sow_bits();
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, tensor, &bits, (sow_key){0, 0}, NULL));
    return plan;
}

/* The tensor index of the region's element e, as the plan describes it. */
static uint64_t planned_index(const sow_plan *plan, uint64_t e)
{
    uint64_t row = e / plan->run;
    uint64_t index = plan->first + e % plan->run;
    for (uint32_t d = 0; d < plan->outer_rank; d++) {
        index += row % plan->outer_extent[d] * plan->outer_stride[d];
        row /= plan->outer_extent[d];
    }
    return index;
}

static void test_plan_region_equals_naive_walk(void **state)
{
    (void)state;
    uint64_t random = 5;
    for (int i = 0; i < 20000; i++) {
        const sow_tensor tensor = sowt_random_region(&random, SOW_I32, 4);
        const sow_plan plan = plan_of(&tensor);
        uint64_t count;
        assert_int_equal(SOW_OK, sow_tensor_count(&tensor, &count));
        assert_true(count == plan.count);
        for (uint64_t e = 0; e < count; e++)
            assert_true(sowt_region_index(&tensor, e) == planned_index(&plan, e));
    }
}

/* No dimension is left that could be merged into the one inside it. */
static void test_plan_region_is_merged(void **state)
{
    (void)state;
    uint64_t random = 6;
    for (int i = 0; i < 20000; i++) {
        const sow_tensor tensor = sowt_random_region(&random, SOW_I32, 4);
        const sow_plan plan = plan_of(&tensor);
        uint64_t span = plan.run;
        for (uint32_t d = 0; d < plan.outer_rank; d++) {
            assert_true(plan.outer_extent[d] > 1);
            assert_true(plan.outer_stride[d] > span);
            span = plan.outer_extent[d] * plan.outer_stride[d];
        }
    }
    const sow_tensor whole = {.dtype = SOW_I32, .rank = 5, .shape = {2, 3, 4, 5, 6}};
    const sow_plan plan = plan_of(&whole);
    assert_int_equal(0, plan.outer_rank);
    assert_int_equal(720, plan.run);
}

static void test_plan_region_far_out(void **state)
{
    (void)state;
    const uint64_t side = UINT64_C(3037000499); /* side * side < 2^63 */
    const sow_tensor tensor = {.dtype = SOW_I32,
                               .rank = 2,
                               .shape = {side, side},
                               .start = {side - 2, side - 3},
                               .extent = {2, 3}};
    const sow_plan plan = plan_of(&tensor);
    for (uint64_t e = 0; e < 6; e++)
        assert_true(sowt_region_index(&tensor, e) == planned_index(&plan, e));
    assert_true(planned_index(&plan, 5) == side * side - 1);
}

static void test_plan_region_without_elements(void **state)
{
    (void)state;
    const sow_tensor tensors[] = {
        {.dtype = SOW_I32, .rank = 1, .shape = {0}},
        {.dtype = SOW_I32, .rank = 8, .shape = {3, 0, 2, 2, 2, 2, 2, 2}},
        {.dtype = SOW_I32, .rank = 8, .shape = {2, 2, 2, 2, 2, 2, 2, 0}},
        {.dtype = SOW_I32, .rank = 2, .shape = {5, 5}, .start = {1, 1}, .extent = {0, 3}},
        {.dtype = SOW_I32, .rank = 2, .shape = {5, 5}, .start = {1, 5}, .extent = {4, 0}},
        {.dtype = SOW_I32,
         .rank = 8,
         .shape = {5, 5, 5, 5, 5, 5, 5, 5},
         .extent = {2, 2, 2, 2, 2, 2, 2, 0}},
    };
    for (size_t i = 0; i < sizeof tensors / sizeof tensors[0]; i++)
        assert_int_equal(0, plan_of(&tensors[i]).count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tensor_count_of_the_whole),
        cmocka_unit_test(test_tensor_count_of_a_region),
        cmocka_unit_test(test_tensor_count_refuses),
        cmocka_unit_test(test_tensor_fans_of_out_in),
        cmocka_unit_test(test_tensor_fans_of_in_out),
        cmocka_unit_test(test_tensor_fans_ignore_the_region),
        cmocka_unit_test(test_tensor_fans_refuse),
        cmocka_unit_test(test_plan_region_equals_naive_walk),
        cmocka_unit_test(test_plan_region_is_merged),
        cmocka_unit_test(test_plan_region_far_out),
        cmocka_unit_test(test_plan_region_without_elements),
    };
    return SOWT_RUN(tests, NULL);
}
