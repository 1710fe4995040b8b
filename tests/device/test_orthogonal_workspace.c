/* The one workspace of a context: how large it is, whose it is, and fills that share it from queues and threads. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "device_fill.h"
#include "guest.h"
#include "run_tests.h"
#include "test_device.h"

static const sow_key key = {41, 42};

static const sow_tensor square = {.rank = 2, .shape = {24, 24}};
static const sow_tensor narrow = {.dtype = SOW_BF16, .rank = 2, .shape = {24, 24}};
static const sow_tensor batch = {.dtype = SOW_BF16, .rank = 3, .shape = {9, 12, 10}};

/* The self-tests would take a simulator minutes. */
static sowt_guest start(void)
{
    sowt_guest guest = sowt_guest_create();
    if (sowt_is_simulated()) {
        sow_context_release(guest.sow);
        assert_int_equal(SOW_OK, sow_context_create(&guest.sow, guest.context, guest.device,
                                                    &(sow_options){.skip_self_test = 1}));
    }
    return guest;
}

static sow_plan plan_of(const sow_tensor *tensor)
{
    const sow_initializer orthogonal = sow_orthogonal(1, tensor->rank - 2);
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, tensor, &orthogonal, key, NULL));
    return plan;
}

static uint64_t workspace_of(const sowt_guest *guest, const sow_plan *plan)
{
    uint64_t size = 1;
    assert_int_equal(SOW_OK, sow_context_workspace_size(guest->sow, plan, &size));
    return size;
}

/* The caller releases the bytes. */
static void *expected_of(const sow_plan *plan, size_t *size_bytes)
{
    *size_bytes = (size_t)plan->count * sow_dtype_size(plan->dtype);
    void *expected = malloc(*size_bytes);
    assert_non_null(expected);
    assert_int_equal(SOW_OK, sow_fill_host_plan(expected, plan, NULL));
    return expected;
}

/* Fills a buffer on the guest's queue; SOW_OK: with the host's bits. */
static sow_status fill(const sowt_guest *guest, const sow_plan *plan)
{
    size_t size;
    void *expected = expected_of(plan, &size);
    cl_mem buffer = sowt_guest_buffer(guest, size);
    cl_event event = (cl_event)buffer;
    const sow_status status =
        sow_fill_plan(guest->sow, guest->queue, buffer, 0, plan, 0, NULL, &event);
    if (status == SOW_OK) {
        sowt_check_buffer(guest->queue, buffer, expected, size, sow_dtype_size(plan->dtype));
        assert_int_equal(CL_SUCCESS, clReleaseEvent(event));
    } else {
        assert_null(event);
        sowt_check_untouched(guest->queue, buffer, size);
    }
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    free(expected);
    return status;
}

static void set_workspace(const sowt_guest *guest, size_t size_bytes)
{
    cl_mem workspace = sowt_guest_buffer(guest, size_bytes);
    assert_int_equal(SOW_OK, sow_context_set_workspace(guest->sow, workspace));
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(workspace)); /* the context has retained it */
}

/* ---- Sizes ---- */

/* block * (rows + 2 columns) elements, two squares of block for each panel, the diagonal and norms. */
static void test_workspace_size(void **state)
{
    (void)state;
    sowt_guest guest = start();
    const sow_plan in_place = plan_of(&square), apart = plan_of(&narrow), many = plan_of(&batch);
    const uint64_t elements = 24 + 24 + 2 * 2 * 16 * 16 + 16 * 24 + 2 * 16 * 24;
    assert_int_equal(elements * 4, workspace_of(&guest, &in_place));
    assert_int_equal((elements + 24 * 24) * 4, workspace_of(&guest, &apart));
    assert_int_equal(0, workspace_of(&guest, &many) % 9);
    sow_plan one = many;
    assert_int_equal(SOW_OK, sow_plan_slice(&one, 125, 10));
    assert_int_equal(workspace_of(&guest, &many) / 9, workspace_of(&guest, &one));
    const sow_initializer normal = sow_normal(0, 1), delta = sow_delta_orthogonal(1);
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &square, &normal, key, NULL));
    assert_int_equal(0, workspace_of(&guest, &plan));
    const sow_tensor zeros = {
        .layout = SOW_LAYOUT_IO, .rank = 3, .shape = {3, 4, 5}, .extent = {1, 4, 5}};
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &zeros, &delta, key, NULL));
    assert_int_equal(0, workspace_of(&guest, &plan));
    const sow_tensor huge = {.rank = 3, .shape = {1 << 20, 64, 64}};
    plan = plan_of(&huge);
    assert_in_range(workspace_of(&guest, &plan), 60 << 20, 64 << 20);
    sowt_guest_release(&guest);
}

