/* Measured moments: the same in every instruction set and however the elements are divided. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dtype.h"
#include "host/simd.h"
#include "model/measure_group.h"
#include "run_tests.h"

enum { COUNT = 5000 };

typedef struct moments {
    double mean, std;
} moments;

/* Elements of the dtype; the floating ones are finite and near 3. */
static unsigned char *make_elements(sow_dtype dtype)
{
    const size_t size = sow_dtype_size(dtype);
    unsigned char *data = malloc(COUNT * size);
    assert_non_null(data);
    const sow_tensor tensor = {.dtype = dtype, .rank = 1, .shape = {COUNT}};
    const sow_initializer normal = sow_normal(3, 0.5);
    if (sow_dtype_is_float(dtype)) {
        assert_int_equal(SOW_OK, sow_fill_host(data, &tensor, &normal, (sow_key){1, 2}));
        return data;
    }
    for (size_t i = 0; i < COUNT * size; i++)
        data[i] = (unsigned char)(dtype == SOW_BOOL ? i * i % 7 % 2 : i * i % 251);
    return data;
}

static double value_of(sow_dtype dtype, const unsigned char *element)
{
    int64_t wide = 0;
    if (sow_dtype_is_float(dtype))
        return sow_dtype_value(dtype, element);
    memcpy(&wide, element, sow_dtype_size(dtype));
    const unsigned unused_bits = 64 - 8 * (unsigned)sow_dtype_size(dtype);
    const bool is_signed =
        dtype == SOW_I64 || dtype == SOW_I32 || dtype == SOW_I16 || dtype == SOW_I8;
    if (is_signed && unused_bits != 0 && (wide >> (63 - unused_bits) & 1) != 0)
        wide -= (int64_t)1 << (64 - unused_bits);
    return (double)wide;
}

/* In long double, one after the other. */
static void check_moments(sow_dtype dtype, const unsigned char *data, moments found)
{
    long double sum = 0, square_sum = 0;
    for (size_t i = 0; i < COUNT; i++)
        sum += (long double)value_of(dtype, data + i * sow_dtype_size(dtype));
    const long double expected_mean = sum / COUNT;
    for (size_t i = 0; i < COUNT; i++) {
        const long double distance =
            (long double)value_of(dtype, data + i * sow_dtype_size(dtype)) - expected_mean;
        square_sum += distance * distance;
    }
    const double expected_std = (double)sqrtl(square_sum / COUNT);
    assert_true(fabs(found.mean - (double)expected_mean) <=
                1e-12 * (fabs((double)expected_mean) + expected_std));
    assert_true(fabs(found.std - expected_std) <= 1e-12 * expected_std);
}

/* In steps of so many elements. */
static moments measure(sow_dtype dtype, const unsigned char *data, double shift, size_t step)
{
    sowi_measure sums = {.dtype = dtype, .shift = shift};
    moments found;
    for (size_t done = 0; done < COUNT; done += step) {
        const size_t left = COUNT - done;
        sowi_measure_add(&sums, data + done * sow_dtype_size(dtype), step < left ? step : left);
    }
    sowi_measure_moments(&sums, &found.mean, &found.std);
    return found;
}

static void test_moments_of_every_dtype(void **state)
{
    (void)state;
    for (int dtype = 0; dtype < SOWI_DTYPE_COUNT; dtype++) {
        unsigned char *data = make_elements((sow_dtype)dtype);
        const double near = measure((sow_dtype)dtype, data, 0, COUNT).mean;
        check_moments((sow_dtype)dtype, data, measure((sow_dtype)dtype, data, near, COUNT));
        free(data);
    }
}

static void test_steps_make_no_difference(void **state)
{
    (void)state;
    static const size_t steps[] = {1, 3, 8, 13, 1023, 1024, 1025, 2048};
    for (int dtype = 0; dtype < SOWI_DTYPE_COUNT; dtype++) {
        unsigned char *data = make_elements((sow_dtype)dtype);
        const moments whole = measure((sow_dtype)dtype, data, 2.7, COUNT);
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
            const moments parts = measure((sow_dtype)dtype, data, 2.7, steps[i]);
            assert_true(whole.mean == parts.mean && whole.std == parts.std);
        }
        free(data);
    }
}

static void test_instruction_sets_agree(void **state)
{
    (void)state;
#if defined(__x86_64__)
    if (!sowi_has_avx2())
        sowt_skip("no AVX2");
    for (int dtype = 0; dtype < SOWI_DTYPE_COUNT; dtype++) {
        unsigned char *data = make_elements((sow_dtype)dtype);
        for (size_t lane = 0; lane < SOWI_MEASURE_LANES; lane++)
            for (size_t count = 0; count <= 40; count++) {
                sowi_measure_sums plain = {.sum = {1, 2}}, avx2 = plain;
                sowi_measure_group_plain(&plain, lane, (sow_dtype)dtype, data, count, 2.7);
                sowi_measure_group_avx2(&avx2, lane, (sow_dtype)dtype, data, count, 2.7);
                assert_memory_equal(&plain, &avx2, sizeof plain);
            }
        free(data);
    }
#else
    sowt_skip("one instruction set only");
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments_of_every_dtype),
        cmocka_unit_test(test_steps_make_no_difference),
        cmocka_unit_test(test_instruction_sets_agree),
    };
    return SOWT_RUN(tests, NULL);
}
