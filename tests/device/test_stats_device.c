/* Figures of a device's buffer: the host's, bit for bit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "device_fill.h"
#include "guest.h"
#include "run_tests.h"
#include "sowcl/sowcl.h"
#include "stats_data.h"
#include "test_device.h"

static bool has_f64(const sow_context *context)
{
    cl_device_fp_config config = 0;
    return clGetDeviceInfo(sow_context_cl_device(context), CL_DEVICE_DOUBLE_FP_CONFIG,
                           sizeof config, &config, NULL) == CL_SUCCESS &&
           config != 0;
}

static void check(sow_context *context, sow_dtype dtype, sowt_stats_data kind, uint64_t offset,
                  uint64_t count)
{
    const size_t size = sow_dtype_size(dtype);
    unsigned char *data = sowt_stats_data_make(dtype, kind, offset + count);
    sow_histogram expected_bins = {.center = 0.01, .std = 0.02}, bins = expected_bins;
    const sow_stats_options on_host = {.histogram = &expected_bins}, options = {.histogram = &bins};
    sow_stats expected, found;
    cl_int code;
    cl_mem buffer =
        clCreateBuffer(sow_context_cl_context(context), CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR,
                       (size_t)(offset + count) * size, data, &code);
    assert_int_equal(CL_SUCCESS, code);
    assert_int_equal(SOW_OK,
                     sow_stats_host(data + offset * size, dtype, count, &on_host, &expected));
    assert_int_equal(SOW_OK, sow_stats_buffer(context, sow_context_cl_queue(context), buffer,
                                              offset, dtype, count, &options, 0, NULL, &found));
    if (memcmp(&expected, &found, sizeof found) != 0 ||
        memcmp(&expected_bins, &bins, sizeof bins) != 0)
        fail_msg("%s, data %d, %zu elements from %zu on %s: std %a, on the host %a",
                 sow_dtype_name(dtype), (int)kind, (size_t)count, (size_t)offset,
                 sowt_device_name(), found.std, expected.std);
    sow_buffer_release(buffer);
    free(data);
}

/* Each dtype is compiled anew: here those that have a way of their own, some of them on what is slow, and of one lane on PoCL, whose
 * way is the other. */
static bool is_tested(const sow_context *context, void **state, sow_dtype dtype)
{
    static const sow_dtype dtypes[] = {SOW_F32,  SOW_F8_E4M3, SOW_I64, SOW_F16,
                                       SOW_BF16, SOW_F64,     SOW_U8};
    const bool slow = sowt_is_simulated() || strcmp(sowt_implementation(), "rusticl") == 0;
    const bool other_way = *(const uint32_t *)*state == 1;
    const size_t count = slow ? 3 : other_way ? 2 : sizeof dtypes / sizeof dtypes[0];
    for (size_t i = 0; i < count; i++)
        if (dtypes[i] == dtype)
            return dtype != SOW_F64 || has_f64(context);
    return false;
}

static void test_stats_equal_the_host(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    static const uint64_t counts[] = {4123, 1, 70, 4096, 300000};
    const size_t rounds = sowt_is_simulated() ? 1 : sizeof counts / sizeof counts[0];
    const int kind_step = sowt_is_simulated() ? 3 : 1;
    for (int dtype = SOW_F32; dtype <= SOW_F8_E5M2; dtype++)
        for (int kind = SOWT_STATS_DATA_COUNT - 1; kind >= 0; kind -= kind_step)
            for (size_t i = 0; i < rounds && is_tested(context, state, (sow_dtype)dtype); i++)
                check(context, (sow_dtype)dtype, (sowt_stats_data)kind, i, counts[i]);
}

