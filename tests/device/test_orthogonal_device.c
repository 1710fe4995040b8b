/* Orthogonal matrices on a device equal the host's in every bit, by each of the ways in which they are made. */
#include <string.h>

#include "device_fill.h"
#include "run_tests.h"
#include "test_device.h"

static const sow_key key = {0x243f6a8885a308d3u, 0x13198a2e03707344u};

/* How long a case takes; each kind of device has a budget. */
typedef enum cost { QUICK, SOME, LONG } cost;

static cost most_here(void)
{
    const char *on = sowt_implementation();
    if (strcmp(on, "oclgrind") == 0)
        return QUICK;
    return strcmp(on, "rusticl") == 0 ? SOME : LONG;
}

typedef struct filling {
    cost cost;
    sow_tensor tensor;
    uint32_t batch_dims;
    double gain;
} filling;

static void check(sow_context *context, const filling *row)
{
    if (row->cost > most_here())
        return;
    const sow_initializer orthogonal =
        sow_orthogonal(row->gain == 0 ? 1 : row->gain, row->batch_dims);
    sowt_check_fill(context, &row->tensor, &orthogonal, key, 5);
}

static bool has_f64(sow_context *context)
{
    return sow_context_prepare(context, SOW_DIST_UNIFORM, SOW_F64) != SOW_ERR_NO_F64;
}

/* By one work-group up to 128^2 elements, and by steps beyond; with one lane products of 32 rows and columns or
 * more by tiles, and sums of more than 1024 terms by chunks. */
static void test_orthogonal_shapes(void **state)
{
    static const filling rows[] = {
        {QUICK, {.rank = 2, .shape = {1, 1}}, 0, -2},
        {QUICK, {.rank = 2, .shape = {1, 7}}, 0, 0},
        {QUICK, {.rank = 2, .shape = {7, 1}}, 0, 0},
        {QUICK, {.rank = 2, .shape = {17, 17}}, 0, 1.5},
        {QUICK, {.rank = 2, .shape = {33, 67}}, 0, 0},
        {QUICK, {.rank = 2, .shape = {67, 33}}, 0, 0},
        {SOME, {.rank = 2, .shape = {97, 97}}, 0, 0},
        {SOME, {.rank = 2, .shape = {101, 103}}, 0, 0},
        {SOME, {.rank = 2, .shape = {129, 128}}, 0, 0},
        {SOME, {.rank = 2, .shape = {128, 129}}, 0, 0},
        {SOME, {.rank = 2, .shape = {257, 256}}, 0, 0.5},
        {SOME, {.layout = SOW_LAYOUT_IO, .rank = 4, .shape = {3, 3, 16, 200}}, 0, 0},
        {SOME, {.rank = 2, .shape = {1100, 70}}, 0, 0},
        {SOME, {.rank = 2, .shape = {70, 1100}}, 0, 0},
        {SOME, {.rank = 2, .shape = {1, 40001}}, 0, 0}, /* llvmpipe ends loops after 2^16 turns */
        {SOME, {.rank = 2, .shape = {16384, 1}}, 0, 0},
        {SOME, {.rank = 2, .shape = {8, 2048}}, 0, 0},
        {SOME, {.rank = 2, .shape = {12, 12001}}, 0, 0},
        {LONG, {.rank = 2, .shape = {60001, 40}}, 0, 0},
        {LONG, {.rank = 2, .shape = {2600, 300}}, 0, 0},
        {LONG, {.rank = 2, .shape = {300, 2600}}, 0, 0},
        {LONG, {.rank = 2, .shape = {700, 701}}, 0, 0},
    };
    sow_context *context = sowt_context_of_lanes(state);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check(context, &rows[i]);
}

