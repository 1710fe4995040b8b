/* STFT kernels against Keras' formula in long double: how far a value times the scale is from the exact one, in units of
 * the last place of 1. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "reference_stft.h"
#include "run_tests.h"

#define WINDOWS 11

/* What no value may exceed. */
#define MOST_ULPS 3.0

typedef struct region {
    uint64_t frames, bins;
    uint64_t t, t_count, f, f_count;
} region;

static const region regions[] = {
    {256, 129, 0, 256, 0, 129},
    {400, 201, 0, 400, 130, 71}, /* no power of two */
    {2, 2, 0, 2, 0, 2},
    {3, 1000, 0, 3, 0, 1000},
    {1, 17, 0, 1, 0, 17},
    {480, 1025, 0, 480, 700, 50},
    {20000, 1048576, 9990, 20, 1048530, 46},
    {1048575, 1048576, 1048535, 40, 1048530, 46},
};
enum { REGIONS = sizeof regions / sizeof regions[0] };

static double value_of(sow_dtype dtype, const unsigned char *elements, uint64_t i)
{
    return sow_dtype_value(dtype, elements + i * sow_dtype_size(dtype));
}

/* The worst error of the region, in units of the last place of 1; negative: there is no such kernel. */
static double worst_of(const sowt_stft *stft, const region *r, sow_dtype dtype)
{
    static unsigned char elements[256 * 1025 * 8];
    const sow_tensor tensor = {.dtype = dtype,
                               .rank = 3,
                               .shape = {r->frames, 1, r->bins},
                               .start = {r->t, 0, r->f},
                               .extent = {r->t_count, 1, r->f_count}};
    const sow_initializer initializer =
        sow_stft(stft->side, stft->window, stft->scaling, stft->periodic);
    const sow_status status = sow_fill_host(elements, &tensor, &initializer, (sow_key){0, 0});
    if (status == SOW_ERR_SHAPE)
        return -1;
    assert_int_equal(SOW_OK, status);
    const long double scale = sowt_stft_scale(stft, r->frames);
    const double ulp = dtype == SOW_F64 ? 0x1p-52 : 0x1p-23;
    long double window = 0;
    double worst = 0;
    for (uint64_t i = 0; i < r->t_count * r->f_count; i++) {
        const uint64_t t = r->t + i / r->f_count, f = r->f + i % r->f_count;
        if (f == r->f)
            window = sowt_stft_window(stft, r->frames, t);
        const long double exact = window * sowt_stft_turned(stft, r->bins, t, f);
        const double error = (double)fabsl(value_of(dtype, elements, i) * scale - exact) / ulp;
        if (!(error <= worst))
            worst = error;
    }
    return worst;
}

/* Of frames that long the sums take long. */
static int is_checked(const region *r, const sowt_stft *stft)
{
    return r->frames < 1 << 18 || (stft->scaling == SOW_STFT_UNSCALED && stft->periodic == 0);
}

static double worst_of_window(sow_stft_window window, sow_dtype dtype)
{
    double worst = 0;
    for (int variant = 0; variant < 12; variant++) {
        const sowt_stft stft = {variant % 2 == 0 ? SOW_STFT_REAL : SOW_STFT_IMAG, window,
                                (sow_stft_scaling)(variant / 2 % 3), variant / 6};
        for (size_t i = 0; i < REGIONS; i++) {
            if (!is_checked(&regions[i], &stft))
                continue;
            const double error = worst_of(&stft, &regions[i], dtype);
            if (!(error < MOST_ULPS))
                fail_msg("%s %s of %llu frames, %llu bins: %g ulp of 1", sow_dtype_name(dtype),
                         sowt_stft_text(&stft), (unsigned long long)regions[i].frames,
                         (unsigned long long)regions[i].bins, error);
            worst = error > worst ? error : worst;
        }
    }
    return worst;
}

static void check(sow_dtype dtype)
{
    for (int window = 0; window < WINDOWS; window++)
        printf("%s, window %2d: %.2f ulp of 1\n", sow_dtype_name(dtype), window,
               worst_of_window((sow_stft_window)window, dtype));
}

static void test_stft_of_f32(void **state)
{
    (void)state;
    check(SOW_F32);
}

static void test_stft_of_f64(void **state)
{
    (void)state;
    check(SOW_F64);
}

/* The largest tensors there are. */
static void test_stft_of_the_largest(void **state)
{
    (void)state;
    const region largest = {16777216, 16777216, 12345678, 3, 16777200, 16};
    const sowt_stft stft = {SOW_STFT_IMAG, SOW_STFT_HAMMING, SOW_STFT_UNSCALED, 1};
    assert_true(worst_of(&stft, &largest, SOW_F32) < MOST_ULPS);
    assert_true(worst_of(&stft, &largest, SOW_F64) < MOST_ULPS);
}

/* Symmetric windows of two points that end in zeros, and only those, have no scale. */
static void test_stft_without_a_scale(void **state)
{
    (void)state;
    const region two = {2, 2, 0, 2, 0, 2};
    for (int window = 0; window < WINDOWS; window++) {
        const sowt_stft stft = {.window = (sow_stft_window)window};
        const int zeros =
            window == SOW_STFT_HANN || window == SOW_STFT_BLACKMAN || window == SOW_STFT_BARTLETT;
        assert_int_equal(zeros, worst_of(&stft, &two, SOW_F32) < 0);
    }
}

/* Another window, and an angle that is not reduced, are seen. */
static void test_stft_control(void **state)
{
    (void)state;
    const sowt_stft hann = {.window = SOW_STFT_HANN}, hamming = {.window = SOW_STFT_HAMMING};
    const long double a = sowt_stft_window(&hann, 256, 100);
    const long double b = sowt_stft_window(&hamming, 256, 100);
    assert_true(fabsl(a - b) > MOST_ULPS * 0x1p-23);
    const long double exact = sowt_stft_turned(&hann, 129, 100, 77);
    const float angle = 6.2831853f * 100 * 77 / 256; /* as Keras computes it */
    assert_true(fabsl(exact - cosl(angle)) > MOST_ULPS * 0x1p-23);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stft_of_f32),         cmocka_unit_test(test_stft_of_f64),
        cmocka_unit_test(test_stft_of_the_largest), cmocka_unit_test(test_stft_without_a_scale),
        cmocka_unit_test(test_stft_control),
    };
    return SOWT_RUN(tests, NULL);
}
