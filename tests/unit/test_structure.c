/* eye, identity, dirac, sparse, constant_block and padding_idx on the host: the reference's elements, whole and in
 * every slice, by every instruction set and number of threads. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "random_numbers.h"
#include "reference_structure.h"
#include "regions.h"
#include "run_tests.h"

static const sow_key key = {UINT64_C(0x243f6a8885a308d3), UINT64_C(0x13198a2e03707344)};

typedef struct fill_case {
    sow_tensor tensor;
    sow_initializer initializer;
} fill_case;

enum { CASES_MAX = 256 };

typedef struct fill_cases {
    fill_case list[CASES_MAX];
    size_t count;
} fill_cases;

static void add(fill_cases *cases, sow_dtype dtype, sow_layout layout, const uint64_t *shape,
                sow_initializer initializer)
{
    fill_case *one = &cases->list[cases->count++];
    assert_true(cases->count <= CASES_MAX);
    *one = (fill_case){{.dtype = dtype, .layout = layout}, initializer};
    while (one->tensor.rank < SOW_MAX_RANK && shape[one->tensor.rank] != 0) {
        one->tensor.shape[one->tensor.rank] = shape[one->tensor.rank];
        one->tensor.rank++;
    }
}

static const sow_dtype dtypes[] = {SOW_F32, SOW_BF16, SOW_F64, SOW_F8_E5M2, SOW_F16, SOW_F8_E4M3};
enum { DTYPE_COUNT = sizeof dtypes / sizeof dtypes[0] };

static void add_matrices(fill_cases *cases)
{
    static const uint64_t shapes[][3] = {{1, 1},  {1, 9},   {9, 1},   {5, 5},    {7, 3},
                                         {3, 17}, {33, 31}, {64, 64}, {100, 37}, {300, 65}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const sow_dtype dtype = dtypes[i % DTYPE_COUNT], next = dtypes[(i + 1) % DTYPE_COUNT];
        add(cases, dtype, SOW_LAYOUT_OI, shapes[i], sow_eye());
        add(cases, SOW_I64, SOW_LAYOUT_IO, shapes[i], sow_identity(-7));
        add(cases, next, SOW_LAYOUT_OI, shapes[i], sow_identity(-0.3));
        add(cases, dtype, SOW_LAYOUT_IO, shapes[i], sow_sparse(0.1, 0.01));
        add(cases, next, SOW_LAYOUT_OI, shapes[i], sow_sparse(0.75, 1));
        add(cases, dtype, SOW_LAYOUT_OI, shapes[i], sow_sparse(1, 1));
        add(cases, dtype, SOW_LAYOUT_OI, shapes[i], sow_sparse(0, 2));
        add(cases, SOW_F32, SOW_LAYOUT_OI, shapes[i],
            sow_with_padding_idx(sow_sparse(0.5, 1), shapes[i][0] / 2));
        add(cases, SOW_U8, SOW_LAYOUT_OI, shapes[i],
            sow_with_padding_idx(sow_eye(), shapes[i][0] - 1));
    }
}

static void add_kernels(fill_cases *cases)
{
    static const struct {
        uint64_t oi[6], io[6];
        uint32_t groups;
    } table[] = {
        {{4, 4, 3}, {3, 4, 4}, 1},
        {{4, 4, 2}, {2, 4, 4}, 2},
        {{6, 2, 5}, {5, 2, 6}, 3},
        {{6, 5, 1}, {1, 5, 6}, 3},
        {{9, 2, 4}, {4, 2, 9}, 3},
        {{12, 3, 3, 3}, {3, 3, 3, 12}, 4},
        {{8, 16, 4, 6}, {4, 6, 16, 8}, 2},
        {{5, 3, 2, 7}, {2, 7, 3, 5}, 5},
        {{6, 4, 3, 2, 5}, {3, 2, 5, 4, 6}, 2},
        {{1, 1, 1, 1, 1}, {1, 1, 1, 1, 1}, 1},
        {{2, 7, 2, 2, 2}, {2, 2, 2, 7, 2}, 1},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const sow_initializer dirac = sow_dirac(table[i].groups);
        add(cases, dtypes[i % DTYPE_COUNT], SOW_LAYOUT_OI, table[i].oi, dirac);
        add(cases, dtypes[(i + 2) % DTYPE_COUNT], SOW_LAYOUT_IO, table[i].io, dirac);
        add(cases, SOW_I16, SOW_LAYOUT_OI, table[i].oi, sow_with_padding_idx(dirac, 0));
    }
}

static void add_rows(fill_cases *cases)
{
    static const uint64_t shapes[][6] = {{12}, {8, 5}, {4, 1, 3}, {24, 7}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        add(cases, SOW_F32, SOW_LAYOUT_OI, shapes[i], sow_constant_block(1, 1, 4, 0));
        add(cases, SOW_BF16, SOW_LAYOUT_IO, shapes[i], sow_constant_block(0.1, 3, 4, -2.5));
        add(cases, SOW_BOOL, SOW_LAYOUT_OI, shapes[i], sow_constant_block(0, 0, 1, 1));
        add(cases, SOW_F16, SOW_LAYOUT_OI, shapes[i],
            sow_with_padding_idx(sow_normal(0, 1), shapes[i][0] - 1));
        add(cases, SOW_I32, SOW_LAYOUT_OI, shapes[i], sow_with_padding_idx(sow_bits(), 2));
    }
}

static fill_cases *cases_create(void)
{
    fill_cases *cases = calloc(1, sizeof *cases);
    assert_non_null(cases);
    add_matrices(cases);
    add_kernels(cases);
    add_rows(cases);
    return cases;
}

/* ---- Comparing ---- */

