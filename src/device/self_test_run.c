#include "self_test_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "fail.h"
#include "hash.h"
#include "launch.h"

static sow_status compare(sow_context *context, const sowi_self_test *test, const void *data,
                          size_t size)
{
    const uint64_t digest = sowi_hash_xxh3_64(data, size);
    if (digest == test->digest)
        return SOW_OK;
    char text[160];
    snprintf(text, sizeof text, "self-test of %s: digest %016" PRIx64 " instead of %016" PRIx64,
             sow_dtype_name(test->plan.dtype), digest, test->digest);
    sowi_context_set_log(context, text);
    return test->failure;
}

sow_status sowi_self_test_run(sow_context *context, cl_kernel kernel, const sowi_self_test *test)
{
    const size_t size = SOWI_SELF_TEST_COUNT * sow_dtype_size(test->plan.dtype);
    sow_status status = SOW_OK;
    cl_mem buffer = NULL;
    void *data = NULL;
    cl_command_queue queue = clCreateCommandQueue(context->context, context->device, 0, &status);
    if (queue == NULL)
        goto done;
    buffer = clCreateBuffer(context->context, CL_MEM_READ_WRITE, size, NULL, &status);
    if (buffer == NULL)
        goto done;
    data = malloc(size);
    if (data == NULL) {
        status = SOW_ERR_NO_MEMORY;
        goto done;
    }
    SOWI_TRY(status, sowi_launch(context, kernel, queue, buffer, 0, &test->plan, 0, NULL, NULL));
    SOWI_TRY(status, clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, size, data, 0, NULL, NULL));
    status = compare(context, test, data, size);
done:
    free(data);
    if (buffer != NULL)
        (void)clReleaseMemObject(buffer);
    if (queue != NULL)
        (void)clReleaseCommandQueue(queue);
    return status;
}