static void test_workspace_size_refuses_null(void **state)
{
    (void)state;
    sowt_guest guest = start();
    const sow_plan plan = plan_of(&square);
    uint64_t size = 42;
    assert_int_equal(SOW_ERR_ARGUMENT, sow_context_workspace_size(NULL, &plan, &size));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_context_workspace_size(guest.sow, NULL, &size));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_context_workspace_size(guest.sow, &plan, NULL));
    assert_int_equal(42, size);
    assert_int_equal(SOW_ERR_ARGUMENT, sow_context_set_workspace(NULL, NULL));
    sowt_guest_release(&guest);
}

/* ---- The caller's ---- */

/* Just as large as sow_context_workspace_size says, or a byte less; also where the self-test is yet to come, which takes
 * more than small matrices do. */
static void test_set_workspace_of_just_the_size(void **state)
{
    (void)state;
    const sow_tensor tiny = {.rank = 2, .shape = {3, 2}};
    const sow_tensor *tensors[] = {&tiny, &square, &narrow};
    for (size_t i = 0; i < 3; i++) {
        sowt_guest guest = start();
        const sow_plan plan = plan_of(tensors[i]);
        const size_t size = (size_t)workspace_of(&guest, &plan);
        set_workspace(&guest, size);
        assert_int_equal(SOW_OK, fill(&guest, &plan));
        set_workspace(&guest, size - 1);
        assert_int_equal(SOW_ERR_WORKSPACE, fill(&guest, &plan));
        assert_int_equal(SOW_OK, sow_context_set_workspace(guest.sow, NULL));
        assert_int_equal(SOW_OK, fill(&guest, &plan));
        sowt_guest_release(&guest);
    }
}

/* A smaller one does for a batch as long as one matrix fits; the memory behind it stays as it is. */
static void test_set_workspace_smaller_than_best(void **state)
{
    (void)state;
    sowt_guest guest = start();
    const sow_plan plan = plan_of(&batch);
    const size_t one = (size_t)workspace_of(&guest, &plan) / 9;
    const size_t sizes[] = {one, 2 * one, 4 * one + 4, 9 * one};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        set_workspace(&guest, sizes[i]);
        assert_int_equal(SOW_OK, fill(&guest, &plan));
        sow_plan part = plan;
        assert_int_equal(SOW_OK, sow_plan_slice(&part, 115, 600));
        assert_int_equal(SOW_OK, fill(&guest, &part));
    }
    set_workspace(&guest, one - 4);
    assert_int_equal(SOW_ERR_WORKSPACE, fill(&guest, &plan));
    sowt_guest_release(&guest);
}

/* sow_context_prepare_plan refuses, and so does a batch, before the command of the tensor that comes first. */
static void test_too_small_a_workspace_enqueues_nothing(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    const sow_tensor vector = sowt_vector(SOW_F32, 20);
    const sow_initializer ones = sow_ones();
    const sow_plan matrix = plan_of(&square);
    sow_plan first;
    assert_int_equal(SOW_OK, sow_plan_make(&first, &vector, &ones, key, NULL));
    const sow_batch_item items[] = {{&first, 0}, {&matrix, 128}};
    const size_t size = 128 + 40 * 40 * sizeof(float);
    cl_mem buffer = sowt_guest_buffer(&guest, size);
    cl_event event = (cl_event)buffer;
    set_workspace(&guest, (size_t)workspace_of(&guest, &matrix) - 1);
    assert_int_equal(SOW_ERR_WORKSPACE, sow_context_prepare_plan(guest.sow, &matrix));
    assert_int_equal(SOW_ERR_WORKSPACE,
                     sow_fill_batch(guest.sow, guest.queue, buffer, items, 2, 0, NULL, &event));
    assert_null(event);
    sowt_check_untouched(guest.queue, buffer, size);
    assert_int_equal(SOW_OK, sow_context_set_workspace(guest.sow, NULL));
    assert_int_equal(SOW_OK, sow_context_prepare_plan(guest.sow, &matrix));
    assert_int_equal(SOW_OK,
                     sow_fill_batch(guest.sow, guest.queue, buffer, items, 2, 0, NULL, NULL));
    assert_int_equal(CL_SUCCESS, clFinish(guest.queue));
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    sowt_guest_release(&guest);
}

static void test_set_workspace_refuses_another_context(void **state)
{
    (void)state;
    sowt_guest guest = start(), other = start();
    cl_mem foreign = sowt_guest_buffer(&other, 1 << 16);
    const sow_plan plan = plan_of(&square);
    assert_int_equal(SOW_ERR_CONTEXT, sow_context_set_workspace(guest.sow, foreign));
    assert_int_equal(SOW_OK, fill(&guest, &plan));
    sowt_check_untouched(other.queue, foreign, 1 << 16);
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(foreign));
    sowt_guest_release(&guest);
    sowt_guest_release(&other);
}

