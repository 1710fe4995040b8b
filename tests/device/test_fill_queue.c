/* sow_fill among the caller's commands: refusals, wait lists, events, queues, sub-buffers. */
#include <string.h>

#include "bits.h"
#include "guest.h"
#include "run_tests.h"
#include "test_device.h"

enum { COUNT = 1001, BYTES = COUNT * 4 };

static const sow_key key = {31, 32};
static const sow_tensor tensor = {.dtype = SOW_I32, .rank = 1, .shape = {COUNT}};
static const sow_initializer bits = {.kind = SOW_BITS};

static sow_status fill(const sowt_guest *guest, cl_command_queue queue, cl_mem buffer,
                       uint64_t offset, cl_uint num_wait, const cl_event *wait, cl_event *event)
{
    return sow_fill(guest->sow, queue, buffer, offset, &tensor, &bits, key, num_wait, wait, event);
}

/* Refused with this status: the event is NULL and the buffer is as it was. */
static void check_refused(sow_status expected, const sowt_guest *guest, cl_command_queue queue,
                          cl_mem buffer, uint64_t offset)
{
    cl_event event = (cl_event)&expected;
    assert_int_equal(expected, fill(guest, queue, buffer, offset, 0, NULL, &event));
    assert_null(event);
    assert_int_equal(expected, fill(guest, queue, buffer, offset, 0, NULL, NULL));
}

static void test_fill_refuses_a_small_buffer(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    cl_mem buffer = sowt_guest_buffer(&guest, BYTES + 3);
    check_refused(SOW_ERR_BUFFER, &guest, guest.queue, buffer, 1);
    check_refused(SOW_ERR_BUFFER, &guest, guest.queue, buffer, COUNT + 1);
    check_refused(SOW_ERR_BUFFER, &guest, guest.queue, buffer, UINT64_MAX);
    check_refused(SOW_ERR_BUFFER, &guest, guest.queue, buffer, UINT64_MAX / 4 + 1);
    sowt_check_untouched(guest.queue, buffer, BYTES + 3);
    assert_int_equal(SOW_OK, fill(&guest, guest.queue, buffer, 0, 0, NULL, NULL));
    assert_int_equal(CL_SUCCESS, clFinish(guest.queue));
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    sowt_guest_release(&guest);
}

static void test_fill_refuses_objects_of_another_context(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create(), other = sowt_guest_create();
    cl_mem buffer = sowt_guest_buffer(&guest, BYTES), foreign = sowt_guest_buffer(&other, BYTES);
    check_refused(SOW_ERR_CONTEXT, &guest, other.queue, buffer, 0);
    check_refused(SOW_ERR_CONTEXT, &guest, guest.queue, foreign, 0);
    check_refused(SOW_ERR_CONTEXT, &guest, other.queue, foreign, 0);
    sowt_check_untouched(guest.queue, buffer, BYTES);
    sowt_check_untouched(other.queue, foreign, BYTES);
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(foreign));
    sowt_guest_release(&guest);
    sowt_guest_release(&other);
}

static void test_fill_refuses_null(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    cl_mem buffer = sowt_guest_buffer(&guest, BYTES);
    check_refused(SOW_ERR_ARGUMENT, &(sowt_guest){.sow = NULL}, guest.queue, buffer, 0);
    check_refused(SOW_ERR_ARGUMENT, &guest, NULL, buffer, 0);
    check_refused(SOW_ERR_ARGUMENT, &guest, guest.queue, NULL, 0);
    cl_event event = (cl_event)&guest;
    assert_int_equal(SOW_ERR_ARGUMENT, sow_fill(guest.sow, guest.queue, buffer, 0, NULL, &bits, key,
                                                0, NULL, &event));
    assert_null(event);
    event = (cl_event)&guest;
    assert_int_equal(SOW_ERR_ARGUMENT, sow_fill(guest.sow, guest.queue, buffer, 0, &tensor, NULL,
                                                key, 0, NULL, &event));
    assert_null(event);
    event = (cl_event)&guest;
    assert_int_equal(SOW_ERR_ARGUMENT,
                     sow_fill_plan(guest.sow, guest.queue, buffer, 0, NULL, 0, NULL, &event));
    assert_null(event);
    sowt_check_untouched(guest.queue, buffer, BYTES);
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    sowt_guest_release(&guest);
}

