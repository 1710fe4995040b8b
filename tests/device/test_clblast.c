/* Orthogonal matrices by CLBlast: near the exact ones, on queues in order or not, from several threads at first. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "device/blas.h"
#include "device_fill.h"
#include "guest.h"
#include "run_tests.h"
#include "test_device.h"

/* The bound that sowcl.h states, by Frobenius norms. */
#define NEAR 2e-6

static const sow_key key = {0x9e3779b97f4a7c15u, 5};

static sow_context *open_clblast(void)
{
    if (!sowi_blas_is_here())
        sowt_skip("this build has no CLBlast");
    return sowt_context_open(&(sow_options){.engine = SOW_ENGINE_CLBLAST});
}

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

static sow_plan plan_of(const sow_tensor *tensor, const sow_initializer *initializer)
{
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, tensor, initializer, key, NULL));
    return plan;
}

static void *host_matrix(const sow_plan *plan)
{
    void *host = malloc((size_t)plan->count * sow_dtype_size(plan->dtype));
    assert_non_null(host);
    assert_int_equal(SOW_OK, sow_fill_host_plan(host, plan, NULL));
    return host;
}

/* Twice, with the same bits, `bound` from the host's. */
static void check_near(sow_context *context, const sow_tensor *tensor,
                       const sow_initializer *initializer, double bound)
{
    const sow_plan plan = plan_of(tensor, initializer);
    const size_t size = (size_t)plan.count * sow_dtype_size(plan.dtype);
    void *const host = host_matrix(&plan);
    cl_mem buffer = sowt_buffer_create(context, size);
    void *made[2];
    for (int i = 0; i < 2; i++) {
        cl_command_queue queue = sow_context_cl_queue(context);
        assert_int_equal(SOW_OK, sow_fill_plan(context, queue, buffer, 0, &plan, 0, NULL, NULL));
        made[i] = malloc(size);
        assert_non_null(made[i]);
        assert_int_equal(SOW_OK, sow_buffer_read(context, buffer, 0, size, made[i]));
    }
    assert_memory_equal(made[0], made[1], size);
    const double away = distance(&plan, made[0], host);
    if (!(away <= bound))
        fail_msg("%s: %g from the exact one", sowt_fill_text(tensor, initializer, key, 0), away);
    sow_buffer_release(buffer);
    free(made[0]);
    free(made[1]);
    free(host);
}

static void test_clblast_is_near(void **state)
{
    (void)state;
    static const struct {
        sow_tensor tensor;
        uint32_t batch_dims;
        double bound;
    } rows[] = {
        {{.rank = 2, .shape = {300, 200}}, 0, NEAR},
        {{.rank = 2, .shape = {150, 221}}, 0, NEAR},
        {{.rank = 2, .shape = {260, 260}}, 0, NEAR},
        {{.rank = 3, .shape = {3, 160, 140}}, 1, NEAR},
        {{.rank = 3, .shape = {2, 130, 170}}, 1, NEAR},
        {{.rank = 2, .shape = {300, 200}, .start = {17, 3}, .extent = {200, 100}}, 0, NEAR},
        /* a rounding that falls the other way is a last place */
        {{.dtype = SOW_BF16, .rank = 2, .shape = {180, 150}}, 0, 1e-4},
    };
    sow_context *context = open_clblast();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const sow_initializer orthogonal = sow_orthogonal(1.5, rows[i].batch_dims);
        check_near(context, &rows[i].tensor, &orthogonal, rows[i].bound);
    }
    const sow_tensor kernel = {.layout = SOW_LAYOUT_IO, .rank = 3, .shape = {3, 150, 160}};
    const sow_initializer delta = sow_delta_orthogonal(1);
    check_near(context, &kernel, &delta, NEAR);
    sow_context_release(context);
}

static void test_clblast_f64_is_near(void **state)
{
    (void)state;
    sow_context *context = open_clblast();
    const sow_status prepared = sow_context_prepare(context, SOW_DIST_ORTHOGONAL, SOW_F64);
    const sow_tensor tensor = {.dtype = SOW_F64, .rank = 2, .shape = {200, 150}};
    const sow_initializer orthogonal = sow_orthogonal(1, 0);
    if (prepared == SOW_OK)
        check_near(context, &tensor, &orthogonal, 1e-13);
    else
        assert_int_equal(SOW_ERR_NO_F64, prepared);
    sow_context_release(context);
}

