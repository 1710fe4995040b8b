/* Stored digests of every initializer and dtype, on the host.
 *
 *     test_golden --print
 *
 * prints the rows of fills.txt with the digests that the host computes now, for rows that are new. */
#include "golden_rows.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run_tests.h"

static void host_digest(const sow_plan *plan, const sow_host_options *options, char digest[33])
{
    void *elements = malloc((size_t)plan->count * sow_dtype_size(plan->dtype) + 1);
    assert_non_null(elements);
    assert_int_equal(SOW_OK, sow_fill_host_plan(elements, plan, options));
    sowt_golden_digest(plan, elements, digest);
    free(elements);
}

static void check_rows(const sow_host_options *options)
{
    size_t count;
    sowt_golden_row *rows = sowt_golden_rows_read(&count);
    for (size_t i = 0; i < count; i++) {
        const sow_plan plan = sowt_golden_plan(&rows[i]);
        char digest[33];
        host_digest(&plan, options, digest);
        if (strcmp(rows[i].digest, digest) != 0)
            fail_msg("%s: expected %s, actual %s", rows[i].text, rows[i].digest, digest);
    }
    free(rows);
}

static void test_golden_of_plain_host(void **state)
{
    (void)state;
    check_rows(&(sow_host_options){.threads = 1, .simd = SOW_SIMD_PLAIN});
}

static void test_golden_of_avx2_host(void **state)
{
    (void)state;
    const sow_initializer ones = sow_ones();
    const sow_tensor scalar = {.dtype = SOW_F32};
    sow_plan plan;
    float value;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &scalar, &ones, (sow_key){0, 0}, NULL));
    const sow_host_options options = {.threads = 3, .simd = SOW_SIMD_AVX2};
    if (sow_fill_host_plan(&value, &plan, &options) != SOW_OK)
        sowt_skip("no AVX2");
    check_rows(&options);
}

static bool has_row(const sowt_golden_row *rows, size_t count, sow_kind kind, sow_dtype dtype)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].initializer.kind == kind && rows[i].tensor.dtype == dtype)
            return true;
    return false;
}

/* Beyond every kind there is; between kinds there may be gaps. */
enum { KINDS_END = 64 };

/* A tensor that the initializer takes. */
static sow_tensor tensor_for(sow_kind kind, sow_dtype dtype)
{
    if (kind == SOW_STFT)
        return (sow_tensor){.dtype = dtype, .rank = 3, .shape = {3, 1, 4}};
    return (sow_tensor){.dtype = dtype, .rank = 2, .shape = {3, 4}};
}

/* A new initializer or dtype needs its rows. */
static void test_golden_covers_every_initializer_and_dtype(void **state)
{
    (void)state;
    size_t count;
    sowt_golden_row *rows = sowt_golden_rows_read(&count);
    for (int kind = 0; kind < KINDS_END; kind++) {
        for (int dtype = 0; sow_dtype_name((sow_dtype)dtype) != NULL; dtype++) {
            const sow_initializer initializer = {.kind = (sow_kind)kind, .param = {1, 2}};
            const sow_tensor tensor = tensor_for((sow_kind)kind, (sow_dtype)dtype);
            sow_plan plan;
            const sow_status status =
                sow_plan_make(&plan, &tensor, &initializer, (sow_key){0, 0}, NULL);
            if (status == SOW_OK && !has_row(rows, count, (sow_kind)kind, (sow_dtype)dtype))
                fail_msg("fills.txt has no row of %s in %s", sow_kind_name((sow_kind)kind),
                         sow_dtype_name((sow_dtype)dtype));
        }
    }
    free(rows);
}

static void assert_other_digest(const sowt_golden_row *row, const sow_plan *plan, const char *what)
{
    char digest[33];
    host_digest(plan, &(sow_host_options){.threads = 1}, digest);
    if (strcmp(row->digest, digest) == 0)
        fail_msg("%s: the same digest with another %s", row->text, what);
}

/* The digests tell apart what must differ. */
static void test_golden_control(void **state)
{
    (void)state;
    size_t count;
    sowt_golden_row *rows = sowt_golden_rows_read(&count);
    for (size_t i = 0; i < count; i++) {
        const sow_plan plan = sowt_golden_plan(&rows[i]);
        if (plan.distribution == SOW_DIST_CONSTANT)
            continue;
        sow_plan other = plan;
        if (plan.distribution != SOW_DIST_STFT) { /* which no key enters */
            other.key.seed++;
            assert_other_digest(&rows[i], &other, "seed");
            other = plan;
            other.key.stream++;
            assert_other_digest(&rows[i], &other, "stream");
            other = plan;
        }
        other.first++;
        assert_other_digest(&rows[i], &other, "first index");
        sowt_golden_row row = rows[i];
        row.tensor.dtype = row.tensor.dtype == SOW_F16 ? SOW_BF16 : SOW_F16;
        if (plan.distribution != SOW_DIST_BITS) {
            other = sowt_golden_plan(&row);
            assert_other_digest(&rows[i], &other, "dtype");
        }
    }
    free(rows);
}

static int print_rows(void)
{
    size_t count;
    sowt_golden_row *rows = sowt_golden_rows_read(&count);
    for (size_t i = 0; i < count; i++) {
        const sow_plan plan = sowt_golden_plan(&rows[i]);
        char digest[33];
        host_digest(&plan, &(sow_host_options){.simd = SOW_SIMD_PLAIN}, digest);
        printf("%s %s\n", rows[i].text, digest);
    }
    free(rows);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--print") == 0)
        return print_rows();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_of_plain_host),
        cmocka_unit_test(test_golden_of_avx2_host),
        cmocka_unit_test(test_golden_covers_every_initializer_and_dtype),
        cmocka_unit_test(test_golden_control),
    };
    return SOWT_RUN(tests, NULL);
}