/* Panels of the widest blocks and several chunks; with the device's own lanes. */
static void test_orthogonal_large_shapes(void **state)
{
    (void)state;
    static const filling rows[] = {
        {LONG, {.rank = 2, .shape = {1500, 1500}}, 0, 0},
        {LONG, {.rank = 2, .shape = {4097, 1023}}, 0, 0},
        {LONG, {.rank = 2, .shape = {1025, 2100}}, 0, 0},
    };
    sow_context *context = sowt_context();
    if (most_here() < LONG)
        sowt_skip("large matrices on %s: they take minutes", sowt_device_name());
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check(context, &rows[i]);
}

static void test_orthogonal_dtypes(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const sow_dtype dtypes[] = {SOW_F16, SOW_BF16, SOW_F8_E4M3, SOW_F8_E5M2};
    const sow_initializer orthogonal = sow_orthogonal(1.25, 0);
    for (size_t i = 0; i < sizeof dtypes / sizeof dtypes[0]; i++) {
        const sow_tensor tensor = {.dtype = dtypes[i], .rank = 2, .shape = {33, 19 + i}};
        sowt_check_fill(context, &tensor, &orthogonal, key, i);
    }
    if (most_here() == QUICK)
        return;
    const sow_tensor large = {.dtype = SOW_BF16, .rank = 2, .shape = {201, 150}};
    sowt_check_fill(context, &large, &orthogonal, key, 3);
}

static void test_orthogonal_f64(void **state)
{
    static const filling rows[] = {
        {QUICK, {.dtype = SOW_F64, .rank = 2, .shape = {21, 33}}, 0, 1.1},
        {QUICK, {.dtype = SOW_F64, .rank = 2, .shape = {33, 21}}, 0, 0},
        {SOME, {.dtype = SOW_F64, .rank = 2, .shape = {150, 131}}, 0, 0},
        {SOME, {.dtype = SOW_F64, .rank = 2, .shape = {1100, 40}}, 0, 0},
        {LONG, {.dtype = SOW_F64, .rank = 2, .shape = {500, 1300}}, 0, 0},
    };
    sow_context *context = sowt_context_of_lanes(state);
    if (!has_f64(context))
        sowt_skip("f64 on %s: no double precision", sowt_device_name());
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check(context, &rows[i]);
}

/* Small matrices by a work-group each, few large ones by steps, many large ones by work-groups again. */
static void test_orthogonal_batches(void **state)
{
    static const filling rows[] = {
        {QUICK, {.rank = 3, .shape = {5, 9, 7}}, 1, 0},
        {QUICK, {.dtype = SOW_F16, .rank = 4, .shape = {2, 3, 7, 9}}, 2, 0},
        {SOME, {.rank = 3, .shape = {200, 17, 19}}, 1, 0},
        {SOME, {.rank = 3, .shape = {3, 140, 131}}, 1, 0},
        {SOME, {.dtype = SOW_BF16, .rank = 3, .shape = {3, 131, 140}}, 1, 0},
        {SOME, {.rank = 3, .shape = {9, 131, 140}}, 1, 0},
        {LONG, {.rank = 3, .shape = {2000, 64, 64}}, 1, 0}, /* more than the workspace holds */
        {LONG, {.dtype = SOW_F16, .rank = 3, .shape = {2000, 64, 64}}, 1, 0},
        {LONG, {.rank = 3, .shape = {3, 1100, 150}}, 1, 0},
        {LONG, {.rank = 3, .shape = {70000, 2, 1}}, 1, 0},
    };
    sow_context *context = sowt_context_of_lanes(state);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check(context, &rows[i]);
}

/* Of rows, of matrices, within a matrix and across them. */
static void test_orthogonal_regions(void **state)
{
    static const filling rows[] = {
        {QUICK, {.rank = 2, .shape = {33, 19}, .start = {7}, .extent = {9, 19}}, 0, 0},
        {QUICK, {.rank = 2, .shape = {19, 33}, .start = {3, 5}, .extent = {11, 7}}, 0, 0},
        {QUICK, {.rank = 3, .shape = {5, 9, 7}, .start = {1, 2, 3}, .extent = {3, 5, 2}}, 1, 0},
        {QUICK, {.rank = 3, .shape = {5, 9, 7}, .start = {2}, .extent = {2, 9, 7}}, 1, 0},
        {SOME, {.rank = 2, .shape = {200, 201}, .start = {99, 5}, .extent = {2, 190}}, 0, 0},
        {LONG,
         {.rank = 3, .shape = {2000, 64, 64}, .start = {5, 3}, .extent = {1800, 60, 64}},
         1,
         0},
    };
    sow_context *context = sowt_context_of_lanes(state);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check(context, &rows[i]);
}

