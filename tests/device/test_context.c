/* Contexts and what belongs to them. */
#include <string.h>
#include <time.h>

#include "bits.h"
#include "guest.h"
#include "run_tests.h"
#include "test_device.h"

typedef struct references {
    cl_uint context, queue, buffer;
} references;

static references references_of(const sowt_guest *guest, cl_mem buffer)
{
    references count = {0, 0, 0};
    const size_t size = sizeof(cl_uint);
    assert_int_equal(CL_SUCCESS, clGetContextInfo(guest->context, CL_CONTEXT_REFERENCE_COUNT, size,
                                                  &count.context, NULL));
    assert_int_equal(CL_SUCCESS, clGetCommandQueueInfo(guest->queue, CL_QUEUE_REFERENCE_COUNT, size,
                                                       &count.queue, NULL));
    assert_int_equal(CL_SUCCESS,
                     clGetMemObjectInfo(buffer, CL_MEM_REFERENCE_COUNT, size, &count.buffer, NULL));
    return count;
}

/* Drivers give up what commands held some time after the commands are done. */
static references settled_references_of(const sowt_guest *guest, cl_mem buffer, references expected)
{
    references count = references_of(guest, buffer);
    for (int i = 0; i < 200 && memcmp(&count, &expected, sizeof count) != 0; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
        count = references_of(guest, buffer);
    }
    return count;
}

static void test_context_create_and_release_leave_the_callers_objects(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    cl_mem buffer = sowt_guest_buffer(&guest, 4096);
    sow_context_release(guest.sow);
    /* Some drivers' queues keep their last command: let there be one before, too. */
    sowt_check_untouched(guest.queue, buffer, 4096);
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    const references before = references_of(&guest, buffer);
    assert_int_equal(SOW_OK, sow_context_create(&guest.sow, guest.context, guest.device, NULL));
    assert_true(references_of(&guest, buffer).context > before.context);
    const sow_tensor tensor = {.dtype = SOW_F32, .rank = 1, .shape = {1001}};
    const sow_initializer initializers[] = {sow_zeros(), sow_uniform(0, 1)};
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(SOW_OK, sow_fill(guest.sow, guest.queue, buffer, 3, &tensor,
                                          &initializers[i], (sow_key){1, 2}, 0, NULL, NULL));
    assert_int_equal(CL_SUCCESS, clFinish(guest.queue));
    sow_context_release(guest.sow);
    guest.sow = NULL;
    const references after = settled_references_of(&guest, buffer, before);
    assert_int_equal(before.context, after.context);
    assert_int_equal(before.queue, after.queue);
    assert_int_equal(before.buffer, after.buffer);
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    sowt_guest_release(&guest);
}

/* Commands that are enqueued finish without the sow_context. */
static void test_context_release_lets_enqueued_fills_finish(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    enum { COUNT = 50001 };
    static uint32_t expected[COUNT];
    cl_mem buffer = sowt_guest_buffer(&guest, sizeof expected);
    const sow_tensor tensor = {.dtype = SOW_I32, .rank = 1, .shape = {COUNT}};
    const sow_initializer bits = sow_bits();
    assert_int_equal(SOW_OK, sow_fill(guest.sow, guest.queue, buffer, 0, &tensor, &bits,
                                      (sow_key){5, 6}, 0, NULL, NULL));
    sow_context_release(guest.sow);
    guest.sow = NULL;
    assert_int_equal(SOW_OK, sow_fill_host(expected, &tensor, &bits, (sow_key){5, 6}));
    sowt_check_buffer(guest.queue, buffer, expected, sizeof expected, 4);
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    sowt_guest_release(&guest);
}

static void test_context_keeps_the_opencl_context_alive(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(guest.queue));
    assert_int_equal(CL_SUCCESS, clReleaseContext(guest.context));
    assert_int_equal(SOW_OK, sow_context_prepare(guest.sow, SOW_DIST_BITS, SOW_I32));
    sow_context_release(guest.sow);
}