static const char *text_of(const fill_case *one)
{
    static char text[256];
    const sow_tensor *tensor = &one->tensor;
    int used = snprintf(
        text, sizeof text, "%s(%g, %g, %g) %s padding %d:", sow_kind_name(one->initializer.kind),
        one->initializer.param[0], one->initializer.param[1], one->initializer.param[2],
        sow_dtype_name(tensor->dtype), (int)one->initializer.padding - 1);
    for (uint32_t d = 0; d < tensor->rank; d++)
        used += snprintf(text + used, sizeof text - (size_t)used, " %d from %d of %d",
                         (int)tensor->extent[d], (int)tensor->start[d], (int)tensor->shape[d]);
    return text;
}

/* The plan's elements [begin, begin + count), between guards, are those of the whole tensor. */
static void check_part(const fill_case *one, const unsigned char *whole, uint64_t begin,
                       uint64_t count, const sow_host_options *options)
{
    const char *what = text_of(one);
    const size_t size = sow_dtype_size(one->tensor.dtype);
    sow_tensor region = one->tensor;
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &one->tensor, &one->initializer, key, NULL));
    assert_int_equal(SOW_OK, sow_plan_slice(&plan, begin, count));
    bool all = true;
    for (uint32_t d = 0; d < region.rank; d++)
        all = all && region.extent[d] == 0;
    if (all)
        memcpy(region.extent, region.shape, sizeof region.extent);
    unsigned char *expected = malloc((size_t)count * size + 1);
    unsigned char *actual = sowt_guarded_create((size_t)count * size);
    assert_non_null(expected);
    for (uint64_t i = 0; i < count; i++)
        memcpy(expected + i * size, whole + sowt_region_index(&region, begin + i) * size, size);
    assert_int_equal(SOW_OK, sow_fill_host_plan(actual, &plan, options));
    assert_bits_equal(expected, actual, (size_t)count * size, size, what);
    assert_guards_intact(actual, (size_t)count * size, what);
    sowt_guarded_release(actual);
    free(expected);
}

static uint64_t count_of(const sow_tensor *tensor)
{
    uint64_t count;
    assert_int_equal(SOW_OK, sow_tensor_count(tensor, &count));
    return count;
}

typedef void check_case(const fill_case *one, const unsigned char *whole);

static void for_all(check_case *check)
{
    fill_cases *cases = cases_create();
    for (size_t i = 0; i < cases->count; i++) {
        const fill_case *one = &cases->list[i];
        unsigned char *whole = sowt_structure_whole(&one->tensor, &one->initializer, key);
        if (whole == NULL)
            fail_msg("no reference of %s", text_of(one));
        check(one, whole);
        free(whole);
    }
    free(cases);
}

static void check_ways(const fill_case *one, const unsigned char *whole)
{
    const sow_plan nothing = {.count = 0};
    const sow_host_options avx2 = {.simd = SOW_SIMD_AVX2};
    const bool has_avx2 = sow_fill_host_plan(NULL, &nothing, &avx2) == SOW_OK;
    const uint64_t count = count_of(&one->tensor);
    for (uint32_t threads = 1; threads < 6; threads++) {
        check_part(one, whole, 0, count, &(sow_host_options){threads, SOW_SIMD_PLAIN});
        if (has_avx2)
            check_part(one, whole, 0, count, &(sow_host_options){threads, SOW_SIMD_AVX2});
    }
    check_part(one, whole, 0, count, NULL);
}

static void test_structures_equal_the_reference(void **state)
{
    (void)state;
    for_all(check_ways);
}

static uint64_t random_state;

