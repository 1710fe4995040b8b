/* sow_compare_buffers: every figure is that of sow_compare_arrays. */
#include <stdlib.h>
#include <string.h>

#include "device/launch.h"
#include "device/program_source.h"
#include "device_fill.h"
#include "guest.h"
#include "random_numbers.h"
#include "run_tests.h"
#include "test_device.h"

/* Two arrays on the host and in buffers, each at an offset of its own. */
typedef struct arrays {
    sow_context *context;
    sow_dtype dtype;
    uint64_t count, offsets[2];
    unsigned char *host[2];
    cl_mem buffers[2];
} arrays;

static size_t bytes_of(const arrays *on, size_t side)
{
    return (size_t)(on->offsets[side] + on->count + 3) * sow_dtype_size(on->dtype);
}

static unsigned char *elements_of(const arrays *on, size_t side)
{
    return on->host[side] + on->offsets[side] * sow_dtype_size(on->dtype);
}

/* Equal elements between bytes that are not. */
static arrays make(sow_context *context, sow_dtype dtype, uint64_t count, uint64_t *random)
{
    arrays made = {.context = context,
                   .dtype = dtype,
                   .count = count,
                   .offsets = {sowt_random_below(random, 9), sowt_random_below(random, 9)}};
    for (size_t side = 0; side < 2; side++) {
        made.host[side] = malloc(bytes_of(&made, side));
        assert_non_null(made.host[side]);
        for (size_t i = 0; i < bytes_of(&made, side); i++)
            made.host[side][i] = (unsigned char)sowt_random(random);
        assert_int_equal(SOW_OK,
                         sow_buffer_create(context, bytes_of(&made, side), &made.buffers[side]));
    }
    memcpy(elements_of(&made, 1), elements_of(&made, 0), (size_t)count * sow_dtype_size(dtype));
    return made;
}

static void release(arrays *on)
{
    for (size_t side = 0; side < 2; side++) {
        sow_buffer_release(on->buffers[side]);
        free(on->host[side]);
    }
}

static void flip(arrays *on, uint64_t index, uint64_t bit)
{
    unsigned char *at = elements_of(on, 1) + index * sow_dtype_size(on->dtype);
    at[bit / 8] ^= (unsigned char)(1u << bit % 8);
}

static sow_difference check(const arrays *on, const sow_tolerance *tolerance)
{
    cl_command_queue queue = sow_context_cl_queue(on->context);
    sow_difference expected, found;
    for (size_t side = 0; side < 2; side++)
        assert_int_equal(CL_SUCCESS,
                         clEnqueueWriteBuffer(queue, on->buffers[side], CL_TRUE, 0,
                                              bytes_of(on, side), on->host[side], 0, NULL, NULL));
    assert_int_equal(SOW_OK, sow_compare_arrays(elements_of(on, 0), elements_of(on, 1), on->dtype,
                                                on->count, tolerance, &expected));
    assert_int_equal(SOW_OK, sow_compare_buffers(on->context, queue, on->buffers[0], on->offsets[0],
                                                 on->buffers[1], on->offsets[1], on->dtype,
                                                 on->count, tolerance, &found));
    assert_memory_equal(&expected, &found, sizeof expected);
    return found;
}

static void check_flips(sow_context *context, sow_dtype dtype, uint64_t count, uint64_t *random)
{
    const sow_tolerance loose = {.ulp = 3, .rtol = 1e-3};
    const uint64_t bits = 8 * sow_dtype_size(dtype);
    arrays on = make(context, dtype, count, random);
    assert_int_equal(0, check(&on, NULL).differing);
    if (count != 0) {
        flip(&on, count - 1, sowt_random_below(random, bits));
        assert_int_equal(count - 1, check(&on, NULL).first_index);
        flip(&on, 0, sowt_random_below(random, bits));
        assert_int_equal(0, check(&on, NULL).first_index);
        for (size_t i = 0; i < 20; i++)
            flip(&on, sowt_random_below(random, count), sowt_random_below(random, bits));
        check(&on, &loose);
    }
    release(&on);
}

