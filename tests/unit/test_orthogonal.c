/* Orthogonal matrices on the host: how orthogonal they are, how near to the exact map of their normals, and the same bits
 * for every instruction set, number of threads and slice. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "orthogonal.h"
#include "random_numbers.h"
#include "reference_dtype.h"
#include "reference_orthogonal.h"
#include "regions.h"
#include "run_tests.h"

static const sow_key key = {UINT64_C(0x0123456789abcdef), UINT64_C(0xfedcba9876543210)};

static sow_plan plan_of(const sow_tensor *tensor, sow_initializer initializer)
{
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, tensor, &initializer, key, NULL));
    return plan;
}

/* The plan's elements between guards; the caller releases them. */
static void *filled(const sow_plan *plan, const sow_host_options *options, const char *what)
{
    const size_t size_bytes = (size_t)plan->count * sow_dtype_size(plan->dtype);
    void *memory = sowt_guarded_create(size_bytes);
    assert_int_equal(SOW_OK, sow_fill_host_plan(memory, plan, options));
    assert_guards_intact(memory, size_bytes, what);
    return memory;
}

static const char *text_of(const sow_tensor *tensor)
{
    static char text[120];
    int used = snprintf(text, sizeof text, "%s %s", sow_dtype_name(tensor->dtype),
                        tensor->layout == SOW_LAYOUT_OI ? "oi" : "io");
    for (uint32_t d = 0; d < tensor->rank; d++)
        used += snprintf(text + used, sizeof text - (size_t)used, "%c%llu", d == 0 ? ' ' : ',',
                         (unsigned long long)tensor->shape[d]);
    return text;
}

/* ---- Accuracy ---- */

/* Measured, f32: residuals up to 7.1e-7, distances up to 4.5e-7; f64: 1.5e-15 and 1e-15. */
typedef struct limits {
    double residual, distance;
} limits;

static limits limits_of(sow_dtype dtype)
{
    return dtype == SOW_F64 ? (limits){4e-15, 4e-15} : (limits){1e-6, 2e-6};
}

/* Matrix `number` of what was drawn, against Stewart's construction from the same normals. */
static void check_matrix(const sow_plan *plan, const void *drawn, const void *normals,
                         uint64_t number, double gain, const char *what)
{
    const uint64_t rows = plan->matrices.rows, columns = plan->matrices.columns;
    const limits most = limits_of(plan->dtype);
    double *q = sowt_tall_matrix(drawn, plan, number);
    double *x = sowt_tall_matrix(normals, plan, 0);
    double *expected = malloc(rows * columns * sizeof *expected);
    assert_non_null(expected);
    sowt_stewart(expected, x, rows, columns, gain);
    const double residual = sowt_orthogonal_residual(q, rows, columns, gain);
    const double distance = sowt_relative_distance(q, expected, rows * columns);
    print_message("    %-24s residual %.2e, distance %.2e\n", what, residual, distance);
    if (!(residual <= most.residual && distance <= most.distance))
        fail_msg("%s, matrix %llu: residual %g, distance %g", what, (unsigned long long)number,
                 residual, distance);
    free(expected);
    free(x);
    free(q);
}

/* The normals of a matrix, drawn as any others: those of normal(0, 1) at the elements' indices. */
static void *normals_of(const sow_plan *plan, uint64_t number)
{
    const uint64_t one = plan->matrices.rows * plan->matrices.columns;
    const sow_tensor tensor = {.dtype = plan->dtype,
                               .rank = 1,
                               .shape = {(number + 1) * one},
                               .start = {number * one},
                               .extent = {one}};
    const sow_plan normals = plan_of(&tensor, sow_normal(0, 1));
    return filled(&normals, NULL, "normals");
}

static void check_tensor(const sow_tensor *tensor, double gain, uint32_t batch_dims)
{
    const sow_plan plan = plan_of(tensor, sow_orthogonal(gain, batch_dims));
    void *drawn = filled(&plan, NULL, text_of(tensor));
    const uint64_t count = plan.matrices.count;
    for (uint64_t number = 0; number<count; number += count> 4 ? count - 1 : 1) {
        void *normals = normals_of(&plan, number);
        check_matrix(&plan, drawn, normals, number, gain, text_of(tensor));
        sowt_guarded_release(normals);
    }
    sowt_guarded_release(drawn);
}