static void check_regions(const fill_case *one, const unsigned char *whole)
{
    for (int repeat = 0; repeat < 40; repeat++) {
        fill_case part = *one;
        for (uint32_t d = 0; d < part.tensor.rank; d++) {
            const uint64_t size = part.tensor.shape[d];
            part.tensor.extent[d] = size;
            if (sowt_random_below(&random_state, 3) == 0)
                continue;
            part.tensor.start[d] = sowt_random_below(&random_state, size);
            part.tensor.extent[d] =
                1 + sowt_random_below(&random_state, size - part.tensor.start[d]);
        }
        const uint64_t count = count_of(&part.tensor);
        const uint64_t begin = sowt_random_below(&random_state, count);
        check_part(&part, whole, 0, count, NULL);
        check_part(&part, whole, begin, sowt_random_below(&random_state, count - begin + 1), NULL);
    }
}

static void test_structures_of_random_regions(void **state)
{
    (void)state;
    random_state = 1;
    for_all(check_regions);
}

/* One behind the other, as whole-model runs ask for them. */
static void check_pieces(const fill_case *one, const unsigned char *whole)
{
    const uint64_t count = count_of(&one->tensor);
    for (uint64_t done = 0; done < count;) {
        uint64_t piece = 1 + sowt_random_below(&random_state, count / 4 + 3);
        piece = piece < count - done ? piece : count - done;
        check_part(one, whole, done, piece, NULL);
        done += piece;
    }
}

static void test_structures_in_pieces(void **state)
{
    (void)state;
    random_state = 2;
    for_all(check_pieces);
}

/* Large enough for threads, and for pieces that begin and end anywhere in a row. */
static void test_large_structures(void **state)
{
    (void)state;
    fill_cases *cases = calloc(1, sizeof *cases);
    assert_non_null(cases);
    add(cases, SOW_F32, SOW_LAYOUT_OI, (uint64_t[]){1003, 517, 0}, sow_sparse(0.2, 1));
    add(cases, SOW_F8_E4M3, SOW_LAYOUT_OI, (uint64_t[]){70001, 9, 0}, sow_sparse(0.9, 1));
    add(cases, SOW_BF16, SOW_LAYOUT_OI, (uint64_t[]){1500, 777, 0}, sow_eye());
    add(cases, SOW_F32, SOW_LAYOUT_OI, (uint64_t[]){120, 90, 7, 6, 0}, sow_dirac(3));
    add(cases, SOW_F32, SOW_LAYOUT_IO, (uint64_t[]){7, 6, 90, 120, 0}, sow_dirac(3));
    add(cases, SOW_F32, SOW_LAYOUT_OI, (uint64_t[]){40000, 20, 0}, sow_constant_block(3, 2, 5, 1));
    random_state = 3;
    for (size_t i = 0; i < cases->count; i++) {
        const fill_case *one = &cases->list[i];
        unsigned char *whole = sowt_structure_whole(&one->tensor, &one->initializer, key);
        assert_non_null(whole);
        check_part(one, whole, 0, count_of(&one->tensor), NULL);
        check_part(one, whole, 0, count_of(&one->tensor), &(sow_host_options){.threads = 3});
        check_pieces(one, whole);
        free(whole);
    }
    free(cases);
}

/* ---- Far away ---- */

/* Elements of tensors that no memory holds. */
static void test_eye_of_huge_matrices(void **state)
{
    (void)state;
    const uint64_t side = UINT64_C(3037000499); /* the largest below sqrt(2^63) */
    const uint64_t starts[] = {0, 1, (UINT64_C(1) << 31) - 3, side - 7};
    const sow_initializer eye = sow_eye();
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        const sow_tensor tensor = {.dtype = SOW_I8,
                                   .rank = 2,
                                   .shape = {side, side},
                                   .start = {starts[i], starts[i]},
                                   .extent = {5, 7}};
        int8_t actual[5][7];
        assert_int_equal(SOW_OK, sow_fill_host(actual, &tensor, &eye, key));
        for (int row = 0; row < 5; row++)
            for (int column = 0; column < 7; column++)
                assert_int_equal(row == column, actual[row][column]);
    }
}

static void test_sparse_of_the_most_rows_and_columns(void **state)
{
    (void)state;
    const uint32_t rows = 0x7fffffff;
    const uint64_t columns = UINT64_C(1) << 32;
    const sow_initializer sparse = sow_sparse(0.5, 1);
    const uint64_t first[2] = {rows - 64, columns - 3};
    const sow_tensor tensor = {.dtype = SOW_F32,
                               .rank = 2,
                               .shape = {rows, columns},
                               .start = {first[0], first[1]},
                               .extent = {64, 3}};
    float actual[64][3];
    assert_int_equal(SOW_OK, sow_fill_host(actual, &tensor, &sparse, key));
    for (uint32_t i = 0; i < 64; i++)
        for (uint32_t j = 0; j < 3; j++) {
            const uint32_t place = sowt_sparse_place(key, first[1] + j, rows, 3, rows - 64 + i);
            assert_int_equal(place < UINT32_C(1) << 30, actual[i][j] == 0);
        }
}

