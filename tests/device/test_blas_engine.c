/* The engine of CLBlast with a stand-in for CLBlast, which multiplies on the host, checks what it is told, and fails when asked:
 * what is left is ours, on every implementation. tests/device/test_clblast.c has the real one. */
#include <clblast_c.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "device/blas.h"
#include "device/orthogonal_fill.h"
#include "device_fill.h"
#include "guest.h"
#include "run_tests.h"
#include "test_device.h"

/* The bound that sowcl.h states, by Frobenius norms. */
#define NEAR 2e-6

static const sow_key key = {0x9e3779b97f4a7c15u, 5};

/* ---- The stand-in ---- */

static struct {
    unsigned calls, clears;
    unsigned failing;       /* the call that fails; 0: none */
    size_t most;            /* products of more terms are left out; 0: none are */
    CLBlastStatusCode code; /* of the failing call */
} stand_in;

static void stand_in_reset(void)
{
    memset(&stand_in, 0, sizeof stand_in);
}

/* A matrix of its own, read from a buffer. */
typedef struct operand {
    double *values;
    size_t rows, columns;
} operand;

static size_t place_of(CLBlastTranspose transpose, size_t leading, size_t row, size_t column)
{
    return transpose == CLBlastTransposeNo ? row * leading + column : column * leading + row;
}

static unsigned char *read_all(cl_command_queue queue, cl_mem buffer, size_t *size)
{
    assert_int_equal(CL_SUCCESS, clGetMemObjectInfo(buffer, CL_MEM_SIZE, sizeof *size, size, NULL));
    unsigned char *all = malloc(*size);
    assert_non_null(all);
    assert_int_equal(CL_SUCCESS,
                     clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, *size, all, 0, NULL, NULL));
    return all;
}

static double value_at(const unsigned char *data, size_t real, size_t at)
{
    if (real == sizeof(double)) {
        double value;
        memcpy(&value, data + at * real, real);
        return value;
    }
    float value;
    memcpy(&value, data + at * real, real);
    return value;
}

static operand load(cl_command_queue queue, cl_mem buffer, size_t real, CLBlastTranspose transpose,
                    size_t rows, size_t columns, size_t offset, size_t leading)
{
    size_t size;
    unsigned char *all = read_all(queue, buffer, &size);
    assert_true(leading >= (transpose == CLBlastTransposeNo ? columns : rows));
    assert_true(offset + place_of(transpose, leading, rows - 1, columns - 1) < size / real);
    operand made = {malloc(rows * columns * sizeof(double)), rows, columns};
    assert_non_null(made.values);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            made.values[i * columns + j] =
                value_at(all, real, offset + place_of(transpose, leading, i, j));
    free(all);
    return made;
}

static void write_row(cl_command_queue queue, cl_mem buffer, size_t real, size_t at,
                      const double *row, size_t columns)
{
    float *narrow = malloc(columns * sizeof *narrow);
    assert_non_null(narrow);
    for (size_t j = 0; j < columns; j++)
        narrow[j] = (float)row[j];
    const void *const from = real == sizeof(double) ? (const void *)row : narrow;
    assert_int_equal(CL_SUCCESS, clEnqueueWriteBuffer(queue, buffer, CL_TRUE, at * real,
                                                      columns * real, from, 0, NULL, NULL));
    free(narrow);
}

static void multiply(const operand *a, const operand *b, operand *c, double alpha, double beta)
{
    for (size_t i = 0; i < c->rows; i++) {
        double *row = c->values + i * c->columns;
        for (size_t j = 0; j < c->columns; j++)
            row[j] = beta == 0 ? 0 : beta * row[j];
        for (size_t k = 0; k < a->columns; k++) {
            const double factor = alpha * a->values[i * a->columns + k];
            for (size_t j = 0; j < c->columns; j++)
                row[j] += factor * b->values[k * b->columns + j];
        }
    }
}

