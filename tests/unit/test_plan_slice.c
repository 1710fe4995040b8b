/* Slices of plans: counts, refusals, and the same bits as the whole. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "random_numbers.h"
#include "regions.h"
#include "run_tests.h"

static sow_plan plan_of(const sow_tensor *tensor, sow_initializer initializer)
{
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, tensor, &initializer, (sow_key){3, 4}, NULL));
    return plan;
}

static void test_plan_slice_narrows(void **state)
{
    (void)state;
    const sow_tensor tensor = {.dtype = SOW_I32, .rank = 1, .shape = {100}};
    sow_plan plan = plan_of(&tensor, sow_bits());
    assert_int_equal(SOW_OK, sow_plan_slice(&plan, 10, 50));
    assert_int_equal(10, plan.begin);
    assert_int_equal(50, plan.count);
    assert_int_equal(SOW_OK, sow_plan_slice(&plan, 5, 45)); /* from the plan's own begin */
    assert_int_equal(15, plan.begin);
    assert_int_equal(45, plan.count);
    assert_int_equal(SOW_OK, sow_plan_slice(&plan, 45, 0));
    assert_int_equal(0, plan.count);
}

static void test_plan_slice_refuses_more_than_there_is(void **state)
{
    (void)state;
    const sow_tensor tensor = {.dtype = SOW_I32, .rank = 1, .shape = {100}};
    sow_plan plan = plan_of(&tensor, sow_bits());
    assert_int_equal(SOW_ERR_ARGUMENT, sow_plan_slice(NULL, 0, 1));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_plan_slice(&plan, 0, 101));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_plan_slice(&plan, 101, 0));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_plan_slice(&plan, 60, 41));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_plan_slice(&plan, 1, UINT64_MAX));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_plan_slice(&plan, UINT64_MAX, 1));
    assert_int_equal(0, plan.begin);
    assert_int_equal(100, plan.count);
}

/* Random slices of random regions hold what the whole region holds there. */
static void assert_slices_equal_whole(uint64_t *random, sow_dtype dtype,
                                      sow_initializer initializer)
{
    const size_t size = sow_dtype_size(dtype);
    const sow_tensor tensor = sowt_random_region(random, dtype, 5);
    const sow_plan whole = plan_of(&tensor, initializer);
    unsigned char *expected = sowt_guarded_create((size_t)whole.count * size);
    assert_int_equal(SOW_OK, sow_fill_host_plan(expected, &whole, NULL));
    for (int i = 0; i < 4; i++) {
        sow_plan slice = whole;
        const uint64_t begin = sowt_random_below(random, whole.count);
        const uint64_t count = sowt_random_below(random, whole.count - begin + 1);
        assert_int_equal(SOW_OK, sow_plan_slice(&slice, begin, count));
        const size_t size_bytes = (size_t)count * size;
        unsigned char *actual = sowt_guarded_create(size_bytes);
        const sow_host_options options = {.simd = i % 2 == 0 ? SOW_SIMD_BEST : SOW_SIMD_PLAIN};
        assert_int_equal(SOW_OK, sow_fill_host_plan(actual, &slice, &options));
        assert_bits_equal(expected + begin * size, actual, size_bytes, size, "a slice");
        assert_guards_intact(actual, size_bytes, "a slice");
        sowt_guarded_release(actual);
    }
    sowt_guarded_release(expected);
}

static void test_plan_slice_keeps_the_bits(void **state)
{
    (void)state;
    uint64_t random = 7;
    for (int i = 0; i < 500; i++) {
        assert_slices_equal_whole(&random, SOW_I32, sow_bits());
        assert_slices_equal_whole(&random, SOW_F32, sow_normal(0, 1));
        assert_slices_equal_whole(&random, SOW_BF16, sow_uniform(0, 1));
        assert_slices_equal_whole(&random, SOW_F16, sow_normal(1, 0.5));
        assert_slices_equal_whole(&random, SOW_I8, sow_ones());
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan_slice_narrows),
        cmocka_unit_test(test_plan_slice_refuses_more_than_there_is),
        cmocka_unit_test(test_plan_slice_keeps_the_bits),
    };
    return SOWT_RUN(tests, NULL);
}