/* Small matrices and all else keep the exact bits. */
static void test_clblast_leaves_other_bits(void **state)
{
    (void)state;
    sow_context *context = open_clblast();
    const sow_tensor tensor = {.rank = 2, .shape = {50, 40}};
    const sow_initializer orthogonal = sow_orthogonal(1, 0), normal = sow_normal(0, 1);
    sowt_check_fill(context, &tensor, &orthogonal, key, 3);
    sowt_check_fill(context, &tensor, &normal, key, 3);
    sow_context_release(context);
}

static void test_clblast_out_of_order(void **state)
{
    (void)state;
    if (!sowi_blas_is_here())
        sowt_skip("this build has no CLBlast");
    sowt_guest guest = sowt_guest_create();
    cl_command_queue queue = sowt_guest_queue(&guest, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    sow_context *context = NULL;
    assert_int_equal(SOW_OK, sow_context_create(&context, guest.context, guest.device,
                                                &(sow_options){.engine = SOW_ENGINE_CLBLAST}));
    const sow_tensor tensor = {.rank = 2, .shape = {200, 190}};
    const sow_initializer orthogonal = sow_orthogonal(1, 0);
    const sow_plan plan = plan_of(&tensor, &orthogonal);
    const size_t size = (size_t)plan.count * sizeof(float);
    void *const host = host_matrix(&plan), *made = malloc(size);
    assert_non_null(made);
    cl_mem buffer = sowt_guest_buffer(&guest, size);
    cl_event event = NULL;
    assert_int_equal(SOW_OK, sow_fill_plan(context, queue, buffer, 0, &plan, 0, NULL, &event));
    assert_int_equal(CL_SUCCESS,
                     clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, size, made, 1, &event, NULL));
    assert_true(distance(&plan, made, host) <= NEAR);
    assert_int_equal(CL_SUCCESS, clReleaseEvent(event));
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(queue));
    sow_context_release(context);
    sowt_guest_release(&guest);
    free(made);
    free(host);
}

static void *prepare(void *context)
{
    return sow_context_prepare(context, SOW_DIST_ORTHOGONAL, SOW_F32) == SOW_OK ? NULL : context;
}

/* CLBlast's cache is empty when the last context that used it is gone. */
static void test_clblast_first_use_by_threads(void **state)
{
    (void)state;
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    sow_context *contexts[THREADS];
    for (int i = 0; i < THREADS; i++)
        contexts[i] = open_clblast();
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(0, pthread_create(&threads[i], NULL, prepare, contexts[i]));
    for (int i = 0; i < THREADS; i++) {
        void *failed;
        assert_int_equal(0, pthread_join(threads[i], &failed));
        assert_null(failed);
    }
    for (int i = 0; i < THREADS; i++)
        sow_context_release(contexts[i]);
}

static void test_clblast_refusals(void **state)
{
    (void)state;
    sowt_guest guest = sowt_guest_create();
    sow_context *context = NULL;
    assert_int_equal(SOW_ERR_ARGUMENT, sow_context_create(&context, guest.context, guest.device,
                                                          &(sow_options){.engine = 2}));
    assert_null(context);
    if (!sowi_blas_is_here())
        assert_int_equal(SOW_ERR_NO_CLBLAST,
                         sow_context_create(&context, guest.context, guest.device,
                                            &(sow_options){.engine = SOW_ENGINE_CLBLAST}));
    sowt_guest_release(&guest);
}

/* Places that CLBlast's 32-bit arguments do not reach are refused before anything is built or allocated for them. */
static void test_clblast_refuses_large_places(void **state)
{
    (void)state;
    sow_context *context = open_clblast();
    const sow_tensor tensor = {.rank = 2, .shape = {(uint64_t)1 << 24, 256}};
    const sow_initializer orthogonal = sow_orthogonal(1, 0);
    const sow_plan plan = plan_of(&tensor, &orthogonal);
    assert_true(sowi_blas_reaches(INT32_MAX));
    assert_false(sowi_blas_reaches((uint64_t)1 << 31));
    assert_int_equal(SOW_ERR_CLBLAST_SIZE, sow_context_prepare_plan(context, &plan));
    sow_context_release(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clblast_first_use_by_threads),
        cmocka_unit_test(test_clblast_is_near),
        cmocka_unit_test(test_clblast_f64_is_near),
        cmocka_unit_test(test_clblast_leaves_other_bits),
        cmocka_unit_test(test_clblast_out_of_order),
        cmocka_unit_test(test_clblast_refusals),
        cmocka_unit_test(test_clblast_refuses_large_places),
    };
    return SOWT_RUN(tests, sowt_context_teardown);
}