static void test_fill_refuses_half_a_wait_list(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    cl_mem buffer = sowt_guest_buffer(&guest, BYTES);
    cl_event gate = sowt_guest_gate(&guest);
    assert_int_equal(SOW_ERR_ARGUMENT, fill(&guest, guest.queue, buffer, 0, 1, NULL, NULL));
    assert_int_equal(SOW_ERR_ARGUMENT, fill(&guest, guest.queue, buffer, 0, 0, &gate, NULL));
    sowt_check_untouched(guest.queue, buffer, BYTES);
    assert_int_equal(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    assert_int_equal(CL_SUCCESS, clReleaseEvent(gate));
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    sowt_guest_release(&guest);
}

/* What sow_plan_make refuses, sow_fill refuses. */
static void test_fill_refuses_what_has_no_plan(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    cl_mem buffer = sowt_guest_buffer(&guest, BYTES);
    const sow_initializer xavier = sow_xavier_normal(1), big = sow_constant(1e300);
    const sow_tensor rank9 = {.rank = 9};
    const sow_tensor outside = {.rank = 1, .shape = {9}, .start = {3}, .extent = {7}};
    const sow_tensor vector = {.dtype = SOW_F32, .rank = 1, .shape = {9}};
    const struct {
        sow_status status;
        const sow_tensor *tensor;
        const sow_initializer *initializer;
    } refused[] = {
        {SOW_ERR_SHAPE, &rank9, &xavier}, {SOW_ERR_REGION, &outside, &xavier},
        {SOW_ERR_FAN, &vector, &xavier},  {SOW_ERR_RANGE, &vector, &big},
        {SOW_ERR_DTYPE, &vector, &bits},
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        cl_event event = (cl_event)&guest;
        assert_int_equal(refused[i].status,
                         sow_fill(guest.sow, guest.queue, buffer, 0, refused[i].tensor,
                                  refused[i].initializer, key, 0, NULL, &event));
        assert_null(event);
    }
    sowt_check_untouched(guest.queue, buffer, BYTES);
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    sowt_guest_release(&guest);
}

static void test_fill_waits_for_its_wait_list(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    cl_mem buffer = sowt_guest_buffer(&guest, BYTES);
    assert_int_equal(SOW_OK, sow_context_prepare(guest.sow, SOW_DIST_BITS, SOW_I32));
    cl_event gates[2] = {sowt_guest_gate(&guest), sowt_guest_gate(&guest)}, event;
    assert_int_equal(CL_SUCCESS, clSetUserEventStatus(gates[0], CL_COMPLETE));
    assert_int_equal(SOW_OK, fill(&guest, guest.queue, buffer, 0, 2, gates, &event));
    sowt_check_gated(guest.queue, gates[1], event);
    assert_int_equal(CL_SUCCESS, clReleaseEvent(gates[0]));
    uint32_t expected[COUNT];
    assert_int_equal(SOW_OK, sow_fill_host(expected, &tensor, &bits, key));
    sowt_check_buffer(guest.queue, buffer, expected, BYTES, 4);
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    sowt_guest_release(&guest);
}

static void test_fill_of_nothing_waits_too(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    cl_mem buffer = sowt_guest_buffer(&guest, 64);
    const sow_tensor empty = {.dtype = SOW_F32, .rank = 2, .shape = {0, 5}};
    const sow_initializer normal = sow_normal(0, 1);
    assert_int_equal(
        SOW_OK, sow_fill(guest.sow, guest.queue, buffer, 16, &empty, &normal, key, 0, NULL, NULL));
    cl_event gate = sowt_guest_gate(&guest), event;
    assert_int_equal(SOW_OK, sow_fill(guest.sow, guest.queue, buffer, 16, &empty, &normal, key, 1,
                                      &gate, &event));
    sowt_check_gated(guest.queue, gate, event);
    sowt_check_untouched(guest.queue, buffer, 64);
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    sowt_guest_release(&guest);
}

/* Another queue that waits for the event alone sees all of the fill. */
static void test_fill_event_covers_the_work(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    cl_command_queue other = sowt_guest_queue(&guest, 0);
    cl_mem buffer = sowt_guest_buffer(&guest, BYTES);
    uint32_t expected[COUNT], actual[COUNT];
    cl_event event;
    assert_int_equal(SOW_OK, fill(&guest, guest.queue, buffer, 0, 0, NULL, &event));
    assert_int_equal(CL_SUCCESS, clFlush(guest.queue));
    assert_int_equal(
        CL_SUCCESS, clEnqueueReadBuffer(other, buffer, CL_TRUE, 0, BYTES, actual, 1, &event, NULL));
    assert_int_equal(SOW_OK, sow_fill_host(expected, &tensor, &bits, key));
    assert_bits_equal(expected, actual, BYTES, 4, sowt_device_name());
    assert_int_equal(CL_SUCCESS, clReleaseEvent(event));
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(other));
    sowt_guest_release(&guest);
}

