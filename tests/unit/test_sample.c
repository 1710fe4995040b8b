/* Samples: what they refuse, sort out and keep. Whether their figures are right is for tests/stats. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run_tests.h"
#include "sowcl/compare.h"

static const sow_key key = {0xa4093822299f31d0u, 0x082efa98ec4e6c89u}; /* digits of pi */

static sow_plan plan_of(sow_tensor tensor, sow_initializer initializer)
{
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &initializer, key, NULL));
    return plan;
}

static sow_tensor vector(sow_dtype dtype, uint64_t count)
{
    return (sow_tensor){.dtype = dtype, .rank = 1, .shape = {count}};
}

static sow_sample *open_sample(sow_dtype dtype)
{
    sow_sample *sample = NULL;
    const sow_plan plan = plan_of(vector(dtype, 1), sow_normal(0, 1));
    assert_int_equal(SOW_OK, sow_sample_create(&sample, &plan));
    return sample;
}

static void test_sample_create_refuses_what_is_no_sample(void **state)
{
    (void)state;
    const sow_tensor square = {.rank = 2, .shape = {8, 8}};
    const sow_tensor kernel = {.rank = 3, .shape = {8, 1, 5}};
    const sow_plan others[] = {
        plan_of(square, sow_zeros()),
        plan_of(square, sow_normal(1, 0)),
        plan_of(square, sow_eye()),
        plan_of(square, sow_sparse(0.5, 1)),
        plan_of(square, sow_orthogonal(1, 0)),
        plan_of(square, sow_with_padding_idx(sow_normal(0, 1), 2)),
        plan_of(kernel, sow_stft(SOW_STFT_REAL, SOW_STFT_HANN, SOW_STFT_DENSITY, 0)),
        plan_of(vector(SOW_I32, 4), sow_bits()),
    };
    sow_sample *sample = (sow_sample *)&sample;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(SOW_ERR_INITIALIZER, sow_sample_create(&sample, &others[i]));
        assert_null(sample);
    }
    assert_int_equal(SOW_ERR_ARGUMENT, sow_sample_create(NULL, &others[0]));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_sample_create(&sample, NULL));
    sow_plan unknown = plan_of(square, sow_normal(0, 1));
    unknown.dtype = (sow_dtype)99;
    assert_int_equal(SOW_ERR_INITIALIZER, sow_sample_create(&sample, &unknown));
}

static void test_sample_of_nothing(void **state)
{
    (void)state;
    sow_sample *empty = open_sample(SOW_F32), *other = open_sample(SOW_F32);
    sow_sample_summary summary;
    sow_sample_quantile points[SOW_SAMPLE_QUANTILES];
    sow_sample_difference difference;
    sow_sample_add(empty, NULL, 0);
    sow_sample_summarize(empty, &summary);
    assert_true(summary.count == 0 && summary.mean == 0 && summary.std == 0 && summary.ks == 0);
    assert_true(summary.ks_p == 1 && summary.expected_std == 1);
    assert_int_equal(0, sow_sample_quantiles(empty, points));
    assert_int_equal(SOW_OK, sow_sample_compare(empty, other, &difference));
    assert_true(difference.mean == 0 && difference.ks_p == 1);
    sow_sample_release(empty);
    sow_sample_release(other);
    sow_sample_release(NULL);
}

static void test_sample_of_one_value(void **state)
{
    (void)state;
    sow_sample *sample = open_sample(SOW_F32);
    const float value = 0.25f;
    sow_sample_summary summary;
    sow_sample_quantile points[SOW_SAMPLE_QUANTILES];
    sow_sample_add(sample, &value, 1);
    sow_sample_summarize(sample, &summary);
    assert_true(summary.count == 1 && summary.mean == 0.25 && summary.std == 0);
    assert_true(summary.min == 0.25 && summary.max == 0.25 && summary.skewness == 0);
    assert_int_equal(0, sow_sample_quantiles(sample, points));
    sow_sample_release(sample);
}

/* Elements of a dtype by their bits: a value, both infinities (but in E4M3), NaNs. */
typedef struct special {
    sow_dtype dtype;
    uint64_t bits[6];
    uint64_t values, infinities, nans;
} special;

