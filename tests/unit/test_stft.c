/* Plans and host fills of STFT kernels; how exact their values are is test_stft_accuracy's. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "random_numbers.h"
#include "reference_stft.h"
#include "refusal.h"
#include "regions.h"
#include "run_tests.h"

static const sow_dtype dtypes[] = {SOW_F32, SOW_F16, SOW_BF16, SOW_F64, SOW_F8_E4M3, SOW_F8_E5M2};
enum { DTYPES = sizeof dtypes / sizeof dtypes[0] };

static sow_tensor kernel_of(sow_dtype dtype, uint64_t frames, uint64_t channels, uint64_t bins)
{
    return (sow_tensor){.dtype = dtype, .rank = 3, .shape = {frames, channels, bins}};
}

static sow_plan plan_of(const sow_tensor *tensor, sow_initializer initializer)
{
    sow_plan plan;
    sow_error error = {0};
    assert_done(sow_plan_make(&plan, tensor, &initializer, (sow_key){1, 2}, &error), &error);
    return plan;
}

/* The plan's elements between guards; the caller releases them. */
static unsigned char *filled(const sow_plan *plan, const sow_host_options *options)
{
    const size_t size_bytes = (size_t)plan->count * sow_dtype_size(plan->dtype);
    unsigned char *memory = sowt_guarded_create(size_bytes);
    assert_int_equal(SOW_OK, sow_fill_host_plan(memory, plan, options));
    assert_guards_intact(memory, size_bytes, "stft");
    return memory;
}

/* ---- Plans ---- */

static void test_stft_plan(void **state)
{
    (void)state;
    const sow_tensor tensor = kernel_of(SOW_F32, 256, 2, 129);
    const sow_plan plan = plan_of(&tensor, sow_stft(SOW_STFT_REAL, SOW_STFT_HANN, 0, 0));
    assert_int_equal(SOW_DIST_STFT, plan.distribution);
    assert_int_equal(256 * 2 * 129, plan.count);
    const sowt_stft hann = {0};
    const double scale = (double)sowt_stft_scale(&hann, 256);
    const double peak = (double)sowt_stft_window(&hann, 256, 127) / scale;
    assert_true(fabs(plan.high - peak) < 1e-15 && plan.low == -plan.high);
}

static void assert_names_refused(sow_initializer initializer, sow_status expected,
                                 const sow_tensor *tensor, const char *part)
{
    sow_error error = {0};
    sow_plan plan, untouched;
    memset(&plan, 0x5a, sizeof plan);
    untouched = plan;
    const sow_status status = sow_plan_make(&plan, tensor, &initializer, (sow_key){0, 0}, &error);
    assert_refused(expected, status, &error, part);
    assert_memory_equal(&untouched, &plan, sizeof plan);
}

