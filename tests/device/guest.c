#include "guest.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bits.h"
#include "run_tests.h"
#include "test_device.h"

sowt_guest sowt_guest_create(void)
{
    sowt_guest guest = {.device = sow_context_cl_device(sowt_context())};
    cl_int code;
    guest.context = clCreateContext(NULL, 1, &guest.device, NULL, NULL, &code);
    assert_int_equal(CL_SUCCESS, code);
    guest.queue = sowt_guest_queue(&guest, 0);
    assert_int_equal(SOW_OK, sow_context_create(&guest.sow, guest.context, guest.device, NULL));
    return guest;
}

void sowt_guest_release(sowt_guest *guest)
{
    sow_context_release(guest->sow);
    assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(guest->queue));
    assert_int_equal(CL_SUCCESS, clReleaseContext(guest->context));
}

cl_command_queue sowt_guest_queue(const sowt_guest *guest, cl_command_queue_properties properties)
{
    cl_command_queue_properties possible = 0;
    assert_int_equal(CL_SUCCESS, clGetDeviceInfo(guest->device, CL_DEVICE_QUEUE_PROPERTIES,
                                                 sizeof possible, &possible, NULL));
    if ((possible & properties) != properties)
        sowt_skip("no out-of-order queues on %s", sowt_device_name());
    cl_int code;
    cl_command_queue queue = clCreateCommandQueue(guest->context, guest->device, properties, &code);
    assert_int_equal(CL_SUCCESS, code);
    return queue;
}

cl_event sowt_guest_gate(const sowt_guest *guest)
{
    cl_int code;
    cl_event event = clCreateUserEvent(guest->context, &code);
    assert_int_equal(CL_SUCCESS, code);
    return event;
}

static cl_int status_of(cl_event event)
{
    cl_int status = 1;
    assert_int_equal(CL_SUCCESS, clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS,
                                                sizeof status, &status, NULL));
    return status;
}

void sowt_check_gated(cl_command_queue queue, cl_event gate, cl_event event)
{
    if (strcmp(sowt_implementation(), "oclgrind") !=
        0) /* its clFlush does not return before the gate */
        assert_int_equal(CL_SUCCESS, clFlush(queue));
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    assert_true(status_of(event) > CL_COMPLETE);
    assert_int_equal(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    assert_int_equal(CL_SUCCESS, clWaitForEvents(1, &event));
    assert_int_equal(CL_COMPLETE, status_of(event));
    assert_int_equal(CL_SUCCESS, clReleaseEvent(event));
    assert_int_equal(CL_SUCCESS, clReleaseEvent(gate));
}

cl_mem sowt_guest_buffer(const sowt_guest *guest, size_t size_bytes)
{
    void *pattern = malloc(size_bytes);
    assert_non_null(pattern);
    memset(pattern, SOWT_GUARD, size_bytes);
    cl_int code;
    cl_mem buffer = clCreateBuffer(guest->context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR,
                                   size_bytes, pattern, &code);
    assert_int_equal(CL_SUCCESS, code);
    free(pattern);
    return buffer;
}

void sowt_check_buffer(cl_command_queue queue, cl_mem buffer, const void *expected,
                       size_t size_bytes, size_t element_size)
{
    void *actual = malloc(size_bytes);
    assert_non_null(actual);
    assert_int_equal(CL_SUCCESS, clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, size_bytes, actual,
                                                     0, NULL, NULL));
    assert_bits_equal(expected, actual, size_bytes, element_size, sowt_device_name());
    free(actual);
}

void sowt_check_untouched(cl_command_queue queue, cl_mem buffer, size_t size_bytes)
{
    unsigned char *expected = malloc(size_bytes);
    assert_non_null(expected);
    memset(expected, SOWT_GUARD, size_bytes);
    sowt_check_buffer(queue, buffer, expected, size_bytes, 1);
    free(expected);
}