static void test_context_create_refuses(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    sow_context *made = guest.sow;
    assert_int_equal(SOW_ERR_ARGUMENT, sow_context_create(NULL, guest.context, guest.device, NULL));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_context_create(&made, NULL, guest.device, NULL));
    assert_null(made);
    assert_int_equal(SOW_ERR_ARGUMENT, sow_context_create(&made, guest.context, NULL, NULL));
    /* a device that is not in the context */
    made = guest.sow;
    assert_int_equal(SOW_ERR_ARGUMENT,
                     sow_context_create(&made, guest.context, (cl_device_id)&guest, NULL));
    assert_null(made);
    for (uint32_t lanes = 2; lanes < 18; lanes += lanes == 7 ? 2 : 1) {
        made = guest.sow;
        assert_int_equal(SOW_ERR_ARGUMENT, sow_context_create(&made, guest.context, guest.device,
                                                              &(sow_options){.lanes = lanes}));
        assert_null(made);
    }
    sowt_guest_release(&guest);
}

static void test_context_open_refuses(void **state)
{
    (void)state;
    const char *const selectors[] = {"no such device", "99:0", "0:99", "4294967296:0"};
    for (size_t i = 0; i < sizeof selectors / sizeof selectors[0]; i++) {
        sow_context *context = (sow_context *)selectors;
        sow_error error = {SOW_OK, ""};
        assert_int_equal(SOW_ERR_NO_DEVICE, sow_context_open(&context, selectors[i], NULL, &error));
        assert_null(context);
        assert_int_equal(SOW_ERR_NO_DEVICE, error.status);
        assert_non_null(strstr(error.text, selectors[i]));
    }
    sow_context *context = NULL;
    sow_error error = {SOW_OK, ""};
    assert_int_equal(SOW_ERR_ARGUMENT, sow_context_open(NULL, NULL, NULL, &error));
    assert_int_equal(SOW_ERR_ARGUMENT, error.status);
    assert_int_equal(SOW_ERR_NO_DEVICE, sow_context_open(&context, selectors[0], NULL, NULL));
    (void)sowt_context(); /* a device is needed from here on */
    assert_int_equal(SOW_ERR_ARGUMENT,
                     sow_context_open(&context, NULL, &(sow_options){.lanes = 3}, &error));
    assert_null(context);
    assert_true(strlen(error.text) > 0);
}

static void test_context_gives_its_objects(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    assert_ptr_equal(guest.context, sow_context_cl_context(guest.sow));
    assert_ptr_equal(guest.device, sow_context_cl_device(guest.sow));
    assert_null(sow_context_cl_queue(guest.sow));
    sow_context *host = sowt_context();
    assert_non_null(sow_context_cl_context(host));
    assert_non_null(sow_context_cl_device(host));
    assert_non_null(sow_context_cl_queue(host));
    assert_null(sow_context_cl_context(NULL));
    assert_null(sow_context_cl_device(NULL));
    assert_null(sow_context_cl_queue(NULL));
    sow_context_release(NULL);
    sowt_guest_release(&guest);
}

static void test_context_prepare_refuses(void **state)
{
    (void)state;
    sow_context *context = sowt_context();
    assert_int_equal(SOW_ERR_ARGUMENT, sow_context_prepare(NULL, SOW_DIST_BITS, SOW_I32));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_context_prepare(context, (sow_distribution)99, SOW_F32));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_context_prepare(context, (sow_distribution)-1, SOW_F32));
    assert_int_equal(SOW_ERR_DTYPE, sow_context_prepare(context, SOW_DIST_BITS, SOW_F32));
    assert_int_equal(SOW_ERR_DTYPE, sow_context_prepare(context, SOW_DIST_NORMAL, SOW_I64));
    assert_int_equal(SOW_ERR_DTYPE, sow_context_prepare(context, SOW_DIST_UNIFORM, SOW_I8));
    const sow_distribution all[] = {SOW_DIST_CONSTANT, SOW_DIST_BITS, SOW_DIST_UNIFORM,
                                    SOW_DIST_NORMAL};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(SOW_ERR_DTYPE, sow_context_prepare(context, all[i], (sow_dtype)99));
        assert_int_equal(SOW_ERR_DTYPE, sow_context_prepare(context, all[i], (sow_dtype)-1));
    }
    assert_int_equal(0, sow_context_build_log(context, NULL, 0));
}

