/* A kernel that writes past its buffer. That Oclgrind's report of it fails this test proves that the
 * reports of the other tests would be seen. */
#include "run_tests.h"
#include "test_device.h"

static const char source[] = "__kernel void overrun(__global int *x) { x[get_global_id(0)] = 1; }";

static void test_overrun_is_reported(void **state)
{
    (void)state;
    sow_context *const context = sowt_context();
    const cl_command_queue queue = sow_context_cl_queue(context);
    const cl_device_id device = sow_context_cl_device(context);
    const char *text = source;
    cl_int code;
    cl_program program =
        clCreateProgramWithSource(sow_context_cl_context(context), 1, &text, NULL, &code);
    assert_int_equal(CL_SUCCESS, code);
    assert_int_equal(CL_SUCCESS, clBuildProgram(program, 1, &device, "", NULL, NULL));
    cl_kernel kernel = clCreateKernel(program, "overrun", &code);
    assert_int_equal(CL_SUCCESS, code);
    cl_mem buffer = sowt_buffer_create(context, 3 * sizeof(cl_int));
    assert_int_equal(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    const size_t items = 4;
    assert_int_equal(CL_SUCCESS,
                     clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &items, NULL, 0, NULL, NULL));
    assert_int_equal(CL_SUCCESS, clFinish(queue));
    clReleaseMemObject(buffer);
    clReleaseKernel(kernel);
    clReleaseProgram(program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_overrun_is_reported)};
    return SOWT_RUN(tests, sowt_context_teardown);
}
