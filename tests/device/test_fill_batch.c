/* sow_fill_batch equals sow_fill_host in every bit, tensor by tensor, as sow_fill does; touches nothing else;
 * and behaves as one command. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "device_fill.h"
#include "guest.h"
#include "random_numbers.h"
#include "regions.h"
#include "run_tests.h"
#include "test_device.h"

enum { ITEMS_MAX = 4096, BYTES_MAX = 4 << 20 };

static const sow_key key = {0x452821e638d01377u, 0xbe5466cf34e90c6cu}; /* digits of pi */

/* ---- Batches ---- */

/* Tensors side by side with guards between them, and what the buffer must hold after the batch. */
typedef struct tensors {
    sow_batch_item items[ITEMS_MAX];
    sow_plan plans[ITEMS_MAX];
    size_t count, bytes;
    unsigned char expected[BYTES_MAX];
} tensors;

static tensors *tensors_create(void)
{
    tensors *all = calloc(1, sizeof *all);
    assert_non_null(all);
    memset(all->expected, SOWT_GUARD, sizeof all->expected);
    all->bytes = 1; /* offsets that are multiples of no more than the dtype's size */
    return all;
}

/* After one to four elements that stay as they are. */
static void add_plan(tensors *all, const sow_plan *plan)
{
    const size_t size = sow_dtype_size(plan->dtype);
    const size_t offset = (all->bytes + size - 1) / size * size + all->count % 4 * size;
    const size_t bytes = (size_t)plan->count * size;
    assert_true(all->count < ITEMS_MAX && offset + bytes + 64 <= BYTES_MAX);
    sow_plan *copy = &all->plans[all->count];
    *copy = *plan;
    all->items[all->count++] = (sow_batch_item){copy, offset};
    assert_int_equal(SOW_OK, sow_fill_host_plan(all->expected + offset, copy, NULL));
    all->bytes = offset + bytes + 1;
}

static void add(tensors *all, const sow_tensor *tensor, const sow_initializer *initializer)
{
    sow_plan plan;
    const sow_key its_key = {key.seed, key.stream + all->count};
    assert_int_equal(SOW_OK, sow_plan_make(&plan, tensor, initializer, its_key, NULL));
    add_plan(all, &plan);
}

static void add_vector(tensors *all, sow_dtype dtype, uint64_t count,
                       const sow_initializer *initializer)
{
    const sow_tensor tensor = sowt_vector(dtype, count);
    add(all, &tensor, initializer);
}

/* Fills them by one call and checks every byte; frees them. */
static void check_batch(sow_context *context, tensors *all)
{
    const size_t size = all->bytes + 63;
    cl_mem buffer = sowt_buffer_create(context, size);
    unsigned char *actual = malloc(size);
    assert_non_null(actual);
    const sow_status status = sow_fill_batch(context, sow_context_cl_queue(context), buffer,
                                             all->items, all->count, 0, NULL, NULL);
    if (status != SOW_OK)
        fail_msg("%s: %s", sowt_device_name(), sow_status_name(status));
    assert_int_equal(SOW_OK, sow_buffer_read(context, buffer, 0, size, actual));
    assert_bits_equal(all->expected, actual, size, 1, sowt_device_name());
    sow_buffer_release(buffer);
    free(actual);
    free(all);
}

/* ---- Bits ---- */

static const uint64_t sizes[] = {0,  1,  2,  5,  31, 32, 33, 34, 35, 36,   37,   47,
                                 48, 49, 59, 60, 61, 62, 63, 64, 65, 1001, 4099, 67};
enum { SIZE_COUNT = sizeof sizes / sizeof sizes[0] };

/* Few programs on implementations that take long over each, few elements on the simulator. */
static bool is_slow(void)
{
    return sowt_is_simulated() || strcmp(sowt_implementation(), "rusticl") == 0;
}

static void add_sizes(tensors *all, sow_dtype dtype, const sow_initializer *initializer)
{
    for (size_t i = 0; i < SIZE_COUNT; i++)
        if (!sowt_is_simulated() || sizes[i] < 100)
            add_vector(all, dtype, sizes[i], initializer);
}

