/* sow_compare_plans on the host: what is told of plans that are alike, and what is refused. */
#include <string.h>

#include "refusal.h"
#include "run_tests.h"
#include "sowcl/compare.h"

static const sow_compare_side host = {.context = NULL};

static sow_plan make_plan(sow_dtype dtype, uint64_t rows, uint64_t columns,
                          sow_initializer initializer)
{
    sow_plan plan;
    const sow_tensor tensor = {.dtype = dtype, .rank = 2, .shape = {rows, columns}};
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &initializer, (sow_key){3, 4}, NULL));
    return plan;
}

static void check_equal(const sow_compare_item *item)
{
    assert_int_equal(SOW_OK, item->status);
    assert_int_equal(item->plan->count, item->difference.elements);
    assert_int_equal(item->plan->count, item->difference.ulps[0]);
    assert_int_equal(0, item->difference.differing);
}

static void test_plans_are_alike_on_the_host(void **state)
{
    (void)state;
    const sow_plan plans[] = {
        make_plan(SOW_F32, 1500, 1001, sow_normal(0, 1)), /* two blocks */
        make_plan(SOW_F16, 3, 5, sow_uniform(0, 1)),      make_plan(SOW_I64, 0, 5, sow_zeros()),
        make_plan(SOW_F64, 33, 7, sow_orthogonal(1, 0)),  make_plan(SOW_BOOL, 5, 5, sow_eye()),
    };
    enum { COUNT = sizeof plans / sizeof plans[0] };
    sow_compare_item items[COUNT];
    sow_error error = {0};
    for (size_t i = 0; i < COUNT; i++)
        items[i] = (sow_compare_item){.plan = &plans[i]};
    assert_done(sow_compare_plans(&host, &host, items, COUNT, NULL, &error), &error);
    for (size_t i = 0; i < COUNT; i++)
        check_equal(&items[i]);
    assert_done(sow_compare_plans(&host, &host, NULL, 0, NULL, &error), &error);
}

typedef struct seen {
    uint64_t calls, done, total, cancel_at;
} seen;

static int on_progress(void *user, uint64_t done_bytes, uint64_t total_bytes)
{
    seen *const by = user;
    by->calls++;
    assert_true(done_bytes > by->done && done_bytes <= total_bytes);
    by->done = done_bytes;
    by->total = total_bytes;
    return by->calls == by->cancel_at;
}

static void test_progress_comes_to_the_end_or_cancels(void **state)
{
    (void)state;
    const sow_plan plans[] = {make_plan(SOW_F32, 3000, 1001, sow_normal(0, 1)),
                              make_plan(SOW_F32, 3, 5, sow_ones())};
    sow_compare_item items[] = {{.plan = &plans[0]}, {.plan = &plans[1]}};
    seen by = {.calls = 0};
    const sow_compare_options options = {.threads = 1, .progress = on_progress, .user = &by};
    sow_error error = {0};
    assert_done(sow_compare_plans(&host, &host, items, 2, &options, &error), &error);
    assert_int_equal(3000 * 1001 * 4 + 15 * 4, by.total);
    assert_int_equal(by.total, by.done);
    assert_int_equal(4, by.calls); /* blocks of 4 MiB */
    by = (seen){.cancel_at = 2};
    assert_refused(SOW_ERR_CANCELLED, sow_compare_plans(&host, &host, items, 2, &options, &error),
                   &error, "cancelled");
    assert_int_equal(2, by.calls);
}

static void test_compare_plans_refuses(void **state)
{
    (void)state;
    const sow_plan plan = make_plan(SOW_F32, 2, 2, sow_ones());
    sow_plan unknown = plan;
    sow_error error = {0};
    sow_compare_item item = {.plan = &plan}, none = {.plan = NULL}, odd = {.plan = &unknown};
    const sow_compare_options negative = {.tolerance = {.rtol = -1}};
    const sow_compare_side mathless = {.math = (sow_math)9};
    unknown.dtype = (sow_dtype)99;
    assert_refused(SOW_ERR_ARGUMENT, sow_compare_plans(NULL, &host, &item, 1, NULL, &error), &error,
                   "side");
    assert_refused(SOW_ERR_ARGUMENT, sow_compare_plans(&host, NULL, &item, 1, NULL, &error), &error,
                   "side");
    assert_refused(SOW_ERR_ARGUMENT, sow_compare_plans(&host, &host, NULL, 1, NULL, &error), &error,
                   "items");
    assert_refused(SOW_ERR_ARGUMENT, sow_compare_plans(&host, &host, &none, 1, NULL, &error),
                   &error, "plan");
    assert_refused(SOW_ERR_ARGUMENT, sow_compare_plans(&host, &host, &odd, 1, NULL, &error), &error,
                   "plan");
    assert_refused(SOW_ERR_ARGUMENT, sow_compare_plans(&host, &host, &item, 1, &negative, &error),
                   &error, "rtol -1");
    assert_refused(SOW_ERR_ARGUMENT, sow_compare_plans(&host, &mathless, &item, 1, NULL, &error),
                   &error, "math");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plans_are_alike_on_the_host),
        cmocka_unit_test(test_progress_comes_to_the_end_or_cancels),
        cmocka_unit_test(test_compare_plans_refuses),
    };
    return SOWT_RUN(tests, NULL);
}