static CLBlastStatusCode gemm(CLBlastLayout layout, CLBlastTranspose a_transpose,
                              CLBlastTranspose b_transpose, size_t m, size_t n, size_t k,
                              double alpha, cl_mem a_buffer, size_t a_offset, size_t a_leading,
                              cl_mem b_buffer, size_t b_offset, size_t b_leading, double beta,
                              cl_mem c_buffer, size_t c_offset, size_t c_leading,
                              cl_command_queue queue, size_t real)
{
    stand_in.calls++;
    if (stand_in.calls == stand_in.failing)
        return stand_in.code;
    assert_int_equal(CLBlastLayoutRowMajor, layout);
    assert_true(m > 0 && n > 0 && k > 0);
    if (stand_in.most != 0 && m * n * k > stand_in.most)
        return CLBlastSuccess;
    operand a = load(queue, a_buffer, real, a_transpose, m, k, a_offset, a_leading);
    operand b = load(queue, b_buffer, real, b_transpose, k, n, b_offset, b_leading);
    operand c = load(queue, c_buffer, real, CLBlastTransposeNo, m, n, c_offset, c_leading);
    multiply(&a, &b, &c, alpha, beta);
    for (size_t i = 0; i < m; i++)
        write_row(queue, c_buffer, real, c_offset + i * c_leading, c.values + i * n, n);
    free(a.values);
    free(b.values);
    free(c.values);
    return CLBlastSuccess;
}

CLBlastStatusCode CLBlastSgemm(const CLBlastLayout layout, const CLBlastTranspose a_transpose,
                               const CLBlastTranspose b_transpose, const size_t m, const size_t n,
                               const size_t k, const float alpha, const cl_mem a_buffer,
                               const size_t a_offset, const size_t a_ld, const cl_mem b_buffer,
                               const size_t b_offset, const size_t b_ld, const float beta,
                               cl_mem c_buffer, const size_t c_offset, const size_t c_ld,
                               cl_command_queue *queue, cl_event *event)
{
    assert_null(event);
    return gemm(layout, a_transpose, b_transpose, m, n, k, (double)alpha, a_buffer, a_offset, a_ld,
                b_buffer, b_offset, b_ld, (double)beta, c_buffer, c_offset, c_ld, *queue,
                sizeof(float));
}

CLBlastStatusCode CLBlastDgemm(const CLBlastLayout layout, const CLBlastTranspose a_transpose,
                               const CLBlastTranspose b_transpose, const size_t m, const size_t n,
                               const size_t k, const double alpha, const cl_mem a_buffer,
                               const size_t a_offset, const size_t a_ld, const cl_mem b_buffer,
                               const size_t b_offset, const size_t b_ld, const double beta,
                               cl_mem c_buffer, const size_t c_offset, const size_t c_ld,
                               cl_command_queue *queue, cl_event *event)
{
    assert_null(event);
    return gemm(layout, a_transpose, b_transpose, m, n, k, alpha, a_buffer, a_offset, a_ld,
                b_buffer, b_offset, b_ld, beta, c_buffer, c_offset, c_ld, *queue, sizeof(double));
}

CLBlastStatusCode CLBlastClearCache(void)
{
    stand_in.clears++;
    return CLBlastSuccess;
}

/* ---- Matrices ---- */

static sow_context *open_engine(bool tests)
{
    return sowt_context_open(
        &(sow_options){.engine = SOW_ENGINE_CLBLAST, .skip_self_test = !tests});
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

/* Fills behind three elements of guard, and checks the guards and the distance from the host's; how often it multiplied. */
static unsigned check_near(sow_context *context, const sow_tensor *tensor,
                           const sow_initializer *initializer, double bound)
{
    enum { OFFSET = 3 };
    size_t size;
    unsigned char *expected = sowt_expected_buffer(tensor, initializer, key, OFFSET, &size);
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, tensor, initializer, key, NULL));
    const size_t element = sow_dtype_size(plan.dtype), held = (size_t)plan.count * element;
    const size_t begin = OFFSET * element;
    cl_mem buffer = sowt_buffer_create(context, size);
    const unsigned before = stand_in.calls;
    assert_int_equal(SOW_OK, sow_fill_plan(context, sow_context_cl_queue(context), buffer, OFFSET,
                                           &plan, 0, NULL, NULL));
    unsigned char *made = malloc(size);
    assert_non_null(made);
    assert_int_equal(SOW_OK, sow_buffer_read(context, buffer, 0, size, made));
    const double away = distance(&plan, made + begin, expected + begin);
    if (!(away <= bound))
        fail_msg("%s: %g from the exact one", sowt_fill_text(tensor, initializer, key, OFFSET),
                 away);
    assert_bits_equal(expected, made, begin, element, sowt_device_name());
    assert_bits_equal(expected + begin + held, made + begin + held, size - begin - held, element,
                      sowt_device_name());
    sow_buffer_release(buffer);
    free(made);
    free(expected);
    return stand_in.calls - before;
}

