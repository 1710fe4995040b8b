/* Plans of orthogonal and delta_orthogonal: which matrices a tensor holds and where, what is refused, moments. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "orthogonal.h"
#include "refusal.h"
#include "run_tests.h"

static const sow_key key = {3, 4};

static sow_plan plan_of(const sow_tensor *tensor, sow_initializer initializer)
{
    sow_plan plan;
    sow_error error = {SOW_OK, ""};
    assert_done(sow_plan_make(&plan, tensor, &initializer, key, &error), &error);
    return plan;
}

static void assert_matrices(const sow_tensor *tensor, sow_initializer initializer,
                            sow_matrices expected)
{
    const sow_plan plan = plan_of(tensor, initializer);
    const sow_matrices *actual = &plan.matrices;
    assert_int_equal(SOW_DIST_ORTHOGONAL, plan.distribution);
    assert_int_equal(expected.count, actual->count);
    assert_int_equal(expected.rows, actual->rows);
    assert_int_equal(expected.columns, actual->columns);
    assert_int_equal(expected.transposed, actual->transposed);
    assert_int_equal(expected.origin, actual->origin);
    assert_int_equal(expected.spread, actual->spread);
}

typedef struct shape_row {
    sow_layout layout;
    uint32_t rank;
    uint64_t shape[SOW_MAX_RANK];
    uint32_t batch_dims; /* of orthogonal */
    sow_matrices expected;
} shape_row;