static void test_buffers_differ_as_arrays_do(void **state)
{
    const sow_dtype dtypes[] = {SOW_F32, SOW_F16, SOW_F64, SOW_F8_E4M3, SOW_BOOL, SOW_I64};
    const uint64_t counts[] = {0, 1, 7, 4096, 4097, 40009};
    const size_t most = sowt_is_simulated() ? 5 : 6;
    uint64_t random = 3;
    for (size_t i = 0; i < sizeof dtypes / sizeof dtypes[0]; i++)
        for (size_t j = 0; j < most; j++)
            check_flips(sowt_context_of_lanes(state), dtypes[i], counts[j], &random);
}

/* Runs of differing blocks that are longer than what is read at once, beside equal ones. */
static void test_long_runs_of_differences(void **state)
{
    if (sowt_is_simulated())
        sowt_skip("a million elements on a simulator");
    uint64_t random = 5;
    arrays on = make(sowt_context_of_lanes(state), SOW_F32, 1000003, &random);
    for (uint64_t i = 100000; i < 700000; i += 1000)
        flip(&on, i, 31);
    const sow_difference found = check(&on, NULL);
    assert_int_equal(600, found.differing);
    release(&on);
}

/* More than a launch has: 2^28 elements, and the numbers of later ones. */
static void test_more_than_a_pass(void **state)
{
    (void)state;
    if (sowt_is_simulated() || strcmp(sowt_implementation(), "rusticl") == 0)
        sowt_skip("half a gigabyte on a slow device");
    sow_context *context = sowt_context();
    cl_command_queue queue = sow_context_cl_queue(context);
    const uint64_t count = (UINT64_C(1) << 28) + 5000;
    const unsigned char zero = 0, one = 1;
    cl_mem buffers[2];
    sow_difference found;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(SOW_OK, sow_buffer_create(context, count, &buffers[i]));
        assert_int_equal(CL_SUCCESS, clEnqueueFillBuffer(queue, buffers[i], &zero, 1, 0,
                                                         (size_t)count, 0, NULL, NULL));
    }
    assert_int_equal(CL_SUCCESS, clEnqueueWriteBuffer(queue, buffers[1], CL_TRUE, (size_t)count - 2,
                                                      1, &one, 0, NULL, NULL));
    assert_int_equal(SOW_OK, sow_compare_buffers(context, queue, buffers[0], 0, buffers[1], 0,
                                                 SOW_U8, count, NULL, &found));
    assert_int_equal(count, found.elements);
    assert_int_equal(1, found.differing);
    assert_int_equal(count - 2, found.first_index);
    sow_buffer_release(buffers[0]);
    sow_buffer_release(buffers[1]);
}

static void test_queues_out_of_order(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    cl_command_queue queue = sowt_guest_queue(&guest, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    cl_mem a = sowt_guest_buffer(&guest, 40000), b = sowt_guest_buffer(&guest, 40000);
    sow_difference found;
    assert_int_equal(
        SOW_OK, sow_compare_buffers(guest.sow, queue, a, 1, b, 2, SOW_F32, 9000, NULL, &found));
    assert_int_equal(9000, found.elements);
    assert_int_equal(0, found.differing);
    sow_buffer_release(a);
    sow_buffer_release(b);
    assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(queue));
    sowt_guest_release(&guest);
}