static void test_engine_is_near(void **state)
{
    (void)state;
    static const struct {
        sow_tensor tensor;
        uint32_t batch_dims;
        double bound;
    } rows[] = {
        {{.rank = 2, .shape = {140, 121}}, 0, NEAR},
        {{.rank = 2, .shape = {5, 3300}}, 0, NEAR},
        {{.rank = 2, .shape = {129, 150}}, 0, NEAR},
        {{.rank = 2, .shape = {260, 260}}, 0, NEAR},
        {{.rank = 2, .shape = {1031, 67}}, 0, NEAR}, /* more than a chunk of terms */
        {{.rank = 2, .shape = {67, 2100}}, 0, NEAR},
        {{.rank = 3, .shape = {2, 530, 500}}, 1, NEAR},
        {{.rank = 3, .shape = {2, 500, 530}}, 1, NEAR},
        {{.rank = 2, .shape = {150, 130}, .start = {17, 3}, .extent = {100, 99}}, 0, NEAR},
        /* a rounding that falls the other way is a last place */
        {{.dtype = SOW_BF16, .rank = 2, .shape = {180, 150}}, 0, 1e-4},
    };
    stand_in_reset();
    sow_context *context = open_engine(true);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const sow_initializer orthogonal = sow_orthogonal(1.5, rows[i].batch_dims);
        assert_true(check_near(context, &rows[i].tensor, &orthogonal, rows[i].bound) > 0);
    }
    const sow_tensor kernel = {.layout = SOW_LAYOUT_IO, .rank = 3, .shape = {3, 150, 160}};
    const sow_initializer delta = sow_delta_orthogonal(1);
    assert_true(check_near(context, &kernel, &delta, NEAR) > 0);
    sow_context_release(context);
}

static void test_engine_f64_is_near(void **state)
{
    (void)state;
    stand_in_reset();
    sow_context *context = open_engine(true);
    const sow_status prepared = sow_context_prepare(context, SOW_DIST_ORTHOGONAL, SOW_F64);
    const sow_tensor tensor = {.dtype = SOW_F64, .rank = 2, .shape = {140, 121}};
    const sow_initializer orthogonal = sow_orthogonal(1, 0);
    if (prepared == SOW_OK)
        assert_true(check_near(context, &tensor, &orthogonal, NEAR * 0x1p-29) > 0);
    else
        assert_int_equal(SOW_ERR_NO_F64, prepared);
    sow_context_release(context);
}

/* Small matrices, batches of middling ones and all else keep the exact bits. */
static void test_engine_leaves_other_bits(void **state)
{
    (void)state;
    stand_in_reset();
    sow_context *context = open_engine(false);
    const sow_tensor small = {.rank = 2, .shape = {50, 40}};
    const sow_tensor batch = {.rank = 3, .shape = {2, 140, 121}};
    const sow_initializer orthogonal = sow_orthogonal(1, 0), many = sow_orthogonal(1, 1);
    const sow_initializer normal = sow_normal(0, 1);
    sowt_check_fill(context, &small, &orthogonal, key, 3);
    sowt_check_fill(context, &small, &normal, key, 3);
    sowt_check_fill(context, &batch, &many, key, 3);
    assert_int_equal(0, stand_in.calls);
    sow_context_release(context);
}

/* The stand-in reads on the same queue, and so sees what a kernel would that nothing holds back. */
static void test_engine_out_of_order(void **state)
{
    (void)state;
    stand_in_reset();
    sowt_guest guest = sowt_guest_create();
    cl_command_queue queue = sowt_guest_queue(&guest, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    sow_context *context = NULL;
    assert_int_equal(SOW_OK, sow_context_create(&context, guest.context, guest.device,
                                                &(sow_options){.engine = SOW_ENGINE_CLBLAST,
                                                               .skip_self_test = 1}));
    const sow_tensor tensor = {.rank = 2, .shape = {140, 121}};
    const sow_initializer orthogonal = sow_orthogonal(1, 0);
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &orthogonal, key, NULL));
    const size_t size = (size_t)plan.count * sizeof(float);
    unsigned char *host = malloc(size), *made = malloc(size);
    assert_non_null(host);
    assert_non_null(made);
    assert_int_equal(SOW_OK, sow_fill_host_plan(host, &plan, NULL));
    cl_mem buffer = sowt_guest_buffer(&guest, size);
    for (int i = 0; i < 3; i++) {
        cl_event event = NULL;
        assert_int_equal(SOW_OK, sow_fill_plan(context, queue, buffer, 0, &plan, 0, NULL, &event));
        assert_int_equal(CL_SUCCESS, clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, size, made, 1,
                                                         &event, NULL));
        assert_true(distance(&plan, made, host) <= NEAR);
        assert_int_equal(CL_SUCCESS, clReleaseEvent(event));
    }
    assert_int_equal(CL_SUCCESS, clReleaseMemObject(buffer));
    assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(queue));
    sow_context_release(context);
    sowt_guest_release(&guest);
    free(made);
    free(host);
}