/* Vectors, primes, sizes around those of blocks, strips and chunks, both ways of lying. */
static const sow_tensor shapes[] = {
    {.rank = 2, .shape = {1, 1}},
    {.rank = 2, .shape = {1, 7}},
    {.rank = 2, .shape = {7, 1}},
    {.rank = 2, .shape = {2, 2}},
    {.rank = 2, .shape = {1, 3001}},
    {.rank = 2, .shape = {3001, 1}},
    {.rank = 2, .shape = {16, 16}},
    {.rank = 2, .shape = {17, 16}},
    {.rank = 2, .shape = {65, 65}},
    {.rank = 2, .shape = {67, 33}},
    {.rank = 2, .shape = {33, 67}},
    {.rank = 2, .shape = {97, 97}},
    {.rank = 2, .shape = {101, 103}},
    {.rank = 2, .shape = {257, 256}},
    {.rank = 2, .shape = {256, 257}},
    {.rank = 2, .shape = {257, 257}},
    {.rank = 2, .shape = {300, 500}},
    {.rank = 2, .shape = {2100, 40}},
    {.rank = 2, .shape = {40, 2100}},
    {.layout = SOW_LAYOUT_IO, .rank = 4, .shape = {3, 3, 16, 32}},
    {.rank = 4, .shape = {32, 16, 3, 3}},
};

static void test_orthogonal_is_stewarts_construction(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        check_tensor(&shapes[i], 1, 0);
        sow_tensor wide = shapes[i];
        wide.dtype = SOW_F64;
        check_tensor(&wide, -1.25, 0);
    }
}

static void test_orthogonal_of_batches(void **state)
{
    (void)state;
    const sow_tensor batches[] = {
        {.rank = 3, .shape = {200, 64, 64}},
        {.rank = 3, .shape = {3, 33, 67}},
        {.rank = 4, .shape = {2, 2, 67, 33}},
        {.layout = SOW_LAYOUT_IO, .rank = 5, .shape = {5, 3, 2, 7, 13}},
    };
    for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++)
        check_tensor(&batches[i], 1, batches[i].rank == 4 ? 2 : 1);
}

/* Gains scale, within what a product rounds. */
static void test_orthogonal_of_gains(void **state)
{
    (void)state;
    const double gains[] = {-1, 1.4142135623730951, 0x1p-60, -0x1p60, 1e-3};
    const sow_tensor tensor = {.rank = 2, .shape = {67, 33}};
    for (size_t i = 0; i < sizeof gains / sizeof gains[0]; i++)
        check_tensor(&tensor, gains[i], 0);
}

static void test_orthogonal_of_large_matrices(void **state)
{
    (void)state;
    const sow_tensor large[] = {
        {.rank = 2, .shape = {1100, 1100}}, /* blocks of 192, and chunks */
        {.rank = 2, .shape = {700, 1500}},
        {.rank = 2, .shape = {4097, 200}},
    };
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++) {
        const sow_plan plan = plan_of(&large[i], sow_orthogonal(1, 0));
        void *drawn = filled(&plan, NULL, text_of(&large[i]));
        double *q = sowt_tall_matrix(drawn, &plan, 0);
        const double residual =
            sowt_orthogonal_residual(q, plan.matrices.rows, plan.matrices.columns, 1);
        print_message("    %-24s residual %.2e\n", text_of(&large[i]), residual);
        assert_true(residual <= 1e-6);
        free(q);
        sowt_guarded_release(drawn);
    }
}

/* The control: normals of another element are far off, and a matrix that is bent by 1e-5 in one entry is noticed. */
static void test_control_other_matrices_are_told_apart(void **state)
{
    (void)state;
    const sow_tensor tensor = {.rank = 2, .shape = {67, 33}};
    const sow_plan plan = plan_of(&tensor, sow_orthogonal(1, 0));
    float *drawn = filled(&plan, NULL, "control");
    void *normals = normals_of(&plan, 1);
    double *q = sowt_tall_matrix(drawn, &plan, 0), *x = sowt_tall_matrix(normals, &plan, 0);
    double expected[67 * 33];
    sowt_stewart(expected, x, 67, 33, 1);
    assert_true(sowt_relative_distance(q, expected, 67 * 33) > 1);
    q[5] += 1e-4;
    assert_true(sowt_orthogonal_residual(q, 67, 33, 1) > 2e-6);
    free(q);
    free(x);
    sowt_guarded_release(normals);
    sowt_guarded_release(drawn);
}