static const sow_dtype random_dtypes[] = {SOW_F32,     SOW_BF16,    SOW_F16,
                                          SOW_F8_E4M3, SOW_F8_E5M2, SOW_F64};
enum { RANDOM_COUNT = sizeof random_dtypes / sizeof random_dtypes[0] };

static bool has_f64(const sow_context *context)
{
    cl_device_fp_config config = 0;
    return clGetDeviceInfo(sow_context_cl_device(context), CL_DEVICE_DOUBLE_FP_CONFIG,
                           sizeof config, &config, NULL) == CL_SUCCESS &&
           config != 0;
}

static void check_distribution(sow_context *context, const sow_initializer *initializer)
{
    tensors *all = tensors_create();
    for (size_t i = 0; i < (is_slow() ? 2 : RANDOM_COUNT); i++)
        if (random_dtypes[i] != SOW_F64 || has_f64(context))
            add_sizes(all, random_dtypes[i], initializer);
    check_batch(context, all);
}

static void test_batch_of_constants(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    tensors *all = tensors_create();
    for (int dtype = 0; sow_dtype_name((sow_dtype)dtype) != NULL; dtype++) {
        const sow_initializer values[] = {sow_ones(), sow_constant(dtype == SOW_BOOL ? 0 : 112)};
        for (size_t i = 0; i < SIZE_COUNT; i++)
            add_vector(all, (sow_dtype)dtype, sizes[i], &values[i % 2]);
    }
    check_batch(context, all);
}

static void test_batch_of_bits(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const sow_initializer bits = sow_bits();
    tensors *all = tensors_create();
    add_sizes(all, SOW_I32, &bits);
    check_batch(context, all);
}

static void test_batch_of_uniform(void **state)
{
    const sow_initializer uniform = sow_uniform(-0.75, 1.5);
    check_distribution(sowt_context_of_lanes(state), &uniform);
}

static void test_batch_of_normal(void **state)
{
    const sow_initializer normal = sow_normal(0.125, 0.7);
    check_distribution(sowt_context_of_lanes(state), &normal);
}

static void test_batch_of_trunc_normal(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    if (is_slow())
        sowt_skip("truncated normals on %s: each program takes it seconds", sowt_device_name());
    const sow_initializer cut[] = {
        sow_trunc_normal(0.125, 0.5, -0.875, 1.5),
        sow_trunc_normal(0, 1, -3, 8),
        sow_trunc_normal(-1, 0.5, 2, (double)INFINITY),
    };
    for (size_t i = 0; i < sizeof cut / sizeof cut[0]; i++)
        check_distribution(context, &cut[i]);
}

/* The programs of a model in turn: weights, biases, scales, and one that is large. */
static void test_batch_of_many_programs(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const sow_initializer bits = sow_bits(), uniform = sow_uniform(-1, 1), zeros = sow_zeros(),
                          ones = sow_ones();
    tensors *all = tensors_create();
    for (uint64_t i = 0; i < 40; i++) {
        add_vector(all, SOW_F32, 3 + 7 * i, &uniform);
        add_vector(all, SOW_BF16, 1 + i, &uniform);
        add_vector(all, SOW_F32, 1 + i, &zeros);
        add_vector(all, SOW_BF16, i % 5, &ones);
        if (i < 3) /* too few for a table */
            add_vector(all, SOW_I32, 64 - i, &bits);
        if (i == 20 && !sowt_is_simulated()) {
            add_vector(all, SOW_F32, 131071, &uniform);
            add_vector(all, SOW_U8, 131073, &ones);
        }
    }
    check_batch(context, all);
}

/* Every tensor with its own parameters: more than a table holds. */
static void test_batch_of_many_tensors(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    tensors *all = tensors_create();
    const uint64_t count = sowt_is_simulated() ? 400 : 4000;
    for (uint64_t i = 0; i < count; i++) {
        const sow_initializer uniform = sow_uniform(0, (double)(1 + i / 3));
        add_vector(all, SOW_F32, i % 11, &uniform);
    }
    check_batch(context, all);
}