/* ---- Tests of CLBlast ---- */

static const sow_tensor square = {.rank = 2, .shape = {140, 140}};

static sow_status fill_square(sow_context *context, cl_mem buffer)
{
    const sow_initializer orthogonal = sow_orthogonal(1, 0);
    cl_event event = (cl_event)buffer;
    const sow_status status = sow_fill(context, sow_context_cl_queue(context), buffer, 0, &square,
                                       &orthogonal, key, 0, NULL, &event);
    if (status != SOW_OK)
        assert_null(event);
    else
        assert_int_equal(CL_SUCCESS, clReleaseEvent(event));
    return status;
}

static void assert_log_names_clblast(sow_context *context)
{
    char log[256];
    assert_true(sow_context_build_log(context, log, sizeof log) > 0);
    assert_non_null(strstr(log, "self-test of CLBlast"));
}

/* A product that is left out leaves an orthogonal matrix, but another one. */
static void test_engine_refuses_a_broken_blas(void **state)
{
    (void)state;
    stand_in_reset();
    stand_in.most = 1;
    sow_context *context = open_engine(true);
    assert_int_equal(SOW_ERR_TEST_ORTHOGONAL,
                     sow_context_prepare(context, SOW_DIST_ORTHOGONAL, SOW_F32));
    assert_log_names_clblast(context);
    stand_in_reset();
    assert_int_equal(SOW_OK, sow_context_prepare(context, SOW_DIST_ORTHOGONAL, SOW_F32));
    sow_context_release(context);
}

/* CLBlast has kernels for small products and others for large ones. */
static void test_engine_refuses_a_blas_that_is_broken_for_large_products(void **state)
{
    (void)state;
    enum { SIZE = 140 * 140 * sizeof(float) };
    stand_in_reset();
    stand_in.most = 140 * 140 * 16;
    sow_context *context = open_engine(true);
    assert_int_equal(SOW_OK, sow_context_prepare(context, SOW_DIST_ORTHOGONAL, SOW_F32));
    cl_mem buffer = sowt_buffer_create(context, SIZE);
    assert_int_equal(SOW_ERR_TEST_ORTHOGONAL, fill_square(context, buffer));
    assert_log_names_clblast(context);
    sowt_check_untouched(sow_context_cl_queue(context), buffer, SIZE);
    sow_buffer_release(buffer);
    sow_context_release(context);

    context = open_engine(false);
    buffer = sowt_buffer_create(context, SIZE);
    assert_int_equal(SOW_OK, fill_square(context, buffer));
    sow_buffer_release(buffer);
    sow_context_release(context);
}

/* As many products as a fill has, once more for the test. */
static void test_engine_tests_a_size_once(void **state)
{
    (void)state;
    stand_in_reset();
    sow_context *context = open_engine(true);
    const sow_initializer orthogonal = sow_orthogonal(1, 0);
    const sow_tensor wide = {.rank = 2, .shape = {129, 140}};
    assert_int_equal(SOW_OK, sow_context_prepare(context, SOW_DIST_ORTHOGONAL, SOW_F32));
    const unsigned first = check_near(context, &square, &orthogonal, NEAR);
    const unsigned second = check_near(context, &square, &orthogonal, NEAR);
    assert_int_equal(first, 2 * second);
    const unsigned first_wide = check_near(context, &wide, &orthogonal, NEAR);
    assert_int_equal(first_wide, 2 * check_near(context, &wide, &orthogonal, NEAR));
    sow_context_release(context);
}

/* ---- Failures ---- */