static void check_slice(sow_context *context, const sow_plan *whole, uint64_t begin, uint64_t count)
{
    const size_t size = sow_dtype_size(whole->dtype);
    unsigned char expected[4096], actual[4096];
    sow_plan part = *whole;
    assert_int_equal(SOW_OK, sow_plan_slice(&part, begin, count));
    memset(expected, 0xca, sizeof expected);
    assert_int_equal(SOW_OK, sow_fill_host_plan(expected + 3 * size, &part, NULL));
    cl_mem buffer = sowt_buffer_create(context, sizeof actual);
    assert_int_equal(SOW_OK, sow_fill_plan(context, sow_context_cl_queue(context), buffer, 3, &part,
                                           0, NULL, NULL));
    assert_int_equal(SOW_OK, sow_buffer_read(context, buffer, 0, sizeof actual, actual));
    sow_buffer_release(buffer);
    if (memcmp(expected, actual, sizeof actual) != 0)
        fail_msg("%s: elements [%d, %d + %d)", sowt_device_name(), (int)begin, (int)begin,
                 (int)count);
}

static void test_orthogonal_slices(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    static const uint64_t slices[][2] = {{0, 1},    {62, 1},   {62, 2},  {63, 63},
                                         {63, 126}, {64, 125}, {314, 1}, {0, 315}};
    const sow_tensor tensor = {.rank = 3, .shape = {5, 9, 7}};
    const sow_initializer orthogonal = sow_orthogonal(1, 1);
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &orthogonal, key, NULL));
    for (size_t i = 0; i < sizeof slices / sizeof slices[0]; i++)
        check_slice(context, &plan, slices[i][0], slices[i][1]);
}

/* Whole kernels, and regions of them that hold zeros only. */
static void test_delta_orthogonal(void **state)
{
    static const sow_tensor kernels[] = {
        {.layout = SOW_LAYOUT_IO, .rank = 4, .shape = {3, 2, 9, 14}},
        {.rank = 4, .shape = {14, 9, 3, 2}},
        {.dtype = SOW_BF16, .rank = 3, .shape = {14, 14, 3}},
        {.layout = SOW_LAYOUT_IO, .rank = 5, .shape = {2, 1, 3, 4, 5}},
        {.layout = SOW_LAYOUT_IO, .rank = 3, .shape = {3, 4, 5}, .extent = {1, 4, 5}},
        {.layout = SOW_LAYOUT_IO, .rank = 3, .shape = {3, 4, 5}, .start = {2}, .extent = {1, 4, 5}},
        {.rank = 3, .shape = {5, 4, 3}, .extent = {5, 4, 1}},
    };
    sow_context *context = sowt_context_of_lanes(state);
    const sow_initializer delta = sow_delta_orthogonal(1.5);
    for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++)
        sowt_check_fill(context, &kernels[i], &delta, key, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SOWT_ON_LANES(test_orthogonal_shapes),  cmocka_unit_test(test_orthogonal_large_shapes),
        SOWT_ON_LANES(test_orthogonal_dtypes),  SOWT_ON_LANES(test_orthogonal_f64),
        SOWT_ON_LANES(test_orthogonal_batches), SOWT_ON_LANES(test_orthogonal_regions),
        SOWT_ON_LANES(test_orthogonal_slices),  SOWT_ON_LANES(test_delta_orthogonal),
    };
    const int result = SOWT_RUN(tests, sowt_lanes_teardown);
    (void)sowt_context_teardown(NULL);
    return result;
}