/* The second fill overwrites a part of the first only because it waits for it. */
static void test_fill_on_an_out_of_order_queue(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    cl_command_queue queue = sowt_guest_queue(&guest, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    cl_mem buffer = sowt_guest_buffer(&guest, BYTES);
    uint32_t expected[COUNT];
    const sow_tensor part = {.dtype = SOW_I32, .rank = 1, .shape = {99}};
    const sow_initializer ones = sow_ones();
    assert_int_equal(SOW_OK, sow_fill_host(expected, &tensor, &bits, key));
    assert_int_equal(SOW_OK, sow_fill_host(expected + 101, &part, &ones, key));
    for (int i = 0; i < 20; i++) {
        cl_event first, second;
        assert_int_equal(SOW_OK, fill(&guest, queue, buffer, 0, 0, NULL, &first));
        assert_int_equal(
            SOW_OK, sow_fill(guest.sow, queue, buffer, 101, &part, &ones, key, 1, &first, &second));
        assert_int_equal(CL_SUCCESS, clWaitForEvents(1, &second));
        sowt_check_buffer(guest.queue, buffer, expected, BYTES, 4);
        assert_int_equal(CL_SUCCESS, clReleaseEvent(first));
        assert_int_equal(CL_SUCCESS, clReleaseEvent(second));
    }
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(queue));
    sowt_guest_release(&guest);
}

static void test_fill_of_a_sub_buffer_stays_inside(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    enum { ORIGIN = 4096, WHOLE = ORIGIN + 2 * BYTES };
    cl_mem buffer = sowt_guest_buffer(&guest, WHOLE);
    const cl_buffer_region region = {ORIGIN, BYTES + 40};
    cl_int code;
    cl_mem part =
        clCreateSubBuffer(buffer, CL_MEM_READ_WRITE, CL_BUFFER_CREATE_TYPE_REGION, &region, &code);
    assert_int_equal(CL_SUCCESS, code);
    check_refused(SOW_ERR_BUFFER, &guest, guest.queue, part, 11);
    assert_int_equal(SOW_OK, fill(&guest, guest.queue, part, 10, 0, NULL, NULL));
    static unsigned char expected[WHOLE];
    memset(expected, SOWT_GUARD, WHOLE);
    assert_int_equal(SOW_OK, sow_fill_host(expected + ORIGIN + 40, &tensor, &bits, key));
    sowt_check_buffer(guest.queue, buffer, expected, WHOLE, 4);
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(part));
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    sowt_guest_release(&guest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fill_refuses_a_small_buffer),
        cmocka_unit_test(test_fill_refuses_objects_of_another_context),
        cmocka_unit_test(test_fill_refuses_null),
        cmocka_unit_test(test_fill_refuses_half_a_wait_list),
        cmocka_unit_test(test_fill_refuses_what_has_no_plan),
        cmocka_unit_test(test_fill_waits_for_its_wait_list),
        cmocka_unit_test(test_fill_of_nothing_waits_too),
        cmocka_unit_test(test_fill_event_covers_the_work),
        cmocka_unit_test(test_fill_on_an_out_of_order_queue),
        cmocka_unit_test(test_fill_of_a_sub_buffer_stays_inside),
    };
    return SOWT_RUN(tests, sowt_context_teardown);
}