static void test_buffer_create_read_release(void **state)
{
    (void)state;
    sow_context *context = sowt_context();
    cl_mem buffer = (cl_mem)&context;
    assert_int_equal(SOW_ERR_ARGUMENT, sow_buffer_create(NULL, 64, &buffer));
    assert_null(buffer);
    assert_int_equal(SOW_ERR_ARGUMENT, sow_buffer_create(context, 64, NULL));
    assert_int_equal(SOW_OK, sow_buffer_create(context, 64, &buffer));
    const sow_tensor tensor = {.dtype = SOW_U8, .rank = 1, .shape = {64}};
    const sow_initializer value = sow_constant(9);
    assert_int_equal(SOW_OK, sow_fill(context, sow_context_cl_queue(context), buffer, 0, &tensor,
                                      &value, (sow_key){0, 0}, 0, NULL, NULL));
    unsigned char data[8] = {0};
    assert_int_equal(SOW_OK, sow_buffer_read(context, buffer, 61, 3, data + 1));
    assert_memory_equal("\0\11\11\11\0\0\0\0", data, 8);
    assert_int_equal(SOW_ERR_ARGUMENT, sow_buffer_read(NULL, buffer, 0, 1, data));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_buffer_read(context, NULL, 0, 1, data));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_buffer_read(context, buffer, 0, 1, NULL));
    sow_buffer_release(buffer);
    sow_buffer_release(NULL);
}

static void test_buffer_hands_opencl_errors_through(void **state)
{
    (void)state;
    if (strcmp(sowt_implementation(), "oclgrind") == 0)
        sowt_skip("wrong calls on oclgrind: it reports them");
    sow_context *context = sowt_context();
    cl_mem buffer = (cl_mem)&context;
    assert_int_equal(CL_INVALID_BUFFER_SIZE, sow_buffer_create(context, 0, &buffer));
    assert_null(buffer);
    const sow_status status = sow_buffer_create(context, (uint64_t)1 << 60, &buffer);
    assert_true(status < 0 && status > -10000);
    assert_null(buffer);
    unsigned char data[8];
    assert_int_equal(SOW_OK, sow_buffer_create(context, 64, &buffer));
    assert_int_equal(CL_INVALID_VALUE, sow_buffer_read(context, buffer, 60, 8, data));
    sow_buffer_release(buffer);
}

static void test_buffer_read_needs_a_queue(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    cl_mem buffer = sowt_guest_buffer(&guest, 64);
    unsigned char data;
    assert_int_equal(SOW_ERR_ARGUMENT, sow_buffer_read(guest.sow, buffer, 0, 1, &data));
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    sowt_guest_release(&guest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_context_create_and_release_leave_the_callers_objects),
        cmocka_unit_test(test_context_release_lets_enqueued_fills_finish),
        cmocka_unit_test(test_context_keeps_the_opencl_context_alive),
        cmocka_unit_test(test_context_create_refuses),
        cmocka_unit_test(test_context_open_refuses),
        cmocka_unit_test(test_context_gives_its_objects),
        cmocka_unit_test(test_context_prepare_refuses),
        cmocka_unit_test(test_buffer_create_read_release),
        cmocka_unit_test(test_buffer_hands_opencl_errors_through),
        cmocka_unit_test(test_buffer_read_needs_a_queue),
    };
    return SOWT_RUN(tests, sowt_context_teardown);
}