/* The one column of a vector is its normals' direction, x / |x|, by R > 0 of its factorisation. */
static void test_orthogonal_of_a_vector_is_its_direction(void **state)
{
    (void)state;
    const sow_tensor tensor = {.dtype = SOW_F64, .rank = 2, .shape = {1, 1001}};
    const sow_plan plan = plan_of(&tensor, sow_orthogonal(1, 0));
    double *drawn = filled(&plan, NULL, "vector"), *x = normals_of(&plan, 0), square = 0;
    for (size_t i = 0; i < 1001; i++)
        square += x[i] * x[i];
    for (size_t i = 0; i < 1001; i++)
        assert_true(fabs(drawn[i] - x[i] / sqrt(square)) < 1e-15);
    sowt_guarded_release(x);
    sowt_guarded_release(drawn);
}

static void test_orthogonal_of_one_element_is_a_sign(void **state)
{
    (void)state;
    const sow_tensor tensor = {.rank = 3, .shape = {64, 1, 1}};
    const sow_plan plan = plan_of(&tensor, sow_orthogonal(-2.5, 1));
    float *drawn = filled(&plan, NULL, "signs");
    int positive = 0;
    for (size_t i = 0; i < 64; i++) {
        assert_true(fabsf(drawn[i]) == 2.5f);
        positive += drawn[i] > 0;
    }
    assert_in_range(positive, 12, 52); /* beyond with a probability of 4e-7 */
    sowt_guarded_release(drawn);
}

/* ---- Bits ---- */

static void assert_fills_alike(const sow_plan *plan, const sow_host_options *a,
                               const sow_host_options *b, const char *what)
{
    const size_t size = sow_dtype_size(plan->dtype);
    void *expected = filled(plan, a, what), *actual = filled(plan, b, what);
    assert_bits_equal(expected, actual, (size_t)plan->count * size, size, what);
    sowt_guarded_release(expected);
    sowt_guarded_release(actual);
}

static void test_orthogonal_sets_and_threads_change_no_bit(void **state)
{
    (void)state;
    const sow_host_options plain = {.threads = 1, .simd = SOW_SIMD_PLAIN};
    const uint32_t threads[] = {0, 2, 3, 7};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        sow_tensor tensor = shapes[i];
        tensor.dtype = i % 3 == 0 ? SOW_F64 : SOW_F32;
        const sow_plan plan = plan_of(&tensor, sow_orthogonal(1.5, 0));
        for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++)
            assert_fills_alike(&plan, &plain, &(sow_host_options){.threads = threads[t]},
                               text_of(&tensor));
    }
    const sow_tensor batch = {.rank = 3, .shape = {11, 65, 130}};
    const sow_plan plan = plan_of(&batch, sow_orthogonal(1, 1));
    for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++)
        assert_fills_alike(&plan, &plain, &(sow_host_options){.threads = threads[t]}, "batch");
}

/* Narrow dtypes are the f32 matrix, rounded once. */
static void test_orthogonal_of_narrow_dtypes_is_rounded_f32(void **state)
{
    (void)state;
    const sow_dtype dtypes[] = {SOW_F16, SOW_BF16, SOW_F8_E4M3, SOW_F8_E5M2};
    for (size_t d = 0; d < sizeof dtypes / sizeof dtypes[0]; d++) {
        sow_tensor tensor = {.rank = 3, .shape = {3, 33, 67}};
        const sow_plan f32 = plan_of(&tensor, sow_orthogonal(3, 1));
        tensor.dtype = dtypes[d];
        const sow_plan narrow = plan_of(&tensor, sow_orthogonal(3, 1));
        float *expected = filled(&f32, NULL, "f32");
        unsigned char *actual = filled(&narrow, NULL, text_of(&tensor));
        for (uint64_t i = 0; i < f32.count; i++)
            assert_int_equal(sowt_dtype_nearest(dtypes[d], (double)expected[i]),
                             sowt_dtype_load(dtypes[d], actual, i));
        sowt_guarded_release(actual);
        sowt_guarded_release(expected);
    }
}