/* Work-groups fill a table before rows do. */
static void test_batch_of_large_tensors(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    if (sowt_is_simulated())
        sowt_skip("large tensors on the simulator: too slow");
    const sow_initializer uniform = sow_uniform(0, 1);
    tensors *all = tensors_create();
    for (uint64_t i = 0; i < 60; i++)
        add_vector(all, SOW_BF16, 33000 - i, &uniform);
    check_batch(context, all);
}

/* From none to more than are launched alone. */
static void test_batch_of_few_tensors(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const sow_initializer bits = sow_bits();
    for (uint64_t count = 0; count < 18; count += count == 3 ? 12 : 1) {
        tensors *all = tensors_create();
        for (uint64_t i = 0; i < count; i++)
            add_vector(all, SOW_I32, 33 + i, &bits);
        check_batch(context, all);
    }
}

static void test_batch_of_regions_and_slices(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const sow_initializer bits = sow_bits();
    uint64_t random = 5;
    tensors *all = tensors_create();
    for (int i = 0; i < (sowt_is_simulated() ? 40 : 400); i++) {
        const sow_tensor region = sowt_random_region(&random, SOW_I32, 4);
        add(all, &region, &bits);
        sow_plan slice = all->plans[all->count - 1];
        const uint64_t begin = sowt_random_below(&random, slice.count);
        const uint64_t left = slice.count - begin;
        assert_int_equal(SOW_OK,
                         sow_plan_slice(&slice, begin, 1 + sowt_random_below(&random, left)));
        add_plan(all, &slice);
    }
    const sow_tensor far = {.dtype = SOW_I32,
                            .rank = 1,
                            .shape = {(uint64_t)1 << 62},
                            .start = {((uint64_t)1 << 34) - 9},
                            .extent = {77}};
    for (int i = 0; i < 4; i++)
        add(all, &far, &bits);
    check_batch(context, all);
}

/* ---- As a command ---- */

static tensors *some_tensors(void)
{
    const sow_initializer bits = sow_bits(), zeros = sow_zeros();
    tensors *all = tensors_create();
    for (uint64_t i = 0; i < 20; i++) {
        add_vector(all, SOW_I32, 60 + i, &bits);
        add_vector(all, SOW_I16, 9 + i, &zeros);
    }
    return all;
}

static sow_status fill(const sowt_guest *guest, cl_command_queue queue, cl_mem buffer,
                       const tensors *all, cl_uint num_wait, const cl_event *wait, cl_event *event)
{
    return sow_fill_batch(guest->sow, queue, buffer, all->items, all->count, num_wait, wait, event);
}

static void check_refused(sow_status expected, const sowt_guest *guest, cl_command_queue queue,
                          cl_mem buffer, const tensors *all)
{
    cl_event event = (cl_event)&expected;
    assert_int_equal(expected, fill(guest, queue, buffer, all, 0, NULL, &event));
    assert_null(event);
    assert_int_equal(expected, fill(guest, queue, buffer, all, 0, NULL, NULL));
}