static void test_engine_passes_failures_on(void **state)
{
    (void)state;
    stand_in_reset();
    sow_context *context = open_engine(false);
    cl_mem buffer = sowt_buffer_create(context, 140 * 140 * sizeof(float));
    for (unsigned n = 1; n <= 4; n++) {
        stand_in_reset();
        stand_in.failing = n;
        stand_in.code = CLBlastUnexpectedError;
        assert_int_equal(CLBlastUnexpectedError, fill_square(context, buffer));
    }
    stand_in_reset();
    assert_int_equal(SOW_OK, fill_square(context, buffer));
    sow_buffer_release(buffer);
    sow_context_release(context);
}

static void test_engine_refuses_places_beyond_an_int(void **state)
{
    (void)state;
    stand_in_reset();
    sow_context *context = open_engine(false);
    cl_command_queue queue = sow_context_cl_queue(context);
    const size_t size = 140 * 140 * sizeof(float);
    cl_mem buffer = sowt_buffer_create(context, size);
    const sow_initializer orthogonal = sow_orthogonal(1, 0);
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &square, &orthogonal, key, NULL));
    /* sow_fill_plan wants a buffer that holds the place */
    const uint64_t first_beyond = (uint64_t)INT32_MAX + 1 - plan.count;
    assert_int_equal(
        SOW_ERR_CLBLAST_SIZE,
        sowi_orthogonal_fill(context, queue, buffer, first_beyond, &plan, 0, NULL, NULL));
    assert_int_equal(0, stand_in.calls);
    sowt_check_untouched(queue, buffer, size);
    assert_true(sowi_blas_reaches(INT32_MAX));
    assert_false(sowi_blas_reaches((uint64_t)INT32_MAX + 1));
    sow_buffer_release(buffer);
    sow_context_release(context);
}

static void test_engine_clears_the_cache_at_the_end(void **state)
{
    (void)state;
    stand_in_reset();
    sow_context *contexts[2] = {open_engine(false), open_engine(false)};
    sow_context *exact = sowt_context_open(NULL);
    sow_context_release(contexts[0]);
    sow_context_release(exact);
    assert_int_equal(0, stand_in.clears);
    sow_context_release(contexts[1]);
    assert_int_equal(1, stand_in.clears);
}

static void test_status_name_is_clblasts(void **state)
{
    (void)state;
#define ASSERT_NAMED(code)                                         \
    do {                                                           \
        assert_string_equal(#code, sow_status_name(code));         \
        assert_non_null(strstr(sow_status_text(code), "CLBlast")); \
    } while (0)
    ASSERT_NAMED(CLBlastNotImplemented);
    ASSERT_NAMED(CLBlastInvalidMatrixA);
    ASSERT_NAMED(CLBlastInvalidMatrixB);
    ASSERT_NAMED(CLBlastInvalidMatrixC);
    ASSERT_NAMED(CLBlastInvalidDimension);
    ASSERT_NAMED(CLBlastInvalidLeadDimA);
    ASSERT_NAMED(CLBlastInvalidLeadDimB);
    ASSERT_NAMED(CLBlastInvalidLeadDimC);
    ASSERT_NAMED(CLBlastInsufficientMemoryA);
    ASSERT_NAMED(CLBlastInsufficientMemoryB);
    ASSERT_NAMED(CLBlastInsufficientMemoryC);
    ASSERT_NAMED(CLBlastInsufficientMemoryTemp);
    ASSERT_NAMED(CLBlastInvalidLocalMemUsage);
    ASSERT_NAMED(CLBlastNoDoublePrecision);
    ASSERT_NAMED(CLBlastDatabaseError);
    ASSERT_NAMED(CLBlastUnknownError);
    ASSERT_NAMED(CLBlastUnexpectedError);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_engine_is_near),
        cmocka_unit_test(test_engine_f64_is_near),
        cmocka_unit_test(test_engine_leaves_other_bits),
        cmocka_unit_test(test_engine_out_of_order),
        cmocka_unit_test(test_engine_refuses_a_broken_blas),
        cmocka_unit_test(test_engine_refuses_a_blas_that_is_broken_for_large_products),
        cmocka_unit_test(test_engine_tests_a_size_once),
        cmocka_unit_test(test_engine_passes_failures_on),
        cmocka_unit_test(test_engine_refuses_places_beyond_an_int),
        cmocka_unit_test(test_engine_clears_the_cache_at_the_end),
        cmocka_unit_test(test_status_name_is_clblasts),
    };
    return SOWT_RUN(tests, sowt_context_teardown);
}
