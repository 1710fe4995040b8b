/* Threads that share a sow_context, on queues of their own and on one queue. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "guest.h"
#include "run_tests.h"
#include "test_device.h"

enum { THREADS = 8, FILLS = 50, COUNT_MAX = 3000 };

static const struct {
    sow_dtype dtype;
    sow_initializer initializer;
} fills[] = {
    {SOW_I32, {.kind = SOW_BITS}},
    {SOW_F32, {.kind = SOW_UNIFORM, .param = {0, 1}}},
    {SOW_BF16, {.kind = SOW_NORMAL, .param = {0, 1}}},
    {SOW_I16, {.kind = SOW_CONSTANT, .param = {-12345}}},
};
enum { KINDS = sizeof fills / sizeof fills[0] };

/* cmocka's asserts are for the main thread: a thread keeps its first failure. */
typedef struct worker {
    pthread_t thread;
    pthread_barrier_t *start;
    sow_context *context;
    cl_command_queue queue;
    cl_mem buffer;
    unsigned index;
    char failure[160];
    uint32_t expected[COUNT_MAX], actual[COUNT_MAX];
} worker;

/* Takes the event over. */
static sow_status read_after(worker *self, size_t size, cl_event event)
{
    const sow_status status = clEnqueueReadBuffer(self->queue, self->buffer, CL_TRUE, 0, size,
                                                  self->actual, 1, &event, NULL);
    const cl_int released = clReleaseEvent(event);
    return status != SOW_OK ? status : released;
}

static sow_status fill_and_read(worker *self, const sow_tensor *tensor,
                                const sow_initializer *initializer, sow_key key, size_t size)
{
    cl_event event;
    const sow_status status = sow_fill(self->context, self->queue, self->buffer, 0, tensor,
                                       initializer, key, 0, NULL, &event);
    return status != SOW_OK ? status : read_after(self, size, event);
}

/* The same plan in parts. */
static sow_status batch_and_read(worker *self, const sow_tensor *tensor,
                                 const sow_initializer *initializer, sow_key key, size_t size)
{
    enum { PARTS = 16 };
    sow_plan parts[PARTS];
    sow_batch_item items[PARTS];
    cl_event event;
    sow_status status = SOW_OK;
    const uint64_t count = tensor->shape[0];
    for (uint64_t i = 0; i < PARTS && status == SOW_OK; i++) {
        const uint64_t begin = count * i / PARTS, end = count * (i + 1) / PARTS;
        items[i] = (sow_batch_item){&parts[i], begin * sow_dtype_size(tensor->dtype)};
        status = sow_plan_make(&parts[i], tensor, initializer, key, NULL);
        if (status == SOW_OK)
            status = sow_plan_slice(&parts[i], begin, end - begin);
    }
    if (status == SOW_OK)
        status =
            sow_fill_batch(self->context, self->queue, self->buffer, items, PARTS, 0, NULL, &event);
    return status != SOW_OK ? status : read_after(self, size, event);
}

static void fill_once(worker *self, unsigned i)
{
    const size_t kind = (self->index + i) % KINDS;
    const sow_tensor tensor = {.dtype = fills[kind].dtype,
                               .rank = 1,
                               .shape = {1 + (i * 977 + self->index * 131) % COUNT_MAX}};
    const sow_key key = {self->index, i};
    const size_t size = (size_t)tensor.shape[0] * sow_dtype_size(tensor.dtype);
    (void)sow_fill_host(self->expected, &tensor, &fills[kind].initializer, key);
    const sow_initializer *initializer = &fills[kind].initializer;
    const sow_status status = i % 3 == 0 ? batch_and_read(self, &tensor, initializer, key, size)
                                         : fill_and_read(self, &tensor, initializer, key, size);
    if (status != SOW_OK)
        snprintf(self->failure, sizeof self->failure, "thread %u, fill %u: %s", self->index, i,
                 sow_status_name(status));
    else if (memcmp(self->expected, self->actual, size) != 0)
        snprintf(self->failure, sizeof self->failure,
                 "thread %u, fill %u: other bits than the host's", self->index, i);
}

static void *work(void *argument)
{
    worker *self = argument;
    (void)pthread_barrier_wait(self->start);
    for (unsigned i = 0; i < FILLS && self->failure[0] == '\0'; i++)
        fill_once(self, i);
    return NULL;
}

/* All threads start at once on a context that has built nothing yet. */
static void run_threads(bool one_queue)
{
    static worker workers[THREADS];
    pthread_barrier_t start;
    sowt_guest guest = sowt_guest_create();
    assert_int_equal(0, pthread_barrier_init(&start, NULL, THREADS));
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (worker){.start = &start, .context = guest.sow, .index = i};
        workers[i].queue = one_queue ? guest.queue : sowt_guest_queue(&guest, 0);
        workers[i].buffer = sowt_guest_buffer(&guest, sizeof workers[i].actual);
        assert_int_equal(0, pthread_create(&workers[i].thread, NULL, work, &workers[i]));
    }
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(0, pthread_join(workers[i].thread, NULL));
    for (unsigned i = 0; i < THREADS; i++) {
        if (workers[i].failure[0] != '\0')
            fail_msg("%s: %s", sowt_device_name(), workers[i].failure);
        assert_int_equal(CL_SUCCESS, clReleaseMemObject(workers[i].buffer));
        if (!one_queue)
            assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(workers[i].queue));
    }
    assert_int_equal(0, pthread_barrier_destroy(&start));
    sowt_guest_release(&guest);
}

static void test_threads_on_queues_of_their_own(void **state)
{
    (void)state;
    run_threads(false);
}

static void test_threads_on_one_queue(void **state)
{
    (void)state;
    run_threads(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_on_queues_of_their_own),
        cmocka_unit_test(test_threads_on_one_queue),
    };
    return SOWT_RUN(tests, sowt_context_teardown);
}