/* ---- Counts ---- */

/* Exactly ceil(sparsity * rows) in each column, of a normal that has no zeros of its own. */
static void test_sparse_counts_its_zeros(void **state)
{
    (void)state;
    static const uint64_t sides[] = {1, 2, 3, 4, 5, 6, 7, 15, 16, 17, 100, 255, 256, 257, 1000};
    static const double sparsities[] = {0, 1e-9, 0.1, 1.0 / 3, 0.5, 0.9, 0.999, 1};
    enum { COLUMNS = 50 };
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++)
        for (size_t j = 0; j < sizeof sparsities / sizeof sparsities[0]; j++) {
            const uint64_t rows = sides[i];
            const sow_tensor tensor = {.dtype = SOW_F32, .rank = 2, .shape = {rows, COLUMNS}};
            const sow_initializer sparse = sow_sparse(sparsities[j], 1);
            float *matrix = malloc(rows * COLUMNS * sizeof *matrix);
            assert_non_null(matrix);
            assert_int_equal(SOW_OK, sow_fill_host(matrix, &tensor, &sparse, key));
            for (uint64_t column = 0; column < COLUMNS; column++) {
                uint64_t zeros = 0;
                for (uint64_t row = 0; row < rows; row++)
                    zeros += matrix[row * COLUMNS + column] == 0;
                assert_int_equal((uint64_t)ceil(sparsities[j] * (double)rows), zeros);
            }
            free(matrix);
        }
}

/* The reference is a permutation, and so a column's places are all different. */
static void test_reference_permutes(void **state)
{
    (void)state;
    for (uint32_t rows = 1; rows < 300; rows += rows < 40 ? 1 : 37) {
        unsigned char seen[300] = {0};
        for (uint32_t row = 0; row < rows; row++) {
            const uint32_t place = sowt_sparse_place(key, rows, rows, sowt_sparse_turns(rows), row);
            assert_true(place < rows);
            assert_int_equal(0, seen[place]++);
        }
    }
}

/* Another seed or stream moves the zeros. */
static void test_sparse_depends_on_the_key(void **state)
{
    (void)state;
    const sow_key keys[] = {key, {key.seed + 1, key.stream}, {key.seed, key.stream + 1}};
    const sow_tensor tensor = {.dtype = SOW_F32, .rank = 2, .shape = {100, 1}};
    const sow_initializer sparse = sow_sparse(0.5, 1);
    float columns[3][100];
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(SOW_OK, sow_fill_host(columns[i], &tensor, &sparse, keys[i]));
    for (size_t i = 0; i < 3; i++) {
        int differ = 0;
        for (size_t row = 0; row < 100; row++)
            differ += (columns[i][row] == 0) != (columns[(i + 1) % 3][row] == 0);
        assert_in_range(differ, 20, 80); /* 50 are expected, -+5 */
    }
}

static void test_structures_without_elements(void **state)
{
    (void)state;
    const struct {
        sow_initializer initializer;
        uint64_t shape[4];
    } table[] = {
        {sow_eye(), {0, 5}},
        {sow_eye(), {5, 0}},
        {sow_identity(2), {0, 0}},
        {sow_dirac(1), {4, 0, 3}},
        {sow_dirac(3), {0, 4, 3}},
        {sow_dirac(2), {4, 4, 0}},
        {sow_sparse(0.5, 1), {0, 7}},
        {sow_sparse(0.5, 1), {7, 0}},
        {sow_constant_block(1, 0, 2, 0), {0, 3}},
        {sow_with_padding_idx(sow_normal(0, 1), 3), {4, 0}},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const uint64_t *shape = table[i].shape;
        const sow_tensor tensor = {.rank = table[i].initializer.kind == SOW_DIRAC ? 3 : 2,
                                   .shape = {shape[0], shape[1], shape[2]}};
        sow_plan plan;
        assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &table[i].initializer, key, NULL));
        assert_int_equal(0, plan.count);
        assert_int_equal(SOW_OK, sow_fill_host_plan(NULL, &plan, NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_structures_equal_the_reference),
        cmocka_unit_test(test_structures_of_random_regions),
        cmocka_unit_test(test_structures_in_pieces),
        cmocka_unit_test(test_large_structures),
        cmocka_unit_test(test_eye_of_huge_matrices),
        cmocka_unit_test(test_sparse_of_the_most_rows_and_columns),
        cmocka_unit_test(test_sparse_counts_its_zeros),
        cmocka_unit_test(test_reference_permutes),
        cmocka_unit_test(test_sparse_depends_on_the_key),
        cmocka_unit_test(test_structures_without_elements),
    };
    return SOWT_RUN(tests, NULL);
}