/* A fill's event in the wait list orders the two on any queue. */
static void test_stats_wait_for_the_fill(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    sowt_guest guest = sowt_guest_create();
    cl_command_queue queue = sowt_guest_queue(&guest, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    cl_mem buffer = sowt_guest_buffer(&guest, COUNT * sizeof(float));
    const sow_tensor tensor = sowt_vector(SOW_F32, COUNT);
    const sow_initializer normal = {.kind = SOW_NORMAL, .param = {0, 1}};
    static float drawn[COUNT];
    sow_stats expected, found;
    cl_event filled;
    assert_int_equal(SOW_OK, sow_fill_host(drawn, &tensor, &normal, (sow_key){1, 2}));
    assert_int_equal(SOW_OK, sow_stats_host(drawn, SOW_F32, COUNT, NULL, &expected));
    assert_int_equal(SOW_OK, sow_fill(guest.sow, queue, buffer, 0, &tensor, &normal,
                                      (sow_key){1, 2}, 0, NULL, &filled));
    assert_int_equal(SOW_OK, sow_stats_buffer(guest.sow, queue, buffer, 0, SOW_F32, COUNT, NULL, 1,
                                              &filled, &found));
    assert_memory_equal(&expected, &found, sizeof found);
    assert_int_equal(CL_SUCCESS, clReleaseEvent(filled));
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(queue));
    sowt_guest_release(&guest);
}

static void test_stats_refuse(void **state)
{
    (void)state;
    sow_context *context = sowt_context();
    cl_command_queue queue = sow_context_cl_queue(context);
    cl_mem buffer = sowt_buffer_create(context, 64);
    sow_stats out;
    sow_histogram flat = {.std = 0};
    const sow_stats_options options = {.histogram = &flat};
    assert_int_equal(SOW_ERR_ARGUMENT,
                     sow_stats_buffer(NULL, queue, buffer, 0, SOW_F32, 1, NULL, 0, NULL, &out));
    assert_int_equal(SOW_ERR_ARGUMENT,
                     sow_stats_buffer(context, NULL, buffer, 0, SOW_F32, 1, NULL, 0, NULL, &out));
    assert_int_equal(SOW_ERR_ARGUMENT,
                     sow_stats_buffer(context, queue, NULL, 0, SOW_F32, 1, NULL, 0, NULL, &out));
    assert_int_equal(SOW_ERR_ARGUMENT,
                     sow_stats_buffer(context, queue, buffer, 0, SOW_F32, 1, NULL, 1, NULL, &out));
    assert_int_equal(SOW_ERR_ARGUMENT,
                     sow_stats_buffer(context, queue, buffer, 0, SOW_F32, 1, NULL, 0, NULL, NULL));
    assert_int_equal(SOW_ERR_DTYPE, sow_stats_buffer(context, queue, buffer, 0, (sow_dtype)77, 1,
                                                     NULL, 0, NULL, &out));
    assert_int_equal(SOW_ERR_BUFFER,
                     sow_stats_buffer(context, queue, buffer, 1, SOW_F32, 16, NULL, 0, NULL, &out));
    assert_int_equal(SOW_ERR_BUFFER, sow_stats_buffer(context, queue, buffer, UINT64_MAX, SOW_F32,
                                                      1, NULL, 0, NULL, &out));
    assert_int_equal(SOW_ERR_PARAMETER, sow_stats_buffer(context, queue, buffer, 0, SOW_F32, 1,
                                                         &options, 0, NULL, &out));
    assert_int_equal(SOW_OK,
                     sow_stats_buffer(context, queue, buffer, 16, SOW_F32, 0, NULL, 0, NULL, &out));
    assert_int_equal(0, out.count);
    if (!has_f64(context))
        assert_int_equal(SOW_ERR_NO_F64, sow_stats_buffer(context, queue, buffer, 0, SOW_F64, 1,
                                                          NULL, 0, NULL, &out));
    sow_buffer_release(buffer);
}

static int release_contexts(void **state)
{
    return sowt_lanes_teardown(state) + sowt_context_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SOWT_ON_LANES(test_stats_equal_the_host),
        cmocka_unit_test(test_stats_wait_for_the_fill),
        cmocka_unit_test(test_stats_refuse),
    };
    return SOWT_RUN(tests, release_contexts);
}
