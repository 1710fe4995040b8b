#include "self_test_run.h"

#include <stdlib.h>

#include "batch_table.h"
#include "fail.h"
#include "hash.h"
#include "launch.h"
#include "structure_launch.h"

static sow_status compare(sow_context *context, const sowi_self_test *test, const void *data,
                          size_t size)
{
    const uint64_t digest = sowi_hash_xxh3_64(data, size);
    if (digest == test->digest)
        return SOW_OK;
    sowi_context_log_self_test(context, sow_dtype_name(test->plan.dtype), digest, test->digest);
    return test->failure;
}

/* The plan in three rows of a table, so that rows are found and none writes beyond its own. */
static sow_status launch_rows(sow_context *context, cl_kernel kernel, cl_command_queue queue,
                              cl_mem buffer, const sow_plan *plan)
{
    static const uint64_t ends[] = {1, SOWI_SELF_TEST_COUNT / 2 + 5, SOWI_SELF_TEST_COUNT};
    sowi_table *table = NULL;
    cl_event event = NULL;
    sow_status status = sowi_table_take(context, &table);
    uint64_t begin = 0;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0] && status == SOW_OK; i++) {
        sow_plan row = *plan;
        status = sow_plan_slice(&row, begin, ends[i] - begin);
        if (status == SOW_OK && !sowi_table_add(table, context, &row, begin))
            status = SOW_ERR_DEVICE;
        begin = ends[i];
    }
    if (status == SOW_OK)
        status = sowi_table_launch(context, table, kernel, queue, buffer, 0, NULL, &event);
    if (event != NULL)
        (void)clReleaseEvent(event);
    sowi_table_return(context, table);
    return status;
}

/* A kernel under test. */
typedef struct tested {
    sow_context *context;
    sowi_entry entry;
    cl_kernel kernel;
} tested;

/* A structure over ones. */
static sow_status launch_structure(const tested *one, cl_command_queue queue, cl_mem buffer,
                                   const sow_plan *plan)
{
    const cl_uchar ones = 0xff;
    sowi_chain chain;
    sow_status status;
    SOWI_TRY(status, sowi_chain_begin(&chain, queue, 0, NULL));
    SOWI_TRY(status, clEnqueueFillBuffer(queue, buffer, &ones, sizeof ones, 0,
                                         SOWI_SELF_TEST_COUNT * sow_dtype_size(plan->dtype), 0,
                                         NULL, NULL));
    SOWI_TRY(status,
             sowi_structure_launch(one->context, one->kernel, buffer, 0, plan, &chain, false));
done:
    sowi_chain_end(&chain);
    return status;
}

static sow_status launch_kernel(void *with, cl_command_queue queue, cl_mem buffer,
                                const sow_plan *plan)
{
    const tested *one = with;
    if (plan->structure != SOW_STRUCTURE_NONE)
        return launch_structure(one, queue, buffer, plan);
    if (one->entry == SOWI_BATCH)
        return launch_rows(one->context, one->kernel, queue, buffer, plan);
    return sowi_launch(one->context, one->kernel, queue, buffer, 0, plan, 0, NULL, NULL);
}

sow_status sowi_self_test_run_kernel(sow_context *context, sowi_entry entry, cl_kernel kernel,
                                     const sowi_self_test *test)
{
    tested one = {context, entry, kernel};
    return sowi_self_test_run(context, test, launch_kernel, &one);
}

sow_status sowi_self_test_run(sow_context *context, const sowi_self_test *test,
                              sowi_self_test_enqueue *enqueue, void *with)
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
    SOWI_TRY(status, enqueue(with, queue, buffer, &test->plan));
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