/* ---- Queues ---- */

/* Fills of the same workspace, behind a gate, alternating between two queues: each waits for the one before. */
static void check_queues(sowt_guest *guest, cl_command_queue queues[2])
{
    enum { FILLS = 6 };
    const sow_tensor *tensors[2] = {&square, &batch};
    cl_mem buffers[FILLS];
    cl_event events[FILLS], gate = sowt_guest_gate(guest);
    for (size_t i = 0; i < FILLS; i++) {
        const sow_plan plan = plan_of(tensors[i % 2]);
        buffers[i] = sowt_guest_buffer(guest, 8192);
        assert_int_equal(SOW_OK, sow_fill_plan(guest->sow, queues[i / 2 % 2], buffers[i], 0, &plan,
                                               i == 0 ? 1 : 0, i == 0 ? &gate : NULL, &events[i]));
    }
    assert_int_equal(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    for (size_t i = 0; i < FILLS; i++) {
        size_t size;
        const sow_plan plan = plan_of(tensors[i % 2]);
        void *expected = expected_of(&plan, &size);
        assert_int_equal(CL_SUCCESS, clWaitForEvents(1, &events[i]));
        sowt_check_buffer(guest->queue, buffers[i], expected, size, sow_dtype_size(plan.dtype));
        assert_int_equal(CL_SUCCESS, clReleaseEvent(events[i]));
        assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffers[i]));
        free(expected);
    }
    assert_int_equal(CL_SUCCESS, clReleaseEvent(gate));
}

/* Oclgrind flushes in order and does not return before the gate. */
static void skip_on_simulators(void)
{
    if (sowt_is_simulated())
        sowt_skip("gated queues on %s: a flush waits for the gate", sowt_device_name());
}

static void warm_up(const sowt_guest *guest)
{
    const sow_plan plain = plan_of(&square), many = plan_of(&batch);
    assert_int_equal(SOW_OK, fill(guest, &plain));
    assert_int_equal(SOW_OK, fill(guest, &many));
}

static void test_workspace_is_shared_by_two_queues(void **state)
{
    (void)state;
    sowt_guest guest = start();
    skip_on_simulators();
    warm_up(&guest);
    cl_command_queue queues[2] = {guest.queue, sowt_guest_queue(&guest, 0)};
    check_queues(&guest, queues);
    assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(queues[1]));
    sowt_guest_release(&guest);
}

static void test_workspace_is_shared_out_of_order(void **state)
{
    (void)state;
    sowt_guest guest = start();
    skip_on_simulators();
    warm_up(&guest);
    cl_command_queue queue = sowt_guest_queue(&guest, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    for (int i = 0; i < 5; i++)
        check_queues(&guest, (cl_command_queue[2]){queue, queue});
    assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(queue));
    sowt_guest_release(&guest);
}

static void test_orthogonal_waits_for_its_wait_list(void **state)
{
    (void)state;
    sowt_guest guest = start();
    warm_up(&guest);
    const sow_plan plan = plan_of(&batch);
    size_t size;
    void *expected = expected_of(&plan, &size);
    cl_mem buffer = sowt_guest_buffer(&guest, size);
    cl_event gate = sowt_guest_gate(&guest), event;
    assert_int_equal(SOW_OK,
                     sow_fill_plan(guest.sow, guest.queue, buffer, 0, &plan, 1, &gate, &event));
    sowt_check_gated(guest.queue, gate, event);
    sowt_check_buffer(guest.queue, buffer, expected, size, 2);
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    free(expected);
    sowt_guest_release(&guest);
}

/* A queue that the caller releases after its last fill does not trouble the next one. */
static void test_workspace_outlives_its_queues(void **state)
{
    (void)state;
    sowt_guest guest = start();
    const sow_plan plan = plan_of(&square);
    for (int i = 0; i < 3; i++) {
        cl_command_queue queue = sowt_guest_queue(&guest, 0);
        cl_mem buffer = sowt_guest_buffer(&guest, 2304);
        assert_int_equal(SOW_OK, sow_fill_plan(guest.sow, queue, buffer, 0, &plan, 0, NULL, NULL));
        assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(queue));
        assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    }
    assert_int_equal(SOW_OK, fill(&guest, &plan));
    sowt_guest_release(&guest);
}

/* ---- Batches of tensors ---- */

