/* The pipeline on items that are numbers: order, bounds, failures of every step. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "model/pipeline.h"
#include "run_tests.h"

enum { SLOTS_MAX = 8, NOWHERE = -1 };

typedef enum step { DRAW, CHECK, WRITE, BEGIN, STEPS } step;

/* Counts what each step does; a step can fail at an item. */
typedef struct works {
    int items, fail_at[STEPS];
    int cut;
    int in_slot[SLOTS_MAX];
    atomic_int drawn, under_way, most_under_way;
    int checked, written;
    bool checks_orderly, writes_orderly; /* they come in order, the writes by the calling thread */
    pthread_t writer;
} works;

static works make_works(int items)
{
    return (works){.items = items,
                   .fail_at = {NOWHERE, NOWHERE, NOWHERE, NOWHERE},
                   .checks_orderly = true,
                   .writes_orderly = true,
                   .writer = pthread_self()};
}

static bool cut_one(void *user, size_t slot)
{
    works *of = user;
    if (of->cut == of->items)
        return false;
    of->in_slot[slot] = of->cut++;
    const int now = atomic_fetch_add(&of->under_way, 1) + 1;
    int most = atomic_load(&of->most_under_way);
    while (now > most && !atomic_compare_exchange_weak(&of->most_under_way, &most, now))
        continue;
    return true;
}

static sow_status finish(const works *of, step which, int item, sow_error *error)
{
    static const char *const names[STEPS] = {"draw", "check", "write", "begin"};
    if (item != of->fail_at[which])
        return SOW_OK;
    strcpy(error->text, names[which]);
    return SOW_ERR_FILE;
}

static sow_status begin(void *user, sow_error *error)
{
    works *of = user;
    of->writes_orderly =
        of->writes_orderly && of->written == 0 && pthread_equal(of->writer, pthread_self()) != 0;
    return finish(of, BEGIN, 0, error);
}

static sow_status draw_one(void *user, size_t slot, sow_error *error)
{
    works *of = user;
    atomic_fetch_add(&of->drawn, 1);
    return finish(of, DRAW, of->in_slot[slot], error);
}

static sow_status check_one(void *user, size_t slot, sow_error *error)
{
    works *of = user;
    of->checks_orderly = of->checks_orderly && of->in_slot[slot] == of->checked;
    of->checked++;
    return finish(of, CHECK, of->in_slot[slot], error);
}

static sow_status write_one(void *user, size_t slot, sow_error *error)
{
    works *of = user;
    of->writes_orderly = of->writes_orderly && of->in_slot[slot] == of->written &&
                         pthread_equal(of->writer, pthread_self()) != 0;
    of->written++;
    atomic_fetch_sub(&of->under_way, 1);
    return finish(of, WRITE, of->in_slot[slot], error);
}

static sow_status run(works *of, size_t slots, size_t drawers, sow_error *error)
{
    const sowi_pipeline_steps steps = {begin, cut_one, draw_one, check_one, write_one, of};
    return sowi_pipeline_run(&steps, (sowi_pipeline_size){slots, drawers}, error);
}

static void test_every_item_goes_through_every_step(void **state)
{
    (void)state;
    static const int counts[] = {0, 1, 2, 7, 8, 9, 1000};
    for (size_t drawers = 0; drawers <= 4; drawers++)
        for (size_t slots = 1; slots <= SLOTS_MAX; slots += 3)
            for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
                works of = make_works(counts[i]);
                sow_error error = {.status = 77};
                assert_int_equal(SOW_OK, run(&of, slots, drawers, &error));
                assert_int_equal(77, error.status);
                assert_int_equal(counts[i], atomic_load(&of.drawn));
                assert_int_equal(counts[i], of.checked);
                assert_int_equal(counts[i], of.written);
                assert_true(of.checks_orderly && of.writes_orderly);
                assert_true((size_t)atomic_load(&of.most_under_way) <= slots);
            }
}

/* Each step fails at each item: nothing after it is written, and the failure is told. */
static void test_failures_stop_everything(void **state)
{
    (void)state;
    enum { ITEMS = 20 };
    static const char *const names[] = {"draw", "check", "write"};
    for (size_t drawers = 0; drawers <= 3; drawers++)
        for (int which = DRAW; which <= WRITE; which++)
            for (int at = 0; at < ITEMS; at++) {
                works of = make_works(ITEMS);
                of.fail_at[which] = at;
                sow_error error;
                assert_int_equal(SOW_ERR_FILE, run(&of, 5, drawers, &error));
                assert_int_equal(SOW_ERR_FILE, error.status);
                assert_string_equal(names[which], error.text);
                assert_true(of.written <= at + (which == WRITE));
                assert_true(of.checked <= at + 5);
                assert_true(of.checks_orderly && of.writes_orderly);
            }
}

static void test_nothing_is_written_when_it_cannot_begin(void **state)
{
    (void)state;
    for (size_t drawers = 0; drawers <= 2; drawers++) {
        works of = make_works(9);
        of.fail_at[BEGIN] = 0;
        sow_error error;
        assert_int_equal(SOW_ERR_FILE, run(&of, 3, drawers, &error));
        assert_string_equal("begin", error.text);
        assert_int_equal(0, of.written);
        assert_true(of.checks_orderly && of.writes_orderly);
    }
}

static void test_error_may_be_null(void **state)
{
    (void)state;
    works of = make_works(3);
    of.fail_at[CHECK] = 1;
    assert_int_equal(SOW_ERR_FILE, run(&of, 2, 2, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_item_goes_through_every_step),
        cmocka_unit_test(test_failures_stop_everything),
        cmocka_unit_test(test_nothing_is_written_when_it_cannot_begin),
        cmocka_unit_test(test_error_may_be_null),
    };
    return SOWT_RUN(tests, NULL);
}