static void test_stft_refuses_shapes(void **state)
{
    (void)state;
    const sow_initializer stft = sow_stft(SOW_STFT_REAL, SOW_STFT_HANN, SOW_STFT_DENSITY, 0);
    const struct {
        sow_tensor tensor;
        const char *part;
    } rows[] = {
        {{.rank = 2, .shape = {256, 129}},
         "stft: dimensions (2): 3, (frame_length, channels, bins)"},
        {{.rank = 4, .shape = {0, 1, 2, 3}}, "dimensions (4)"},
        {kernel_of(SOW_F32, 256, 1, 1), "bins, the last dimension (1): from 2 to 2^24"},
        {kernel_of(SOW_F32, 4, 1, 16777217), "bins, the last dimension (16777217)"},
        {kernel_of(SOW_F32, 16777217, 1, 5),
         "frame_length, the first dimension (16777217): at most 2^24"},
        {kernel_of(SOW_F32, 2, 1, 5),
         "frame_length, the first dimension (2): one at which the window is not 0 everywhere"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_names_refused(stft, SOW_ERR_SHAPE, &rows[i].tensor, rows[i].part);
    const sow_tensor whole_numbers = kernel_of(SOW_I32, 256, 1, 129);
    assert_names_refused(stft, SOW_ERR_DTYPE, &whole_numbers, "dtype of stft (i32): f32, f16");
}

static void test_stft_refuses_parameters(void **state)
{
    (void)state;
    const sow_tensor tensor = kernel_of(SOW_F32, 256, 1, 129);
    assert_names_refused(sow_stft((sow_stft_side)2, 0, 0, 0), SOW_ERR_PARAMETER, &tensor,
                         "stft: side (2): one of sow_stft_side");
    assert_names_refused(sow_stft(0, (sow_stft_window)11, 0, 0), SOW_ERR_PARAMETER, &tensor,
                         "window (11): one of sow_stft_window");
    assert_names_refused(sow_stft(0, 0, (sow_stft_scaling)3, 0), SOW_ERR_PARAMETER, &tensor,
                         "scaling (3): one of sow_stft_scaling");
    assert_names_refused(sow_stft(0, 0, 0, 2), SOW_ERR_PARAMETER, &tensor, "periodic (2): 0 or 1");
    sow_initializer between = sow_stft(0, 0, 0, 0);
    between.param[1] = 0.5;
    assert_names_refused(between, SOW_ERR_PARAMETER, &tensor, "window (0.5)");
    between.param[1] = (double)NAN;
    assert_names_refused(between, SOW_ERR_PARAMETER, &tensor, "window (");
}

static void test_stft_without_elements(void **state)
{
    (void)state;
    for (size_t d = 0; d < 3; d++) {
        sow_tensor tensor = kernel_of(SOW_F32, 4, 4, 4);
        tensor.shape[d] = 0;
        const sow_plan plan = plan_of(&tensor, sow_stft(0, 0, 0, 0));
        double mean = 42, std = 42;
        assert_int_equal(0, plan.count);
        assert_int_equal(SOW_OK, sow_fill_host_plan(NULL, &plan, NULL));
        assert_int_equal(SOW_OK, sow_plan_moments(&plan, &mean, &std));
        assert_true(mean == 0 && std == 0);
        const sow_initializer unknown = sow_stft((sow_stft_side)7, 0, 0, 0);
        assert_names_refused(unknown, SOW_ERR_PARAMETER, &tensor, "side (7)");
    }
}

/* ---- Values ---- */

/* Values that are known without any arithmetic, in every dtype. */
static void test_stft_values_that_are_known(void **state)
{
    (void)state;
    for (size_t d = 0; d < DTYPES; d++) {
        const sow_tensor tensor = kernel_of(dtypes[d], 5, 1, 3); /* N = 4: quarters of a turn */
        const sow_plan real = plan_of(&tensor, sow_stft(SOW_STFT_REAL, SOW_STFT_NO_WINDOW, 0, 0));
        const sow_plan imag = plan_of(&tensor, sow_stft(SOW_STFT_IMAG, SOW_STFT_NO_WINDOW, 0, 0));
        static const double cosines[4] = {1, 0, -1, 0}, sines[4] = {0, -1, 0, 1};
        const size_t size = sow_dtype_size(dtypes[d]);
        unsigned char *cosine = filled(&real, NULL), *sine = filled(&imag, NULL);
        for (size_t i = 0; i < 15; i++) {
            const size_t quarters = i / 3 * (i % 3) % 4;
            assert_true(cosines[quarters] == sow_dtype_value(dtypes[d], cosine + i * size));
            assert_true(sines[quarters] == sow_dtype_value(dtypes[d], sine + i * size));
        }
        sowt_guarded_release(cosine);
        sowt_guarded_release(sine);
    }
}

/* Windows that end in zeros do so exactly; the middle of an odd one is 1 but for a rounding. */
static void test_stft_windows_are_exact_at_their_ends(void **state)
{
    (void)state;
    static const sow_stft_window zeros[] = {SOW_STFT_HANN, SOW_STFT_BLACKMAN, SOW_STFT_BARTLETT};
    for (size_t i = 0; i < 3; i++) {
        for (uint64_t frames = 3; frames < 400; frames += 2) {
            const sow_tensor tensor = kernel_of(SOW_F32, frames, 1, 2);
            const sow_plan plan =
                plan_of(&tensor, sow_stft(SOW_STFT_REAL, zeros[i], SOW_STFT_UNSCALED, 0));
            unsigned char *values = filled(&plan, NULL);
            assert_true(sow_dtype_value(SOW_F32, values) == 0);
            assert_true(sow_dtype_value(SOW_F32, values + (frames - 1) * 8) == 0);
            assert_true(fabs(sow_dtype_value(SOW_F32, values + frames / 2 * 8) - 1) <= 0x1p-23);
            sowt_guarded_release(values);
        }
    }
}

/* No key enters, and every channel is the same. */
static void test_stft_is_a_function_of_frame_and_bin(void **state)
{
    (void)state;
    const sow_tensor one = kernel_of(SOW_BF16, 33, 1, 18), many = kernel_of(SOW_BF16, 33, 7, 18);
    const sow_initializer stft = sow_stft(SOW_STFT_IMAG, SOW_STFT_HAMMING, SOW_STFT_SPECTRUM, 1);
    const sow_plan single = plan_of(&one, stft);
    sow_plan several = plan_of(&many, stft);
    several.key = (sow_key){99, 100};
    unsigned char *expected = filled(&single, NULL), *actual = filled(&several, NULL);
    for (size_t t = 0; t < 33; t++)
        for (size_t c = 0; c < 7; c++)
            assert_bits_equal(expected + t * 36, actual + (t * 7 + c) * 36, 36, 2, "a channel");
    sowt_guarded_release(expected);
    sowt_guarded_release(actual);
}

/* ---- Ways to fill ---- */

/* A tensor of that many elements or fewer, and a region of it. */
static sow_tensor random_kernel(uint64_t *random, sow_dtype dtype, uint64_t size_max)
{
    sow_tensor tensor = kernel_of(dtype, 0, 0, 0);
    for (size_t d = 0; d < 3; d++) {
        tensor.shape[d] = 3 + sowt_random_below(random, size_max);
        tensor.extent[d] = sowt_random_below(random, 3) == 0
                               ? tensor.shape[d]
                               : 1 + sowt_random_below(random, tensor.shape[d]);
        tensor.start[d] = sowt_random_below(random, tensor.shape[d] - tensor.extent[d] + 1);
    }
    return tensor;
}

static sow_initializer random_stft(uint64_t *random)
{
    return sow_stft(
        (sow_stft_side)sowt_random_below(random, 2), (sow_stft_window)sowt_random_below(random, 11),
        (sow_stft_scaling)sowt_random_below(random, 3), (int)sowt_random_below(random, 2));
}

/* Every region of every instruction set holds the whole tensor's values. */
static void test_stft_regions_are_parts_of_the_whole(void **state)
{
    (void)state;
    static const sow_simd sets[] = {SOW_SIMD_PLAIN, SOW_SIMD_BEST};
    uint64_t random = 5;
    for (size_t i = 0; i < 300; i++) {
        const sow_dtype dtype = dtypes[i % DTYPES];
        const size_t size = sow_dtype_size(dtype);
        const sow_tensor part = random_kernel(&random, dtype, i % 2 == 0 ? 12 : 40);
        const sow_tensor whole = kernel_of(dtype, part.shape[0], part.shape[1], part.shape[2]);
        const sow_initializer initializer = random_stft(&random);
        const sow_plan all = plan_of(&whole, initializer), region = plan_of(&part, initializer);
        const sow_host_options plain = {.threads = 1, .simd = SOW_SIMD_PLAIN};
        const sow_host_options options = {.threads = 3, .simd = sets[i / 2 % 2]};
        unsigned char *values = filled(&all, &plain), *of_region = filled(&region, &options);
        for (uint64_t j = 0; j < region.count; j++)
            assert_bits_equal(values + sowt_region_index(&part, j) * size, of_region + j * size,
                              size, size, "a region");
        sowt_guarded_release(values);
        sowt_guarded_release(of_region);
    }
}

/* Slices of a plan, too, of the largest tensors. */
static void test_stft_slices_of_a_huge_tensor(void **state)
{
    (void)state;
    for (size_t d = 0; d < DTYPES; d++) {
        const sow_tensor tensor = kernel_of(dtypes[d], 1048576, 8388607, 1048576);
        const size_t size = sow_dtype_size(dtypes[d]);
        sow_plan plan =
            plan_of(&tensor, sow_stft(SOW_STFT_IMAG, SOW_STFT_NUTTALL, SOW_STFT_UNSCALED, 0));
        const uint64_t row = UINT64_C(654321) * 8388607; /* where a frame begins */
        assert_int_equal(SOW_OK, sow_plan_slice(&plan, row * 1048576 - 101, 203));
        unsigned char *whole = filled(&plan, NULL);
        for (uint64_t begin = 0; begin < 203; begin += 29) {
            sow_plan part = plan;
            assert_int_equal(SOW_OK, sow_plan_slice(&part, begin, 29));
            unsigned char *values = filled(&part, NULL);
            assert_bits_equal(whole + begin * size, values, 29 * size, size, "a slice");
            sowt_guarded_release(values);
        }
        sowt_guarded_release(whole);
    }
}

/* ---- Moments ---- */

static void measure(const sow_plan *plan, double *mean, double *std)
{
    unsigned char *values = filled(plan, NULL);
    const size_t size = sow_dtype_size(plan->dtype);
    double sum = 0, squares = 0;
    for (uint64_t i = 0; i < plan->count; i++)
        sum += sow_dtype_value(plan->dtype, values + i * size);
    *mean = sum / (double)plan->count;
    for (uint64_t i = 0; i < plan->count; i++)
        squares += pow(sow_dtype_value(plan->dtype, values + i * size) - *mean, 2);
    *std = sqrt(squares / (double)plan->count);
    sowt_guarded_release(values);
}

static void assert_moments(sow_tensor tensor, sow_initializer initializer, double tolerance)
{
    const sow_plan plan = plan_of(&tensor, initializer);
    double mean, std, measured_mean, measured_std;
    assert_int_equal(SOW_OK, sow_plan_moments(&plan, &mean, &std));
    measure(&plan, &measured_mean, &measured_std);
    const double scale = tolerance * fmax(measured_std, fabs(measured_mean));
    if (!(fabs(mean - measured_mean) <= scale && fabs(std - measured_std) <= scale))
        fail_msg("%s of %llu frames, %llu bins, window %g: mean %.10g std %.10g, measured %.10g "
                 "%.10g",
                 sow_dtype_name(tensor.dtype), (unsigned long long)tensor.shape[0],
                 (unsigned long long)tensor.shape[2], initializer.param[1], mean, std,
                 measured_mean, measured_std);
}

static void test_stft_moments_are_those_of_the_values(void **state)
{
    (void)state;
    static const uint64_t shapes[][2] = {{1, 2}, {2, 2}, {3, 9}, {64, 33}, {57, 11}, {30, 200}};
    uint64_t random = 8;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        for (size_t d = 0; d < DTYPES; d++)
            for (size_t j = 0; j < 20; j++) {
                sow_initializer stft = random_stft(&random);
                stft.param[2] = shapes[i][0] == 2 ? SOW_STFT_UNSCALED : stft.param[2];
                assert_moments(kernel_of(dtypes[d], shapes[i][0], 2, shapes[i][1]), stft,
                               dtypes[d] == SOW_F64 ? 1e-12 : 1e-6);
            }
    /* of which not every value is looked at */
    for (size_t d = 0; d < DTYPES; d++)
        assert_moments(kernel_of(dtypes[d], 1000, 1, 513), sow_stft(0, 0, 0, 0), 2e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stft_plan),
        cmocka_unit_test(test_stft_refuses_shapes),
        cmocka_unit_test(test_stft_refuses_parameters),
        cmocka_unit_test(test_stft_without_elements),
        cmocka_unit_test(test_stft_values_that_are_known),
        cmocka_unit_test(test_stft_windows_are_exact_at_their_ends),
        cmocka_unit_test(test_stft_is_a_function_of_frame_and_bin),
        cmocka_unit_test(test_stft_regions_are_parts_of_the_whole),
        cmocka_unit_test(test_stft_slices_of_a_huge_tensor),
        cmocka_unit_test(test_stft_moments_are_those_of_the_values),
    };
    return SOWT_RUN(tests, NULL);
}