static void test_fill_batch_holds_orthogonal_tensors(void **state)
{
    (void)state;
    enum { ITEMS = 24, STRIDE = 8192 };
    sowt_guest guest = start();
    const sow_initializer normal = sow_normal(0, 1);
    const sow_tensor *tensors[] = {&square, &narrow, &batch};
    sow_plan plans[ITEMS];
    sow_batch_item items[ITEMS];
    unsigned char *expected = malloc(ITEMS * STRIDE);
    assert_non_null(expected);
    memset(expected, SOWT_GUARD, ITEMS * STRIDE);
    for (uint64_t i = 0; i < ITEMS; i++) {
        plans[i] = plan_of(tensors[i / 2 % 3]);
        if (i % 2 == 1)
            assert_int_equal(SOW_OK, sow_plan_make(&plans[i], &square, &normal, key, NULL));
        items[i] = (sow_batch_item){&plans[i], i * STRIDE};
        assert_int_equal(SOW_OK, sow_fill_host_plan(expected + i * STRIDE, &plans[i], NULL));
    }
    cl_mem buffer = sowt_guest_buffer(&guest, ITEMS * STRIDE);
    cl_event event;
    assert_int_equal(SOW_OK,
                     sow_fill_batch(guest.sow, guest.queue, buffer, items, ITEMS, 0, NULL, &event));
    assert_int_equal(CL_SUCCESS, clWaitForEvents(1, &event));
    assert_int_equal(CL_SUCCESS, clReleaseEvent(event));
    sowt_check_buffer(guest.queue, buffer, expected, ITEMS * STRIDE, 1);
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    free(expected);
    sowt_guest_release(&guest);
}

/* ---- Threads ---- */

enum { THREADS = 4 };

/* cmocka's asserts are for the main thread. */
typedef struct worker {
    pthread_t thread;
    const sowt_guest *guest;
    cl_command_queue queue;
    cl_mem buffer;
    const void *expected[2];
    int fills, wrong;
} worker;

static void fill_once(worker *self, const sow_tensor *tensor, const void *expected)
{
    unsigned char actual[2304];
    const sow_initializer orthogonal = sow_orthogonal(1, tensor->rank - 2);
    sow_plan plan;
    cl_event event;
    sow_status status = sow_plan_make(&plan, tensor, &orthogonal, key, NULL);
    const size_t size = (size_t)plan.count * sow_dtype_size(plan.dtype);
    if (status == SOW_OK)
        status =
            sow_fill_plan(self->guest->sow, self->queue, self->buffer, 0, &plan, 0, NULL, &event);
    if (status == SOW_OK) {
        status = clEnqueueReadBuffer(self->queue, self->buffer, CL_TRUE, 0, size, actual, 1, &event,
                                     NULL);
        (void)clReleaseEvent(event);
    }
    self->wrong += status != SOW_OK || memcmp(expected, actual, size) != 0;
}

static void *work(void *argument)
{
    worker *self = argument;
    for (int i = 0; i < self->fills; i++)
        fill_once(self, i % 2 == 0 ? &square : &batch, self->expected[i % 2]);
    return NULL;
}

static void test_workspace_is_shared_by_threads(void **state)
{
    (void)state;
    sowt_guest guest = start();
    worker workers[THREADS];
    size_t size;
    if (sowt_is_simulated())
        sowt_skip("threads on %s: the simulator takes one at a time", sowt_device_name());
    const sow_plan plain = plan_of(&square), many = plan_of(&batch);
    void *expected[2] = {expected_of(&plain, &size), expected_of(&many, &size)};
    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (worker){.guest = &guest,
                              .queue = sowt_guest_queue(&guest, 0),
                              .buffer = sowt_guest_buffer(&guest, 2304),
                              .expected = {expected[0], expected[1]},
                              .fills = 30};
        assert_int_equal(0, pthread_create(&workers[i].thread, NULL, work, &workers[i]));
    }
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(0, pthread_join(workers[i].thread, NULL));
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(0, workers[i].wrong);
        assert_int_equal(CL_SUCCESS, clReleaseMemObject(workers[i].buffer));
        assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(workers[i].queue));
    }
    free(expected[0]);
    free(expected[1]);
    sowt_guest_release(&guest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_workspace_size),
        cmocka_unit_test(test_workspace_size_refuses_null),
        cmocka_unit_test(test_set_workspace_of_just_the_size),
        cmocka_unit_test(test_set_workspace_smaller_than_best),
        cmocka_unit_test(test_too_small_a_workspace_enqueues_nothing),
        cmocka_unit_test(test_set_workspace_refuses_another_context),
        cmocka_unit_test(test_workspace_is_shared_by_two_queues),
        cmocka_unit_test(test_workspace_is_shared_out_of_order),
        cmocka_unit_test(test_orthogonal_waits_for_its_wait_list),
        cmocka_unit_test(test_workspace_outlives_its_queues),
        cmocka_unit_test(test_fill_batch_holds_orthogonal_tensors),
        cmocka_unit_test(test_workspace_is_shared_by_threads),
    };
    return SOWT_RUN(tests, sowt_context_teardown);
}