/* ---- Regions and slices ---- */

static void assert_region_equals_whole(const sow_tensor *region, sow_initializer initializer)
{
    const size_t size = sow_dtype_size(region->dtype);
    sow_tensor tensor = *region;
    memset(tensor.start, 0, sizeof tensor.start);
    memset(tensor.extent, 0, sizeof tensor.extent);
    const sow_plan whole_plan = plan_of(&tensor, initializer), plan = plan_of(region, initializer);
    unsigned char *whole = filled(&whole_plan, NULL, "whole");
    unsigned char *actual = filled(&plan, NULL, text_of(region));
    unsigned char *expected = sowt_guarded_create((size_t)plan.count * size);
    for (uint64_t e = 0; e < plan.count; e++)
        memcpy(expected + e * size, whole + sowt_region_index(region, e) * size, size);
    assert_bits_equal(expected, actual, (size_t)plan.count * size, size, text_of(region));
    sowt_guarded_release(expected);
    sowt_guarded_release(actual);
    sowt_guarded_release(whole);
}

/* Random tensors that hold matrices, and regions of them across matrices, rows and the zeros of a delta. */
static void test_orthogonal_regions_hold_the_wholes_values(void **state)
{
    (void)state;
    const sow_dtype dtypes[] = {SOW_F32, SOW_F64, SOW_BF16, SOW_F8_E4M3};
    uint64_t random = 8;
    int checked = 0, deltas = 0;
    for (int i = 0; i < 3000; i++) {
        sow_tensor region = sowt_random_region(&random, dtypes[i % 4], i % 2 == 0 ? 4 : 7);
        region.layout = i % 3 == 0 ? SOW_LAYOUT_IO : SOW_LAYOUT_OI;
        if (region.rank < 2)
            continue;
        sow_initializer initializer =
            sow_orthogonal(1.5, (uint32_t)sowt_random_below(&random, region.rank - 1));
        if (i % 4 == 3)
            initializer = sow_delta_orthogonal(1.5);
        sow_plan plan;
        if (sow_plan_make(&plan, &region, &initializer, key, NULL) != SOW_OK)
            continue;
        assert_region_equals_whole(&region, initializer);
        checked++;
        deltas += i % 4 == 3;
    }
    assert_true(checked > 1000 && deltas > 100);
}

/* Slices of a plan, of one row and of several. */
static void test_orthogonal_slices_make_up_the_whole(void **state)
{
    (void)state;
    const sow_tensor tensors[] = {
        {.rank = 3, .shape = {7, 12, 9}},
        {.dtype = SOW_F16, .rank = 3, .shape = {7, 9, 12}},
        {.rank = 3, .shape = {7, 12, 9}, .start = {1, 2, 3}, .extent = {5, 9, 5}},
        {.dtype = SOW_F64, .rank = 2, .shape = {70, 80}},
    };
    uint64_t random = 5;
    for (size_t i = 0; i < sizeof tensors / sizeof tensors[0]; i++) {
        const size_t size = sow_dtype_size(tensors[i].dtype);
        const sow_plan plan = plan_of(&tensors[i], sow_orthogonal(1, tensors[i].rank - 2));
        unsigned char *whole = filled(&plan, NULL, "whole");
        for (uint64_t begin = 0; begin < plan.count;) {
            uint64_t count = 1 + sowt_random_below(&random, 300);
            count = count < plan.count - begin ? count : plan.count - begin;
            sow_plan part = plan;
            assert_int_equal(SOW_OK, sow_plan_slice(&part, begin, count));
            unsigned char *actual = filled(&part, NULL, "slice");
            assert_bits_equal(whole + begin * size, actual, (size_t)count * size, size, "slice");
            sowt_guarded_release(actual);
            begin += count;
        }
        sowt_guarded_release(whole);
    }
}

/* ---- Deltas ---- */

