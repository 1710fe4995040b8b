/* sow_draw on a device: through a stage, in pieces. */
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "device_fill.h"
#include "guest.h"
#include "run_tests.h"
#include "sowcl/model.h"
#include "test_device.h"

static const sow_key key = {41, 42};

static sow_plan make_plan(const sow_tensor *tensor, const sow_initializer *initializer)
{
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, tensor, initializer, key, NULL));
    return plan;
}

/* The device's draw is the host's, between intact guards. */
static void check_draw(sow_context *context, const sow_plan *plan)
{
    const size_t element = sow_dtype_size(plan->dtype), size = (size_t)plan->count * element;
    void *expected = malloc(size + 1);
    assert_non_null(expected);
    void *actual = sowt_guarded_create(size);
    assert_int_equal(SOW_OK, sow_draw(NULL, expected, plan, 1));
    assert_int_equal(SOW_OK, sow_draw(context, actual, plan, 0));
    assert_bits_equal(expected, actual, size, element, sowt_device_name());
    assert_guards_intact(actual, size, sowt_device_name());
    sowt_guarded_release(actual);
    free(expected);
}

static void check_sizes(sow_context *context)
{
    const uint64_t sizes[] = {0, 1, 3, 31, 1001};
    const sow_initializer uniform = sow_uniform(-1, 1), constant = sow_constant(-7);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const sow_tensor halves = sowt_vector(SOW_F16, sizes[i]);
        const sow_tensor integers = sowt_vector(SOW_I64, sizes[i]);
        const sow_plan drawn = make_plan(&halves, &uniform);
        const sow_plan filled = make_plan(&integers, &constant);
        check_draw(context, &drawn);
        check_draw(context, &filled);
    }
}

static void test_draw_equals_the_host(void **state)
{
    (void)state;
    check_sizes(sowt_context());
}

static void test_draw_as_a_guest_equals_the_host(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    check_sizes(guest.sow);
    sowt_guest_release(&guest);
}

static void test_draw_of_a_region(void **state)
{
    (void)state;
    const sow_initializer bits = sow_bits();
    const sow_tensor tensor = {.dtype = SOW_I32,
                               .rank = 3,
                               .shape = {50, 60, 70},
                               .start = {3, 1, 33},
                               .extent = {41, 7, 19}};
    sow_plan plan = make_plan(&tensor, &bits);
    check_draw(sowt_context(), &plan);
    assert_int_equal(SOW_OK, sow_plan_slice(&plan, 1003, 2001));
    check_draw(sowt_context(), &plan);
}

/* More than the stage's slots hold together (12 MiB), with a last piece of odd size. */
static void test_draw_in_pieces(void **state)
{
    (void)state;
    sow_context *context = sowt_context();
    if (sowt_is_simulated())
        sowt_skip("20 MB on oclgrind: too slow");
    const sow_initializer bits = sow_bits(), constant = sow_constant(77);
    const sow_tensor words = sowt_vector(SOW_I32, (5u << 20) + 13);
    const sow_tensor bytes = sowt_vector(SOW_U8, (20u << 20) + 1);
    const sow_plan drawn = make_plan(&words, &bits), filled = make_plan(&bytes, &constant);
    check_draw(context, &drawn);
    check_draw(context, &filled);
}

static void test_draw_refuses(void **state)
{
    (void)state;
    sow_context *context = sowt_context();
    const sow_initializer ones = sow_ones();
    const sow_tensor tensor = sowt_vector(SOW_F32, 4), empty = sowt_vector(SOW_F32, 0);
    sow_plan plan = make_plan(&tensor, &ones);
    float values[4];
    assert_int_equal(SOW_ERR_ARGUMENT, sow_draw(context, NULL, &plan, 0));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_draw(context, values, NULL, 0));
    plan.dtype = (sow_dtype)99;
    assert_int_equal(SOW_ERR_ARGUMENT, sow_draw(context, values, &plan, 0));
    const sow_plan nothing = make_plan(&empty, &ones);
    assert_int_equal(SOW_OK, sow_draw(context, NULL, &nothing, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draw_equals_the_host),
        cmocka_unit_test(test_draw_as_a_guest_equals_the_host),
        cmocka_unit_test(test_draw_of_a_region),
        cmocka_unit_test(test_draw_in_pieces),
        cmocka_unit_test(test_draw_refuses),
    };
    return SOWT_RUN(tests, sowt_context_teardown);
}