static void test_batch_refuses_wrong_arguments(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create(), other = sowt_guest_create();
    tensors *all = some_tensors();
    cl_mem buffer = sowt_guest_buffer(&guest, all->bytes);
    cl_mem foreign = sowt_guest_buffer(&other, all->bytes);
    cl_event gate = sowt_guest_gate(&guest), event = (cl_event)all;
    check_refused(SOW_ERR_ARGUMENT, &(sowt_guest){.sow = NULL}, guest.queue, buffer, all);
    check_refused(SOW_ERR_ARGUMENT, &guest, NULL, buffer, all);
    check_refused(SOW_ERR_ARGUMENT, &guest, guest.queue, NULL, all);
    check_refused(SOW_ERR_CONTEXT, &guest, other.queue, buffer, all);
    check_refused(SOW_ERR_CONTEXT, &guest, guest.queue, foreign, all);
    assert_int_equal(SOW_ERR_ARGUMENT,
                     sow_fill_batch(guest.sow, guest.queue, buffer, NULL, 1, 0, NULL, &event));
    assert_null(event);
    assert_int_equal(SOW_ERR_ARGUMENT, fill(&guest, guest.queue, buffer, all, 1, NULL, NULL));
    assert_int_equal(SOW_ERR_ARGUMENT, fill(&guest, guest.queue, buffer, all, 0, &gate, NULL));
    sowt_check_untouched(guest.queue, buffer, all->bytes);
    sowt_check_untouched(other.queue, foreign, all->bytes);
    assert_int_equal(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    assert_int_equal(CL_SUCCESS, clReleaseEvent(gate));
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(foreign));
    sowt_guest_release(&guest);
    sowt_guest_release(&other);
    free(all);
}

/* One wrong item, the last, and no other is drawn. */
static void test_batch_refuses_a_wrong_item(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    tensors *all = some_tensors();
    const size_t bytes = all->bytes;
    cl_mem buffer = sowt_guest_buffer(&guest, bytes);
    sow_plan *plan = &all->plans[0], plain = *plan;
    sow_batch_item *last = &all->items[all->count++];
    *last = (sow_batch_item){NULL, 0};
    check_refused(SOW_ERR_ARGUMENT, &guest, guest.queue, buffer, all);
    const uint64_t odd[] = {1, 2, 3, UINT64_MAX};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        *last = (sow_batch_item){plan, odd[i]};
        check_refused(SOW_ERR_ARGUMENT, &guest, guest.queue, buffer, all);
    }
    const uint64_t outside[] = {bytes / 4 * 4 - 59 * 4, (uint64_t)1 << 40, UINT64_MAX - 3};
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        *last = (sow_batch_item){plan, outside[i]};
        check_refused(SOW_ERR_BUFFER, &guest, guest.queue, buffer, all);
    }
    sow_plan wrong = plain;
    *last = (sow_batch_item){&wrong, 0};
    wrong.dtype = (sow_dtype)99;
    check_refused(SOW_ERR_ARGUMENT, &guest, guest.queue, buffer, all);
    wrong = plain;
    wrong.distribution = (sow_distribution)99;
    check_refused(SOW_ERR_ARGUMENT, &guest, guest.queue, buffer, all);
    wrong = plain;
    wrong.dtype = SOW_F32; /* takes no bits: there is no such program */
    check_refused(SOW_ERR_DTYPE, &guest, guest.queue, buffer, all);
    sowt_check_untouched(guest.queue, buffer, bytes);
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    sowt_guest_release(&guest);
    free(all);
}

static void test_batch_waits_for_its_wait_list(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    tensors *all = some_tensors();
    cl_mem buffer = sowt_guest_buffer(&guest, all->bytes);
    cl_event gates[2] = {sowt_guest_gate(&guest), sowt_guest_gate(&guest)}, event;
    assert_int_equal(CL_SUCCESS, clSetUserEventStatus(gates[0], CL_COMPLETE));
    assert_int_equal(SOW_OK, fill(&guest, guest.queue, buffer, all, 2, gates, &event));
    sowt_check_gated(guest.queue, gates[1], event);
    assert_int_equal(CL_SUCCESS, clReleaseEvent(gates[0]));
    sowt_check_buffer(guest.queue, buffer, all->expected, all->bytes, 1);
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    sowt_guest_release(&guest);
    free(all);
}

static void test_batch_of_nothing_waits_too(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    const sow_initializer bits = sow_bits();
    tensors *all = tensors_create();
    cl_mem buffer = sowt_guest_buffer(&guest, 64);
    for (int i = 0; i < 2; i++) {
        cl_event gate = sowt_guest_gate(&guest), event;
        assert_int_equal(SOW_OK, fill(&guest, guest.queue, buffer, all, 1, &gate, &event));
        sowt_check_gated(guest.queue, gate, event);
        assert_int_equal(SOW_OK, fill(&guest, guest.queue, buffer, all, 0, NULL, NULL));
        add_vector(all, SOW_I32, 0, &bits);
    }
    sowt_check_untouched(guest.queue, buffer, 64);
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    sowt_guest_release(&guest);
    free(all);
}