static void test_refusals(void **state)
{
    (void)state;
    sow_context *context = sowt_context();
    cl_command_queue queue = sow_context_cl_queue(context);
    sowt_guest guest = sowt_guest_create();
    cl_mem a = sowt_buffer_create(context, 64), alien = sowt_guest_buffer(&guest, 64);
    const sow_tolerance negative = {.rtol = -1};
    sow_difference found;
    const struct {
        sow_status status;
        sow_context *context;
        cl_command_queue queue;
        cl_mem a, b;
        uint64_t a_offset, b_offset;
        sow_dtype dtype;
        uint64_t count;
        const sow_tolerance *tolerance;
        sow_difference *out;
    } calls[] = {
        {SOW_ERR_ARGUMENT, NULL, queue, a, a, 0, 0, SOW_F32, 1, NULL, &found},
        {SOW_ERR_ARGUMENT, context, NULL, a, a, 0, 0, SOW_F32, 1, NULL, &found},
        {SOW_ERR_ARGUMENT, context, queue, NULL, a, 0, 0, SOW_F32, 1, NULL, &found},
        {SOW_ERR_ARGUMENT, context, queue, a, NULL, 0, 0, SOW_F32, 1, NULL, &found},
        {SOW_ERR_ARGUMENT, context, queue, a, a, 0, 0, SOW_F32, 1, &negative, &found},
        {SOW_ERR_ARGUMENT, context, queue, a, a, 0, 0, SOW_F32, 1, NULL, NULL},
        {SOW_ERR_DTYPE, context, queue, a, a, 0, 0, (sow_dtype)99, 1, NULL, &found},
        {SOW_ERR_BUFFER, context, queue, a, a, 0, 0, SOW_F32, 17, NULL, &found},
        {SOW_ERR_BUFFER, context, queue, a, a, 16, 0, SOW_F32, 1, NULL, &found},
        {SOW_ERR_BUFFER, context, queue, a, a, 0, UINT64_MAX, SOW_F32, 1, NULL, &found},
        {SOW_ERR_CONTEXT, context, queue, a, alien, 0, 0, SOW_F32, 1, NULL, &found},
        {SOW_ERR_CONTEXT, context, guest.queue, a, a, 0, 0, SOW_F32, 1, NULL, &found},
        {SOW_OK, context, queue, a, a, 0, 0, SOW_F32, 16, NULL, &found},
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        assert_int_equal(calls[i].status,
                         sow_compare_buffers(calls[i].context, calls[i].queue, calls[i].a,
                                             calls[i].a_offset, calls[i].b, calls[i].b_offset,
                                             calls[i].dtype, calls[i].count, calls[i].tolerance,
                                             calls[i].out));
    sow_buffer_release(a);
    sow_buffer_release(alien);
    sowt_guest_release(&guest);
}

/* ---- A device that is wrong ---- */

/* The kernel of normal draws in f32, with a word of its text replaced by another of the same length. */
static cl_kernel wrong_kernel(sow_context *context, const char *from, const char *to)
{
    sowi_program_source text;
    char *changed = NULL;
    cl_int code = CL_SUCCESS;
    sowi_program_source_make(&text, context, SOW_DIST_NORMAL, SOW_F32);
    for (cl_uint i = 0; i < text.count && changed == NULL; i++) {
        const char *at = strstr(text.strings[i], from);
        if (at == NULL)
            continue;
        changed = malloc(strlen(text.strings[i]) + 1);
        assert_non_null(changed);
        strcpy(changed, text.strings[i]);
        memcpy(changed + (at - text.strings[i]), to, strlen(to));
        text.strings[i] = changed;
    }
    assert_non_null(changed);
    cl_device_id device = sow_context_cl_device(context);
    cl_program program = clCreateProgramWithSource(sow_context_cl_context(context), text.count,
                                                   text.strings, NULL, &code);
    assert_int_equal(CL_SUCCESS, code);
    assert_int_equal(CL_SUCCESS,
                     clBuildProgram(program, 1, &device, "-cl-std=CL1.2 -w", NULL, NULL));
    cl_kernel kernel = clCreateKernel(program, "sow_fill_normal_f32", &code);
    assert_int_equal(CL_SUCCESS, code);
    (void)clReleaseProgram(program);
    free(changed);
    return kernel;
}

static sow_difference compare_with_ours(sow_context *context, cl_kernel wrong, uint64_t count)
{
    cl_command_queue queue = sow_context_cl_queue(context);
    const sow_tensor tensor = sowt_vector(SOW_F32, count);
    const sow_initializer normal = sow_normal(0, 1);
    cl_mem buffers[2];
    sow_plan plan;
    sow_difference found;
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(SOW_OK, sow_buffer_create(context, 4 * count, &buffers[i]));
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &normal, (sow_key){1, 2}, NULL));
    assert_int_equal(SOW_OK, sow_fill_plan(context, queue, buffers[0], 0, &plan, 0, NULL, NULL));
    assert_int_equal(SOW_OK,
                     sowi_launch(context, wrong, queue, buffers[1], 0, &plan, 0, NULL, NULL));
    assert_int_equal(SOW_OK, sow_compare_buffers(context, queue, buffers[0], 0, buffers[1], 0,
                                                 SOW_F32, count, NULL, &found));
    sow_buffer_release(buffers[0]);
    sow_buffer_release(buffers[1]);
    return found;
}