/* torch: (size of the first, rest); JAX and Keras: (rest, size of the last). Wide ones lie transposed. */
static void test_orthogonal_flattens(void **state)
{
    (void)state;
    static const shape_row rows[] = {
        {SOW_LAYOUT_OI, 2, {5, 3}, 0, {1, 5, 3, 0, 0, 1}},
        {SOW_LAYOUT_OI, 2, {3, 5}, 0, {1, 5, 3, 1, 0, 1}},
        {SOW_LAYOUT_OI, 2, {4, 4}, 0, {1, 4, 4, 0, 0, 1}},
        {SOW_LAYOUT_OI, 2, {1, 1}, 0, {1, 1, 1, 0, 0, 1}},
        {SOW_LAYOUT_OI, 2, {1, 7}, 0, {1, 7, 1, 1, 0, 1}},
        {SOW_LAYOUT_OI, 2, {7, 1}, 0, {1, 7, 1, 0, 0, 1}},
        {SOW_LAYOUT_OI, 4, {64, 3, 7, 7}, 0, {1, 147, 64, 1, 0, 1}},
        {SOW_LAYOUT_OI, 3, {64, 3, 7}, 0, {1, 64, 21, 0, 0, 1}},
        {SOW_LAYOUT_IO, 2, {5, 3}, 0, {1, 5, 3, 0, 0, 1}},
        {SOW_LAYOUT_IO, 4, {7, 7, 3, 64}, 0, {1, 147, 64, 0, 0, 1}},
        {SOW_LAYOUT_IO, 3, {2, 3, 7}, 0, {1, 7, 6, 1, 0, 1}},
        {SOW_LAYOUT_OI, 3, {9, 5, 3}, 1, {9, 5, 3, 0, 0, 1}},
        {SOW_LAYOUT_OI, 4, {9, 2, 3, 5}, 2, {18, 5, 3, 1, 0, 1}},
        {SOW_LAYOUT_OI, 4, {9, 2, 3, 5}, 1, {9, 15, 2, 1, 0, 1}},
        {SOW_LAYOUT_IO, 4, {9, 2, 3, 5}, 1, {9, 6, 5, 0, 0, 1}},
        {SOW_LAYOUT_IO, 8, {1, 2, 3, 1, 1, 2, 2, 5}, 6, {12, 5, 2, 1, 0, 1}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sow_tensor tensor = {.layout = rows[i].layout, .rank = rows[i].rank};
        memcpy(tensor.shape, rows[i].shape, sizeof tensor.shape);
        assert_matrices(&tensor, sow_orthogonal(1, rows[i].batch_dims), rows[i].expected);
    }
}

/* The middle of an even kernel is the lower one, (k - 1) / 2. */
static void test_delta_orthogonal_places(void **state)
{
    (void)state;
    static const shape_row rows[] = {
        {SOW_LAYOUT_IO, 3, {3, 4, 6}, 0, {1, 6, 4, 1, 24, 1}},
        {SOW_LAYOUT_IO, 4, {3, 3, 4, 6}, 0, {1, 6, 4, 1, 96, 1}},
        {SOW_LAYOUT_IO, 4, {2, 4, 4, 6}, 0, {1, 6, 4, 1, 24, 1}}, /* (0, 1) of (2, 4) */
        {SOW_LAYOUT_IO, 5, {2, 3, 4, 4, 4}, 0, {1, 4, 4, 0, 80, 1}},
        {SOW_LAYOUT_IO, 4, {1, 1, 1, 1}, 0, {1, 1, 1, 0, 0, 1}},
        {SOW_LAYOUT_OI, 3, {6, 4, 3}, 0, {1, 6, 4, 0, 1, 3}},
        {SOW_LAYOUT_OI, 4, {6, 4, 3, 3}, 0, {1, 6, 4, 0, 4, 9}},
        {SOW_LAYOUT_OI, 4, {6, 4, 2, 4}, 0, {1, 6, 4, 0, 1, 8}},
        {SOW_LAYOUT_OI, 5, {4, 4, 2, 3, 4}, 0, {1, 4, 4, 0, 5, 24}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sow_tensor tensor = {.layout = rows[i].layout, .rank = rows[i].rank};
        memcpy(tensor.shape, rows[i].shape, sizeof tensor.shape);
        assert_matrices(&tensor, sow_delta_orthogonal(1), rows[i].expected);
    }
}

/* ---- Slices: which matrices have to be made ---- */

static void assert_touched(const sow_plan *plan, uint64_t first, uint64_t count)
{
    uint64_t actual_first, actual_count;
    sowi_orthogonal_touched(plan, &actual_first, &actual_count);
    assert_int_equal(count, actual_count);
    if (count > 0)
        assert_int_equal(first, actual_first);
}

static void test_slices_touch_their_matrices_only(void **state)
{
    (void)state;
    const sow_tensor tensor = {.rank = 3, .shape = {9, 5, 3}}; /* 15 elements each */
    static const struct {
        uint64_t begin, count, first, matrices;
    } slices[] = {{0, 135, 0, 9}, {0, 1, 0, 1},   {14, 1, 0, 1}, {14, 2, 0, 2},
                  {15, 15, 1, 1}, {15, 16, 1, 2}, {134, 1, 8, 1}};
    for (size_t i = 0; i < sizeof slices / sizeof slices[0]; i++) {
        sow_plan plan = plan_of(&tensor, sow_orthogonal(1, 1));
        assert_int_equal(SOW_OK, sow_plan_slice(&plan, slices[i].begin, slices[i].count));
        assert_touched(&plan, slices[i].first, slices[i].matrices);
        assert_int_equal(i == 0, sowi_orthogonal_is_whole(&plan));
    }
    const sow_tensor rows = {.rank = 3, .shape = {9, 5, 3}, .start = {2}, .extent = {3, 5, 3}};
    const sow_plan of_rows = plan_of(&rows, sow_orthogonal(1, 1));
    assert_touched(&of_rows, 2, 3);
    const sow_tensor block = {
        .rank = 3, .shape = {9, 5, 3}, .start = {2, 1, 1}, .extent = {4, 2, 1}};
    const sow_plan of_block = plan_of(&block, sow_orthogonal(1, 1));
    assert_touched(&of_block, 2, 4);
}

static void test_slices_beside_a_delta_touch_nothing(void **state)
{
    (void)state;
    const sow_tensor tensor = {.layout = SOW_LAYOUT_IO, .rank = 3, .shape = {3, 2, 2}};
    static const struct {
        uint64_t begin, count, matrices;
    } slices[] = {{0, 4, 0}, {0, 5, 1}, {7, 1, 1}, {8, 4, 0}, {0, 12, 1}};
    for (size_t i = 0; i < sizeof slices / sizeof slices[0]; i++) {
        sow_plan plan = plan_of(&tensor, sow_delta_orthogonal(1));
        assert_int_equal(SOW_OK, sow_plan_slice(&plan, slices[i].begin, slices[i].count));
        assert_touched(&plan, 0, slices[i].matrices);
        assert_false(sowi_orthogonal_is_whole(&plan));
    }
}

/* ---- Refusals ---- */

static void refuse(sow_status expected, const char *text, sow_tensor tensor,
                   sow_initializer initializer)
{
    sow_plan plan, untouched;
    memset(&plan, 0x5a, sizeof plan);
    memset(&untouched, 0x5a, sizeof untouched);
    sow_error error = {SOW_OK, ""};
    const sow_status status = sow_plan_make(&plan, &tensor, &initializer, key, &error);
    assert_refused(expected, status, &error, text);
    assert_memory_equal(&untouched, &plan, sizeof plan);
}

static void test_plan_make_refuses_shapes_without_matrices(void **state)
{
    (void)state;
    const sow_tensor scalar = {.rank = 0}, vector = {.rank = 1, .shape = {5}};
    const sow_tensor matrix = {.rank = 2, .shape = {3, 4}};
    const sow_tensor long_row = {.rank = 2, .shape = {1, (uint64_t)1 << 31}};
    refuse(SOW_ERR_SHAPE, "dimensions (0): 2 or more, beside batch_dims (0)", scalar,
           sow_orthogonal(1, 0));
    refuse(SOW_ERR_SHAPE, "dimensions (1): 2 or more, beside batch_dims (0)", vector,
           sow_orthogonal(1, 0));
    refuse(SOW_ERR_SHAPE, "dimensions (2): 2 or more, beside batch_dims (1)", matrix,
           sow_orthogonal(1, 1));
    refuse(SOW_ERR_SHAPE, "longer side of the matrix (2147483648): fewer than 2^31", long_row,
           sow_orthogonal(1, 0));
    const sow_tensor rank6 = {.rank = 6, .shape = {1, 1, 1, 1, 2, 2}};
    refuse(SOW_ERR_SHAPE, "dimensions (2): 3 to 5", matrix, sow_delta_orthogonal(1));
    refuse(SOW_ERR_SHAPE, "dimensions (6): 3 to 5", rank6, sow_delta_orthogonal(1));
    const sow_tensor narrowing = {.layout = SOW_LAYOUT_IO, .rank = 3, .shape = {3, 5, 4}};
    const sow_tensor torch_narrowing = {.rank = 3, .shape = {4, 5, 3}};
    const char *text = "out and in (4, 5): no more in than out";
    refuse(SOW_ERR_SHAPE, text, narrowing, sow_delta_orthogonal(1));
    refuse(SOW_ERR_SHAPE, text, torch_narrowing, sow_delta_orthogonal(1));
}

static void test_plan_make_refuses_gains_and_batch_dims(void **state)
{
    (void)state;
    const sow_tensor matrix = {.rank = 3, .shape = {3, 4, 2}};
    static const struct {
        double gain;
        const char *text;
    } gains[] = {
        {(double)INFINITY, "gain (inf): a finite number"},
        {-(double)INFINITY, "gain (-inf): a finite number"},
        {(double)NAN, "gain ("},
        {0x1p-61, "gain (4.33681e-19): 0, or from 2^-60 to 2^60 in magnitude"},
        {-0x1p61, "gain (-2.30584e+18): 0, or from 2^-60 to 2^60 in magnitude"},
    };
    for (size_t i = 0; i < sizeof gains / sizeof gains[0]; i++) {
        refuse(SOW_ERR_PARAMETER, gains[i].text, matrix, sow_orthogonal(gains[i].gain, 0));
        sow_tensor kernel = {.rank = 3, .shape = {4, 3, 2}};
        refuse(SOW_ERR_PARAMETER, gains[i].text, kernel, sow_delta_orthogonal(gains[i].gain));
    }
    const double dims[] = {-1, 0.5, 9, (double)INFINITY};
    for (size_t i = 0; i < sizeof dims / sizeof dims[0]; i++)
        refuse(SOW_ERR_PARAMETER, "a whole number from 0 to 6", matrix,
               (sow_initializer){.kind = SOW_ORTHOGONAL, .param = {1, dims[i]}});
}

static void test_plan_make_refuses_orthogonal_integers(void **state)
{
    (void)state;
    for (int dtype = SOW_I64; dtype <= SOW_BOOL; dtype++) {
        const sow_tensor tensor = {.dtype = (sow_dtype)dtype, .rank = 3, .shape = {4, 3, 2}};
        refuse(SOW_ERR_DTYPE, "f32, f16, bf16, f64, f8_e4m3 or f8_e5m2", tensor,
               sow_orthogonal(1, 0));
        refuse(SOW_ERR_DTYPE, "f32, f16, bf16, f64, f8_e4m3 or f8_e5m2", tensor,
               sow_delta_orthogonal(1));
    }
}

/* ---- What is stored ---- */

static void test_orthogonal_of_no_gain_or_no_elements_is_zeros(void **state)
{
    (void)state;
    const sow_tensor matrix = {.rank = 2, .shape = {3, 4}};
    const sow_tensor kernel = {.rank = 3, .shape = {4, 3, 2}};
    const double zeros[] = {0, -0.0};
    for (size_t i = 0; i < 2; i++) {
        const sow_plan plain = plan_of(&matrix, sow_orthogonal(zeros[i], 0));
        const sow_plan delta = plan_of(&kernel, sow_delta_orthogonal(zeros[i]));
        assert_int_equal(SOW_DIST_CONSTANT, plain.distribution);
        assert_int_equal(SOW_DIST_CONSTANT, delta.distribution);
        assert_int_equal(0, plain.pattern);
        assert_int_equal(0, delta.pattern);
        assert_true(plain.mean == 0 && plain.std == 0);
    }
    const sow_tensor empty[] = {{.rank = 2, .shape = {0, 4}},
                                {.rank = 2, .shape = {4, 0}},
                                {.rank = 3, .shape = {0, 4, 4}}};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(0,
                         plan_of(&empty[i], sow_orthogonal(1, empty[i].rank == 3 ? 1 : 0)).count);
    const sow_tensor no_kernel = {.rank = 3, .shape = {4, 4, 0}};
    assert_int_equal(0, plan_of(&no_kernel, sow_delta_orthogonal(1)).count);
}

static void assert_moments(const sow_tensor *tensor, sow_initializer initializer, double std,
                           double bound)
{
    const sow_plan plan = plan_of(tensor, initializer);
    double mean, actual;
    assert_int_equal(SOW_OK, sow_plan_moments(&plan, &mean, &actual));
    assert_true(mean == 0 && plan.mean == 0);
    assert_true(fabs(plan.std - std) <= 1e-15 * std);
    assert_true(fabs(actual - std) <= 1e-15 * std);
    assert_true(plan.low == -bound && plan.high == bound);
}

/* A matrix of n unit vectors has n of its m n squares' sum. */
static void test_orthogonal_moments(void **state)
{
    (void)state;
    const sow_tensor wide = {.rank = 2, .shape = {3, 12}};
    const sow_tensor batch = {.dtype = SOW_F64, .rank = 3, .shape = {7, 16, 4}};
    const sow_tensor kernel = {.rank = 4, .shape = {8, 4, 3, 3}};
    assert_moments(&wide, sow_orthogonal(1, 0), 1 / sqrt(12), 1);
    assert_moments(&wide, sow_orthogonal(-2, 0), 2 / sqrt(12), 2);
    assert_moments(&batch, sow_orthogonal(0.5, 1), 0.125, 0.5);
    assert_moments(&kernel, sow_delta_orthogonal(3), 3 * sqrt(4.0 / (8 * 4 * 9)), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orthogonal_flattens),
        cmocka_unit_test(test_delta_orthogonal_places),
        cmocka_unit_test(test_slices_touch_their_matrices_only),
        cmocka_unit_test(test_slices_beside_a_delta_touch_nothing),
        cmocka_unit_test(test_plan_make_refuses_shapes_without_matrices),
        cmocka_unit_test(test_plan_make_refuses_gains_and_batch_dims),
        cmocka_unit_test(test_plan_make_refuses_orthogonal_integers),
        cmocka_unit_test(test_orthogonal_of_no_gain_or_no_elements_is_zeros),
        cmocka_unit_test(test_orthogonal_moments),
    };
    return SOWT_RUN(tests, NULL);
}