/* Another queue that waits for the event alone sees all tensors. */
static void check_event(cl_command_queue_properties properties)
{
    sowt_guest guest = sowt_guest_create();
    cl_command_queue queue = sowt_guest_queue(&guest, properties);
    tensors *all = some_tensors();
    unsigned char *actual = malloc(all->bytes);
    assert_non_null(actual);
    for (int i = 0; i < 10; i++) {
        cl_mem buffer = sowt_guest_buffer(&guest, all->bytes);
        cl_event event;
        assert_int_equal(SOW_OK, fill(&guest, queue, buffer, all, 0, NULL, &event));
        assert_int_equal(CL_SUCCESS, clFlush(queue));
        assert_int_equal(CL_SUCCESS, clEnqueueReadBuffer(guest.queue, buffer, CL_TRUE, 0,
                                                         all->bytes, actual, 1, &event, NULL));
        assert_bits_equal(all->expected, actual, all->bytes, 1, sowt_device_name());
        assert_int_equal(CL_SUCCESS, clReleaseEvent(event));
        assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    }
    assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(queue));
    sowt_guest_release(&guest);
    free(actual);
    free(all);
}

static void test_batch_event_covers_the_work(void **state)
{
    (void)state;
    check_event(0);
}

static void test_batch_on_an_out_of_order_queue(void **state)
{
    (void)state;
    check_event(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
}

/* What the device has not read yet outlives the context and the caller's items. */
static void test_batch_outlives_its_context(void **state)
{
    (void)state;
    if (sowt_is_simulated())
        sowt_skip(
            "a context released before its commands ran, on Oclgrind: it runs none by itself");
    sowt_guest guest = sowt_guest_create();
    sow_context *context;
    tensors *all = some_tensors();
    cl_mem buffer = sowt_guest_buffer(&guest, all->bytes);
    cl_event gate = sowt_guest_gate(&guest), event;
    assert_int_equal(SOW_OK, sow_context_create(&context, guest.context, guest.device, NULL));
    assert_int_equal(SOW_OK, sow_fill_batch(context, guest.queue, buffer, all->items, all->count, 1,
                                            &gate, &event));
    sow_context_release(context);
    memset(all->plans, 0, sizeof all->plans);
    sowt_check_gated(guest.queue, gate, event);
    sowt_check_buffer(guest.queue, buffer, all->expected, all->bytes, 1);
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    sowt_guest_release(&guest);
    free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SOWT_ON_LANES(test_batch_of_constants),
        SOWT_ON_LANES(test_batch_of_bits),
        SOWT_ON_LANES(test_batch_of_uniform),
        SOWT_ON_LANES(test_batch_of_normal),
        SOWT_ON_LANES(test_batch_of_trunc_normal),
        SOWT_ON_LANES(test_batch_of_many_programs),
        SOWT_ON_LANES(test_batch_of_many_tensors),
        SOWT_ON_LANES(test_batch_of_large_tensors),
        SOWT_ON_LANES(test_batch_of_few_tensors),
        SOWT_ON_LANES(test_batch_of_regions_and_slices),
        cmocka_unit_test(test_batch_refuses_wrong_arguments),
        cmocka_unit_test(test_batch_refuses_a_wrong_item),
        cmocka_unit_test(test_batch_waits_for_its_wait_list),
        cmocka_unit_test(test_batch_of_nothing_waits_too),
        cmocka_unit_test(test_batch_event_covers_the_work),
        cmocka_unit_test(test_batch_on_an_out_of_order_queue),
        cmocka_unit_test(test_batch_outlives_its_context),
    };
    const int code = SOWT_RUN(tests, sowt_lanes_teardown);
    (void)sowt_context_teardown(NULL);
    return code;
}