static void test_sample_sorts_out_what_is_not_finite(void **state)
{
    (void)state;
    static const special cases[] = {
        {SOW_F32, {0x3f800000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffffffff, 0}, 2, 2, 2},
        {SOW_F16, {0x3c00, 0x7c00, 0xfc00, 0x7c01, 0xffff, 0x7bff}, 2, 2, 2},
        {SOW_BF16, {0x3f80, 0x7f80, 0xff80, 0x7f81, 0xffff, 0x7f7f}, 2, 2, 2},
        {SOW_F64,
         {0x3ff0000000000000, 0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000,
          0xffffffffffffffff, 0},
         2,
         2,
         2},
        {SOW_F8_E4M3, {0x38, 0x7f, 0xff, 0x7e, 0xfe, 0}, 4, 0, 2},
        {SOW_F8_E5M2, {0x3c, 0x7c, 0xfc, 0x7d, 0xff, 0x7b}, 2, 2, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sow_sample *sample = open_sample(cases[i].dtype);
        sow_sample_summary summary;
        for (size_t j = 0; j < 6; j++)
            sow_sample_add(sample, &cases[i].bits[j], 1); /* little endian */
        sow_sample_summarize(sample, &summary);
        assert_int_equal(cases[i].values, summary.count);
        assert_int_equal(cases[i].infinities, summary.infinities);
        assert_int_equal(cases[i].nans, summary.nans);
        assert_true(isfinite(summary.mean) && isfinite(summary.std));
        sow_sample_release(sample);
    }
}

static void test_sample_add_of_any_pieces_is_the_same(void **state)
{
    (void)state;
    enum { COUNT = 20011 };
    const sow_plan plan = plan_of(vector(SOW_F16, COUNT), sow_normal(0, 1));
    uint16_t *data = malloc(COUNT * sizeof *data);
    assert_non_null(data);
    assert_int_equal(SOW_OK, sow_fill_host_plan(data, &plan, NULL));
    data[777] = 0x7c00;
    sow_sample *whole = open_sample(SOW_F16), *pieces = open_sample(SOW_F16);
    sow_sample_add(whole, data, COUNT);
    for (size_t done = 0, piece = 1; done < COUNT; done += piece, piece = piece * 3 % 1021) {
        piece = piece < COUNT - done ? piece : COUNT - done;
        sow_sample_add(pieces, data + done, piece);
    }
    sow_sample_summary of_whole, of_pieces;
    memset(&of_whole, 0, sizeof of_whole);
    memset(&of_pieces, 0, sizeof of_pieces);
    sow_sample_summarize(whole, &of_whole);
    sow_sample_summarize(pieces, &of_pieces);
    assert_memory_equal(&of_whole, &of_pieces, sizeof of_whole);
    assert_int_equal(1, of_whole.infinities);
    sow_sample_release(whole);
    sow_sample_release(pieces);
    free(data);
}

static void test_sample_compare_refuses_other_laws(void **state)
{
    (void)state;
    sow_sample *a = open_sample(SOW_F32), *b = open_sample(SOW_F16), *c = NULL;
    const sow_plan wider = plan_of(vector(SOW_F32, 1), sow_normal(0, 2));
    sow_sample_difference difference;
    assert_int_equal(SOW_OK, sow_sample_create(&c, &wider));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_sample_compare(a, b, &difference));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_sample_compare(a, c, &difference));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_sample_compare(NULL, a, &difference));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_sample_compare(a, NULL, &difference));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_sample_compare(a, a, NULL));
    sow_sample_release(a);
    sow_sample_release(b);
    sow_sample_release(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sample_create_refuses_what_is_no_sample),
        cmocka_unit_test(test_sample_of_nothing),
        cmocka_unit_test(test_sample_of_one_value),
        cmocka_unit_test(test_sample_sorts_out_what_is_not_finite),
        cmocka_unit_test(test_sample_add_of_any_pieces_is_the_same),
        cmocka_unit_test(test_sample_compare_refuses_other_laws),
    };
    return SOWT_RUN(tests, NULL);
}
