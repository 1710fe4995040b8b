#include "blas_test.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "fail.h"

/* The bound that sowcl.h states, and as many units in the last place of f64. */
#define NEAR_F32 2e-6
#define NEAR_F64 (NEAR_F32 * 0x1p-29)

/* The distance of a from b, by Frobenius norms, over b's; not a number if an element of a is none. */
static double distance(const sow_plan *plan, const unsigned char *a, const unsigned char *b)
{
    const size_t size = sow_dtype_size(plan->dtype);
    double difference = 0, norm = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const double x = sow_dtype_value(plan->dtype, a + i * size);
        const double y = sow_dtype_value(plan->dtype, b + i * size);
        difference += (x - y) * (x - y);
        norm += y * y;
    }
    return sqrt(difference / norm);
}

static sow_status compare(sow_context *context, const sow_plan *plan, const unsigned char *made,
                          const unsigned char *exact)
{
    const double bound = plan->dtype == SOW_F64 ? NEAR_F64 : NEAR_F32;
    const double away = distance(plan, made, exact);
    if (away <= bound)
        return SOW_OK;
    char text[200];
    snprintf(text, sizeof text,
             "self-test of CLBlast with %" PRIu64 " x %" PRIu64
             " matrices of %s: %g from the exact ones instead of %g or less",
             plan->matrices.rows, plan->matrices.columns, sow_dtype_name(plan->dtype), away, bound);
    sowi_context_set_log(context, text);
    return SOW_ERR_TEST_ORTHOGONAL;
}

sow_status sowi_blas_test(sow_context *context, const sow_plan *plan,
                          sowi_self_test_enqueue *enqueue, void *with_blas, void *without_blas)
{
    const size_t size = (size_t)plan->count * sow_dtype_size(plan->dtype);
    sow_status status = SOW_OK;
    cl_mem buffer = NULL;
    unsigned char *made = NULL, *exact = NULL;
    cl_command_queue queue = clCreateCommandQueue(context->context, context->device, 0, &status);
    if (queue == NULL)
        goto done;
    buffer = clCreateBuffer(context->context, CL_MEM_READ_WRITE, size, NULL, &status);
    if (buffer == NULL)
        goto done;
    made = malloc(size);
    exact = malloc(size);
    if (made == NULL || exact == NULL) {
        status = SOW_ERR_NO_MEMORY;
        goto done;
    }
    SOWI_TRY(status, enqueue(with_blas, queue, buffer, plan));
    SOWI_TRY(status, clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, size, made, 0, NULL, NULL));
    SOWI_TRY(status, enqueue(without_blas, queue, buffer, plan));
    SOWI_TRY(status, clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, size, exact, 0, NULL, NULL));
    status = compare(context, plan, made, exact);
done:
    free(exact);
    free(made);
    if (buffer != NULL)
        (void)clReleaseMemObject(buffer);
    if (queue != NULL)
        (void)clReleaseCommandQueue(queue);
    return status;
}
