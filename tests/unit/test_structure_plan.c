/* Plans of eye, identity, dirac, sparse, constant_block and padding_idx: what is refused, with which words, and the
 * moments. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "refusal.h"
#include "run_tests.h"

static const sow_key key = {3, 4};

static sow_tensor tensor_of(sow_dtype dtype, uint32_t rank, const uint64_t *shape)
{
    sow_tensor tensor = {.dtype = dtype, .rank = rank};
    memcpy(tensor.shape, shape, rank * sizeof *shape);
    return tensor;
}

/* ---- Refusals ---- */

static void assert_plan_refused(sow_status expected, const char *text, const sow_tensor *tensor,
                                sow_initializer initializer)
{
    sow_plan plan, untouched;
    memset(&plan, 0x5a, sizeof plan);
    memset(&untouched, 0x5a, sizeof untouched);
    sow_error error = {.text = "nothing yet"};
    const sow_status status = sow_plan_make(&plan, tensor, &initializer, key, &error);
    assert_refused(expected, status, &error, text);
    assert_string_equal(text, error.text);
    assert_memory_equal(&untouched, &plan, sizeof plan);
}

static void test_matrices_are_of_two_dimensions(void **state)
{
    (void)state;
    const uint64_t shape[] = {4, 4, 4, 4};
    const struct {
        sow_initializer initializer;
        const char *text[5]; /* by rank */
    } table[] = {
        {sow_eye(),
         {"eye: dimensions (0): 2, (rows, columns)", "eye: dimensions (1): 2, (rows, columns)",
          NULL, "eye: dimensions (3): 2, (rows, columns)"}},
        {sow_identity(1),
         {"identity: dimensions (0): 2, (rows, columns)",
          "identity: dimensions (1): 2, (rows, columns)", NULL,
          "identity: dimensions (3): 2, (rows, columns)"}},
        {sow_sparse(0.5, 1),
         {"sparse: dimensions (0): 2, (rows, columns)",
          "sparse: dimensions (1): 2, (rows, columns)", NULL,
          "sparse: dimensions (3): 2, (rows, columns)",
          "sparse: dimensions (4): 2, (rows, columns)"}},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        for (uint32_t rank = 0; rank < 5; rank++) {
            const sow_tensor tensor = tensor_of(SOW_F32, rank, shape);
            if (table[i].text[rank] != NULL)
                assert_plan_refused(SOW_ERR_SHAPE, table[i].text[rank], &tensor,
                                    table[i].initializer);
        }
}

static void test_dirac_is_of_three_to_five_dimensions(void **state)
{
    (void)state;
    const uint64_t shape[] = {2, 2, 2, 2, 2, 2};
    for (uint32_t rank = 0; rank <= 6; rank++) {
        const sow_tensor tensor = tensor_of(SOW_F32, rank, shape);
        char text[64];
        snprintf(text, sizeof text, "dirac: dimensions (%u): 3 to 5", rank);
        if (rank < 3 || rank > 5)
            assert_plan_refused(SOW_ERR_SHAPE, text, &tensor, sow_dirac(1));
    }
}

static void test_parameters_of_structures(void **state)
{
    (void)state;
    const double nan = (double)NAN, infinite = (double)INFINITY;
    const sow_tensor conv = tensor_of(SOW_F32, 3, (uint64_t[]){6, 4, 3});
    const sow_tensor matrix = tensor_of(SOW_F32, 2, (uint64_t[]){6, 4});
    const struct {
        const char *text;
        const sow_tensor *tensor;
        sow_initializer initializer;
    } table[] = {
        {"dirac: groups (0): a whole number that divides out (6)", &conv, sow_dirac(0)},
        {"dirac: groups (4): a whole number that divides out (6)", &conv, sow_dirac(4)},
        {"dirac: groups (12): a whole number that divides out (6)", &conv, sow_dirac(12)},
        {"dirac: groups (1.5): a whole number that divides out (6)",
         &conv,
         {.kind = SOW_DIRAC, .param = {1.5}}},
        {"dirac: groups (-1): a whole number that divides out (6)",
         &conv,
         {.kind = SOW_DIRAC, .param = {-1}}},
        {"dirac: groups (nan): a whole number that divides out (6)",
         &conv,
         {.kind = SOW_DIRAC, .param = {nan}}},
        {"dirac: groups (inf): a whole number that divides out (6)",
         &conv,
         {.kind = SOW_DIRAC, .param = {infinite}}},
        {"identity: gain (nan): a finite number", &matrix, sow_identity(nan)},
        {"identity: gain (inf): a finite number", &matrix, sow_identity(infinite)},
        {"sparse: sparsity (1.5): from 0 to 1", &matrix, sow_sparse(1.5, 1)},
        {"sparse: sparsity (-0.1): from 0 to 1", &matrix, sow_sparse(-0.1, 1)},
        {"sparse: sparsity (nan): from 0 to 1", &matrix, sow_sparse(nan, 1)},
        {"sparse: std (-1): 0 or more", &matrix, sow_sparse(0.5, -1)},
        {"sparse: std (inf): a finite number", &matrix, sow_sparse(0.5, infinite)},
        {"sparse: std (1e-30): 0, or from 2^-78 to 2^120 in magnitude", &matrix,
         sow_sparse(0.5, 1e-30)},
        {"constant_block: value (nan): a finite number", &matrix, sow_constant_block(nan, 0, 2, 0)},
        {"constant_block: outside (inf): a finite number", &matrix,
         sow_constant_block(1, 0, 2, infinite)},
        {"constant_block: blocks (0): a whole number that divides the first dimension (6)", &matrix,
         sow_constant_block(1, 0, 0, 0)},
        {"constant_block: blocks (4): a whole number that divides the first dimension (6)", &matrix,
         sow_constant_block(1, 0, 4, 0)},
        {"constant_block: block (2): a whole number from 0 to 1", &matrix,
         sow_constant_block(1, 2, 2, 0)},
        {"constant_block: block (0.5): a whole number from 0 to 1",
         &matrix,
         {.kind = SOW_CONSTANT_BLOCK, .param = {1, 0.5, 2, 0}}},
        {"constant_block: block (-1): a whole number from 0 to 1",
         &matrix,
         {.kind = SOW_CONSTANT_BLOCK, .param = {1, -1, 2, 0}}},
        {"normal: padding_idx (6): a row of the first dimension, which has 6", &matrix,
         sow_with_padding_idx(sow_normal(0, 1), 6)},
        {"normal: padding_idx (18446744073709551614): a row of the first dimension, which has 6",
         &matrix, sow_with_padding_idx(sow_normal(0, 1), UINT64_MAX)},
        {"constant_block: padding_idx (1): not with blocks", &matrix,
         sow_with_padding_idx(sow_constant_block(1, 0, 2, 0), 1)},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        assert_plan_refused(SOW_ERR_PARAMETER, table[i].text, table[i].tensor,
                            table[i].initializer);
}

static void test_scalars_have_no_rows(void **state)
{
    (void)state;
    const sow_tensor scalar = {.dtype = SOW_F32};
    assert_plan_refused(SOW_ERR_SHAPE, "constant_block: dimensions (0): 1 or more", &scalar,
                        sow_constant_block(1, 0, 1, 0));
    assert_plan_refused(
        SOW_ERR_PARAMETER,
        "normal: padding_idx (0): a row of the first dimension, and a scalar has none", &scalar,
        sow_with_padding_idx(sow_normal(0, 1), 0));
    const sow_tensor empty = tensor_of(SOW_F32, 2, (uint64_t[]){0, 4});
    assert_plan_refused(SOW_ERR_PARAMETER,
                        "eye: padding_idx (0): a row of the first dimension, which has 0", &empty,
                        sow_with_padding_idx(sow_eye(), 0));
}

static void test_structures_of_dtypes(void **state)
{
    (void)state;
    const uint64_t shape[] = {4, 4};
    sow_tensor tensor = tensor_of(SOW_I8, 2, shape);
    assert_plan_refused(SOW_ERR_RANGE,
                        "identity: constant (128): a whole number from -128 to 127 in i8", &tensor,
                        sow_identity(128));
    assert_plan_refused(SOW_ERR_RANGE,
                        "identity: constant (0.5): a whole number from -128 to 127 in i8", &tensor,
                        sow_identity(0.5));
    assert_plan_refused(SOW_ERR_DTYPE,
                        "dtype of sparse (i8): f32, f16, bf16, f64, f8_e4m3 or f8_e5m2", &tensor,
                        sow_sparse(0.5, 1));
    tensor.dtype = SOW_F8_E4M3;
    assert_plan_refused(SOW_ERR_RANGE, "identity: constant (500): from -448 to 448 in f8_e4m3",
                        &tensor, sow_identity(500));
    tensor.dtype = SOW_F16;
    assert_plan_refused(SOW_ERR_RANGE,
                        "constant_block: constant (70000): from -65504 to 65504 in f16", &tensor,
                        sow_constant_block(1, 0, 2, 70000));
    assert_plan_refused(SOW_ERR_RANGE,
                        "constant_block: constant (70000): from -65504 to 65504 in f16", &tensor,
                        sow_constant_block(70000, 0, 2, 1));
    tensor.dtype = SOW_BOOL;
    assert_plan_refused(SOW_ERR_RANGE, "identity: constant (2): a whole number from 0 to 1 in bool",
                        &tensor, sow_identity(2));
}

static void test_sparse_of_too_many_rows(void **state)
{
    (void)state;
    const sow_tensor most = tensor_of(SOW_F32, 2, (uint64_t[]){(UINT64_C(1) << 31) - 1, 3});
    const sow_tensor more = tensor_of(SOW_F32, 2, (uint64_t[]){UINT64_C(1) << 31, 3});
    const sow_initializer sparse = sow_sparse(0.5, 1);
    sow_plan plan;
    sow_error error;
    assert_done(sow_plan_make(&plan, &most, &sparse, key, &error), &error);
    assert_int_equal(UINT64_C(1) << 30, plan.placed.zeros);
    assert_plan_refused(SOW_ERR_SHAPE, "sparse: rows (2147483648): fewer than 2^31", &more, sparse);
}

/* ---- Plans ---- */

static sow_plan plan_of(const sow_tensor *tensor, sow_initializer initializer)
{
    sow_plan plan;
    sow_error error;
    assert_done(sow_plan_make(&plan, tensor, &initializer, key, &error), &error);
    return plan;
}

static void test_plans_say_what_is_written(void **state)
{
    (void)state;
    const sow_tensor matrix = tensor_of(SOW_F32, 2, (uint64_t[]){6, 4});
    sow_plan plan = plan_of(&matrix, sow_identity(2));
    assert_int_equal(SOW_DIST_CONSTANT, plan.distribution);
    assert_int_equal(SOW_STRUCTURE_PLACED, plan.structure);
    assert_int_equal(4, plan.placed.count);
    assert_int_equal(0x40000000, plan.placed.pattern);
    assert_int_equal(0, plan.pattern);
    plan = plan_of(&matrix, sow_sparse(0.4, 1));
    assert_int_equal(SOW_DIST_NORMAL, plan.distribution);
    assert_int_equal(SOW_STRUCTURE_SPARSE, plan.structure);
    assert_int_equal(3, plan.placed.zeros);
    plan = plan_of(&matrix, sow_sparse(0, 1));
    assert_int_equal(SOW_STRUCTURE_NONE, plan.structure);
    plan = plan_of(&matrix, sow_sparse(0.4, 0)); /* nothing but zeros */
    assert_int_equal(SOW_DIST_CONSTANT, plan.distribution);
    assert_int_equal(SOW_STRUCTURE_NONE, plan.structure);
    plan = plan_of(&matrix, sow_constant_block(1, 1, 3, 0));
    assert_int_equal(8, plan.overlay_begin);
    assert_int_equal(16, plan.overlay_end);
    assert_int_equal(0x3f800000, plan.overlay_pattern);
    plan = plan_of(&matrix, sow_with_padding_idx(sow_ones(), 5));
    assert_int_equal(20, plan.overlay_begin);
    assert_int_equal(24, plan.overlay_end);
    assert_int_equal(0, plan.overlay_pattern);
}

/* ---- Moments ---- */

/* The moments that a plan tells are those of the whole tensor. tolerance: of its std. */
static void assert_moments(const sow_tensor *tensor, sow_initializer initializer, double tolerance)
{
    const sow_plan plan = plan_of(tensor, initializer);
    const size_t size = sow_dtype_size(tensor->dtype);
    unsigned char *bytes = malloc((size_t)plan.count * size);
    assert_non_null(bytes);
    assert_int_equal(SOW_OK, sow_fill_host_plan(bytes, &plan, NULL));
    double mean = 0, square = 0, said_mean, said_std;
    const bool is_float = sow_dtype_is_float(tensor->dtype);
    for (uint64_t i = 0; i < plan.count; i++)
        mean += is_float ? sow_dtype_value(tensor->dtype, bytes + i * size)
                         : (double)(int8_t)bytes[i]; /* i8 */
    mean /= (double)plan.count;
    for (uint64_t i = 0; i < plan.count; i++)
        square += pow((is_float ? sow_dtype_value(tensor->dtype, bytes + i * size)
                                : (double)(int8_t)bytes[i]) -
                          mean,
                      2);
    const double std = sqrt(square / (double)plan.count);
    free(bytes);
    assert_int_equal(SOW_OK, sow_plan_moments(&plan, &said_mean, &said_std));
    if (fabs(said_mean - mean) > tolerance * std || fabs(said_std - std) > tolerance * std)
        fail_msg("%s(%g) of %s: mean %.17g std %.17g, said to be %.17g %.17g",
                 sow_kind_name(initializer.kind), initializer.param[0],
                 sow_dtype_name(tensor->dtype), mean, std, said_mean, said_std);
}

static void test_moments_of_structures(void **state)
{
    (void)state;
    static const sow_dtype dtypes[] = {SOW_F32,     SOW_F16,     SOW_BF16, SOW_F64,
                                       SOW_F8_E4M3, SOW_F8_E5M2, SOW_I8};
    for (size_t i = 0; i < sizeof dtypes / sizeof dtypes[0]; i++) {
        const bool is_float = sow_dtype_is_float(dtypes[i]);
        const sow_tensor matrix = tensor_of(dtypes[i], 2, (uint64_t[]){33, 70});
        const sow_tensor conv = tensor_of(dtypes[i], 4, (uint64_t[]){6, 5, 3, 4});
        assert_moments(&matrix, sow_eye(), 1e-12);
        assert_moments(&matrix, sow_identity(is_float ? -0.7 : -7), 1e-12);
        assert_moments(&conv, sow_dirac(2), 1e-12);
        assert_moments(&matrix, sow_constant_block(is_float ? 0.1 : 5, 1, 3, is_float ? 2.3 : -2),
                       1e-12);
    }
    for (size_t i = 0; sow_dtype_is_float(dtypes[i]); i++) {
        const sow_tensor tensor = tensor_of(dtypes[i], 2, (uint64_t[]){1000, 500});
        assert_moments(&tensor, sow_sparse(0.3, 0.01), 0.01); /* 7 standard errors */
        assert_moments(&tensor, sow_sparse(0.99, 0.01), 0.06);
    }
}

/* What overflows on the way would be told as infinite. */
static void test_moments_of_the_largest_values(void **state)
{
    (void)state;
    const sow_tensor tensor = tensor_of(SOW_F64, 1, (uint64_t[]){4});
    const sow_plan plan = plan_of(&tensor, sow_constant_block(1.5e308, 0, 2, -1.5e308));
    double mean, std;
    assert_int_equal(SOW_OK, sow_plan_moments(&plan, &mean, &std));
    assert_true(mean == 0);
    assert_true(fabs(std / 1.5e308 - 1) < 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matrices_are_of_two_dimensions),
        cmocka_unit_test(test_dirac_is_of_three_to_five_dimensions),
        cmocka_unit_test(test_parameters_of_structures),
        cmocka_unit_test(test_scalars_have_no_rows),
        cmocka_unit_test(test_structures_of_dtypes),
        cmocka_unit_test(test_sparse_of_too_many_rows),
        cmocka_unit_test(test_plans_say_what_is_written),
        cmocka_unit_test(test_moments_of_structures),
        cmocka_unit_test(test_moments_of_the_largest_values),
    };
    return SOWT_RUN(tests, NULL);
}
