/* What a launch is told, and how work is cut into launches. */
#include "job.h"
#include "run_tests.h"

#define HALF ((uint64_t)1 << 32)

static sowk_job job_of(const sow_tensor *tensor)
{
    const sow_initializer bits = sow_bits();
    sow_plan plan;
    sowk_job job;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, tensor, &bits, (sow_key){1, 2}, NULL));
    sowi_job_make(&job, &plan, 1, 0);
    return job;
}

/* Elements [start, start + count) of a tensor of one dimension. */
static sowk_job row(uint64_t start, uint64_t count)
{
    const sow_tensor tensor = {
        .dtype = SOW_I32, .rank = 1, .shape = {INT64_MAX}, .start = {start}, .extent = {count}};
    return job_of(&tensor);
}

static void test_job_launch_takes_what_is_left(void **state)
{
    (void)state;
    const sowk_job job = row(3, 4000);
    assert_int_equal(1001, job.items);
    assert_int_equal(1001, sowi_job_launch_items(&job, 0, 5000));
    assert_int_equal(1, sowi_job_launch_items(&job, 1000, 5000));
    assert_int_equal(0, sowi_job_launch_items(&job, 1001, 5000));
}

static void test_job_launch_takes_at_most(void **state)
{
    (void)state;
    const sowk_job job = row(0, 4000);
    assert_int_equal(64, sowi_job_launch_items(&job, 0, 64));
    assert_int_equal(40, sowi_job_launch_items(&job, 960, 64));
}

static void test_job_launch_ends_with_the_upper_half(void **state)
{
    (void)state;
    const sowk_job job = row(4 * (HALF - 100) + 1, 4000);
    assert_int_equal(100, sowi_job_launch_items(&job, 0, 5000));
    assert_int_equal(1, sowi_job_launch_items(&job, 99, 5000));
    assert_int_equal(901, sowi_job_launch_items(&job, 100, 5000));
    const sowk_job far = row(4 * (7 * HALF - 1), 8);
    assert_int_equal(1, sowi_job_launch_items(&far, 0, 5000));
    assert_int_equal(1, sowi_job_launch_items(&far, 1, 5000));
}

/* Their items need not be in order of their groups: each works out its own. */
static void test_job_launch_of_many_rows_is_not_cut(void **state)
{
    (void)state;
    const sow_tensor tensor = {
        .dtype = SOW_I32, .rank = 2, .shape = {100, HALF}, .start = {0, 5}, .extent = {100, 10}};
    const sowk_job job = job_of(&tensor);
    assert_int_equal(0, job.wholes);
    assert_int_equal(job.items, sowi_job_launch_items(&job, 0, UINT64_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_job_launch_takes_what_is_left),
        cmocka_unit_test(test_job_launch_takes_at_most),
        cmocka_unit_test(test_job_launch_ends_with_the_upper_half),
        cmocka_unit_test(test_job_launch_of_many_rows_is_not_cut),
    };
    return SOWT_RUN(tests, NULL);
}