/* The last bit of one coefficient of the logarithm. */
static void test_a_coefficient_in_its_last_bit(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const uint64_t count = sowt_is_simulated() ? 4001 : 100003;
    cl_kernel wrong = wrong_kernel(context, "0x1.fffffep+0f", "0x1.fffffcp+0f");
    const sow_difference found = compare_with_ours(context, wrong, count);
    assert_true(found.differing > count / 1000 && found.differing < count);
    assert_true(found.max_relative < 1e-6);
    (void)clReleaseKernel(wrong);
}

/* A multiplier of the generator: nothing is alike. */
static void test_other_words(void **state)
{
    if (sowt_is_simulated())
        sowt_skip("a second program on a simulator");
    sow_context *context = sowt_context_of_lanes(state);
    const uint64_t count = 4001;
    cl_kernel wrong = wrong_kernel(context, "0xD2511F53", "0xD2511F51");
    const sow_difference found = compare_with_ours(context, wrong, count);
    assert_true(found.differing > count - 10);
    assert_true(found.max_relative > 1);
    (void)clReleaseKernel(wrong);
}

/* Arithmetic that -cl-fast-relaxed-math may take apart: a sum that rounds, and its undoing. */
static cl_kernel rounding_kernel(sow_context *context, const char *options)
{
    const char *const text = "#pragma OPENCL FP_CONTRACT OFF\n"
                             "__kernel void rounding(__global float *dst)\n"
                             "{\n"
                             "    const float x = (float)get_global_id(0) * 0x1p-24f;\n"
                             "    dst[get_global_id(0)] = (x + 3.0f) - 3.0f;\n"
                             "}\n";
    cl_device_id device = sow_context_cl_device(context);
    const char *source = text;
    cl_int code = CL_SUCCESS;
    cl_program program =
        clCreateProgramWithSource(sow_context_cl_context(context), 1, &source, NULL, &code);
    assert_int_equal(CL_SUCCESS, code);
    assert_int_equal(CL_SUCCESS, clBuildProgram(program, 1, &device, options, NULL, NULL));
    cl_kernel kernel = clCreateKernel(program, "rounding", &code);
    assert_int_equal(CL_SUCCESS, code);
    (void)clReleaseProgram(program);
    return kernel;
}

static void test_relaxed_math(void **state)
{
    (void)state;
    if (strcmp(sowt_implementation(), "pocl") != 0)
        sowt_skip("a compiler that need not make use of -cl-fast-relaxed-math");
    sow_context *context = sowt_context();
    cl_command_queue queue = sow_context_cl_queue(context);
    const char *const options[] = {"-cl-std=CL1.2", "-cl-std=CL1.2 -cl-fast-relaxed-math"};
    const size_t count = 4096, local = 64;
    cl_mem buffers[2];
    sow_difference found;
    for (size_t i = 0; i < 2; i++) {
        cl_kernel kernel = rounding_kernel(context, options[i]);
        assert_int_equal(SOW_OK, sow_buffer_create(context, 4 * count, &buffers[i]));
        assert_int_equal(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffers[i], &buffers[i]));
        assert_int_equal(CL_SUCCESS, clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &count, &local,
                                                            0, NULL, NULL));
        (void)clReleaseKernel(kernel);
    }
    assert_int_equal(SOW_OK, sow_compare_buffers(context, queue, buffers[0], 0, buffers[1], 0,
                                                 SOW_F32, count, NULL, &found));
    assert_true(found.differing > count / 4 && found.differing < count);
    assert_true(found.max_absolute > 0 && found.max_absolute <= 0x1p-23);
    sow_buffer_release(buffers[0]);
    sow_buffer_release(buffers[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SOWT_ON_LANES(test_buffers_differ_as_arrays_do),
        SOWT_ON_LANES(test_long_runs_of_differences),
        cmocka_unit_test(test_more_than_a_pass),
        cmocka_unit_test(test_queues_out_of_order),
        cmocka_unit_test(test_refusals),
        SOWT_ON_LANES(test_a_coefficient_in_its_last_bit),
        SOWT_ON_LANES(test_other_words),
        cmocka_unit_test(test_relaxed_math),
    };
    return SOWT_RUN(tests, sowt_lanes_teardown);
}