/* Element (out, in) of the matrix of a delta is that of the kernel's middle; elsewhere there are zeros. */
static void check_delta(const sow_tensor *kernel, const uint64_t *middle)
{
    const bool oi = kernel->layout == SOW_LAYOUT_OI;
    const uint32_t rank = kernel->rank, first = oi ? 2 : 0;
    const uint64_t out = kernel->shape[oi ? 0 : rank - 1], in = kernel->shape[oi ? 1 : rank - 2];
    const sow_tensor tensor = {
        .dtype = kernel->dtype, .rank = 2, .shape = {oi ? out : in, oi ? in : out}};
    const sow_plan plan = plan_of(kernel, sow_delta_orthogonal(2));
    const sow_plan matrix_plan = plan_of(&tensor, sow_orthogonal(2, 0));
    float *drawn = filled(&plan, NULL, text_of(kernel)), *matrix = filled(&matrix_plan, NULL, "");
    for (uint64_t e = 0; e < plan.count; e++) {
        uint64_t index[SOW_MAX_RANK] = {0}, rest = e;
        for (uint32_t d = rank; d-- > 0; rest /= kernel->shape[d])
            index[d] = rest % kernel->shape[d];
        bool at_middle = true;
        for (uint32_t s = 0; s + 2 < rank; s++)
            at_middle = at_middle && index[first + s] == middle[s];
        const uint64_t place =
            oi ? index[0] * in + index[1] : index[rank - 2] * out + index[rank - 1];
        const float expected = at_middle ? matrix[place] : 0.0f;
        assert_memory_equal(&expected, &drawn[e], sizeof expected);
    }
    sowt_guarded_release(matrix);
    sowt_guarded_release(drawn);
}

static void test_delta_orthogonal_holds_its_matrix(void **state)
{
    (void)state;
    const sow_tensor kernels[] = {
        {.layout = SOW_LAYOUT_IO, .rank = 3, .shape = {3, 20, 31}},
        {.layout = SOW_LAYOUT_IO, .rank = 4, .shape = {3, 4, 20, 20}},
        {.layout = SOW_LAYOUT_IO, .rank = 5, .shape = {1, 2, 5, 3, 4}},
        {.rank = 3, .shape = {31, 20, 3}},
        {.rank = 4, .shape = {31, 20, 3, 4}},
        {.rank = 5, .shape = {4, 3, 1, 2, 5}},
    };
    const uint64_t middles[][3] = {{1}, {1, 1}, {0, 0, 2}, {1}, {1, 1}, {0, 0, 2}};
    for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++)
        check_delta(&kernels[i], middles[i]);
}

static void test_orthogonal_of_nothing_takes_null(void **state)
{
    (void)state;
    const sow_initializer orthogonal = sow_orthogonal(1, 0), delta = sow_delta_orthogonal(1);
    const sow_tensor none = {.rank = 2, .shape = {0, 3}};
    const sow_tensor no_region = {.rank = 2, .shape = {3, 3}, .extent = {0, 3}};
    const sow_tensor no_kernel = {.rank = 3, .shape = {3, 3, 0}};
    assert_int_equal(SOW_OK, sow_fill_host(NULL, &none, &orthogonal, key));
    assert_int_equal(SOW_OK, sow_fill_host(NULL, &no_region, &orthogonal, key));
    assert_int_equal(SOW_OK, sow_fill_host(NULL, &no_kernel, &delta, key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orthogonal_is_stewarts_construction),
        cmocka_unit_test(test_orthogonal_of_batches),
        cmocka_unit_test(test_orthogonal_of_gains),
        cmocka_unit_test(test_orthogonal_of_large_matrices),
        cmocka_unit_test(test_control_other_matrices_are_told_apart),
        cmocka_unit_test(test_orthogonal_of_a_vector_is_its_direction),
        cmocka_unit_test(test_orthogonal_of_one_element_is_a_sign),
        cmocka_unit_test(test_orthogonal_sets_and_threads_change_no_bit),
        cmocka_unit_test(test_orthogonal_of_narrow_dtypes_is_rounded_f32),
        cmocka_unit_test(test_orthogonal_regions_hold_the_wholes_values),
        cmocka_unit_test(test_orthogonal_slices_make_up_the_whole),
        cmocka_unit_test(test_delta_orthogonal_holds_its_matrix),
        cmocka_unit_test(test_orthogonal_of_nothing_takes_null),
    };
    return SOWT_RUN(tests, NULL);
}
