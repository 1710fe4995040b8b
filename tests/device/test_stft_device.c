/* Kernels of STFTs on a device: the host's bits, nothing else touched; regions, slices, batches. */
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "device_fill.h"
#include "random_numbers.h"
#include "run_tests.h"
#include "test_device.h"

static const sow_key key = {0xc0ac29b7c97c50ddu,
                            0x3f84d5b5b5470917u}; /* digits of pi; no bit depends on them */

static const sow_dtype dtypes[] = {SOW_F32, SOW_F16, SOW_BF16, SOW_F8_E4M3, SOW_F8_E5M2, SOW_F64};
enum { DTYPES = sizeof dtypes / sizeof dtypes[0] };

static uint64_t random_state;

static uint64_t below(uint64_t bound)
{
    return sowt_random_below(&random_state, bound);
}

/* f64 where the device has it. */
static size_t dtype_count(sow_context *context)
{
    const sow_status status = sow_context_prepare(context, SOW_DIST_STFT, SOW_F64);
    if (status == SOW_ERR_NO_F64)
        return DTYPES - 1;
    assert_int_equal(SOW_OK, status);
    return DTYPES;
}

static sow_tensor kernel_of(sow_dtype dtype, uint64_t frames, uint64_t channels, uint64_t bins)
{
    return (sow_tensor){.dtype = dtype, .rank = 3, .shape = {frames, channels, bins}};
}

static sow_initializer random_stft(void)
{
    return sow_stft((sow_stft_side)below(2), (sow_stft_window)below(11), (sow_stft_scaling)below(3),
                    (int)below(2));
}

/* Zero elements, one, and odd numbers of them; rows shorter than a group and longer. */
static void test_stft_of_sizes(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    static const uint64_t shapes[][3] = {{0, 1, 5},  {1, 1, 2},   {3, 1, 2}, {5, 3, 7},
                                         {9, 2, 33}, {7, 1, 129}, {33, 5, 3}};
    const size_t count = dtype_count(context);
    random_state = 1;
    for (size_t d = 0; d < count; d++) {
        for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
            const sow_tensor tensor =
                kernel_of(dtypes[d], shapes[i][0], shapes[i][1], shapes[i][2]);
            const sow_initializer stft = random_stft();
            sowt_check_fill(context, &tensor, &stft, key, below(5));
        }
    }
}

static void test_stft_of_every_window(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    for (int window = 0; window < 11; window++) {
        for (int variant = 0; variant < 4; variant++) {
            const sow_tensor tensor = kernel_of(SOW_F32, 21, 1, 18);
            const sow_initializer stft =
                sow_stft((sow_stft_side)(variant % 2), (sow_stft_window)window, SOW_STFT_DENSITY,
                         variant / 2);
            sowt_check_fill(context, &tensor, &stft, key, 1);
        }
    }
}

static void test_stft_of_random_regions(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const size_t count = dtype_count(context);
    const int repeats = sowt_is_simulated() ? 12 : 90;
    random_state = 2;
    for (int i = 0; i < repeats; i++) {
        const uint64_t longest = i % 3 == 0 ? (uint64_t)1 << 20 : 30;
        sow_tensor tensor = kernel_of(dtypes[(size_t)i % count], 0, 0, 0);
        for (size_t d = 0; d < 3; d++) {
            tensor.shape[d] = 3 + below(longest);
            const uint64_t most = tensor.shape[d] < 12 ? tensor.shape[d] : 12;
            tensor.extent[d] = longest == 30 && below(3) == 0 ? tensor.shape[d] : 1 + below(most);
            tensor.start[d] = below(tensor.shape[d] - tensor.extent[d] + 1);
        }
        const sow_initializer stft = random_stft();
        sowt_check_fill(context, &tensor, &stft, key, below(20));
    }
}

/* Several groups a work-item, and many work-groups. */
static void test_stft_of_a_whole_kernel(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const uint64_t frames = sowt_is_simulated() ? 40 : 1024;
    const sow_initializer stft = sow_stft(SOW_STFT_IMAG, SOW_STFT_HANN, SOW_STFT_DENSITY, 0);
    const sow_tensor tensor = kernel_of(SOW_F32, frames, 1, frames / 2 + 1);
    sowt_check_fill(context, &tensor, &stft, key, 8);
    sowt_check_fill(context, &tensor, &stft, key, 5);
}

/* Both sides of many small kernels in a batch, of which every one has a row in a table. */
static void test_stft_in_a_batch(void **state)
{
    enum { ITEMS = 12, ROOM = 4096 };
    sow_context *context = sowt_context_of_lanes(state);
    static unsigned char expected[ITEMS * ROOM];
    sow_plan plans[ITEMS];
    sow_batch_item items[ITEMS];
    memset(expected, SOWT_GUARD, sizeof expected);
    cl_mem buffer = sowt_buffer_create(context, sizeof expected);
    for (size_t i = 0; i < ITEMS; i++) {
        const sow_tensor tensor = kernel_of(i % 4 == 3 ? SOW_BF16 : SOW_F32, 10 + i, 1, 17 + i);
        const sow_initializer stft = sow_stft((sow_stft_side)(i % 2), SOW_STFT_HANN, 0, 0);
        assert_int_equal(SOW_OK, sow_plan_make(&plans[i], &tensor, &stft, key, NULL));
        items[i] = (sow_batch_item){&plans[i], i * ROOM + 4 * (i % 3)};
        assert_int_equal(SOW_OK,
                         sow_fill_host_plan(expected + items[i].offset_bytes, &plans[i], NULL));
    }
    assert_int_equal(SOW_OK, sow_fill_batch(context, sow_context_cl_queue(context), buffer, items,
                                            ITEMS, 0, NULL, NULL));
    unsigned char *actual = malloc(sizeof expected);
    assert_non_null(actual);
    assert_int_equal(SOW_OK, sow_buffer_read(context, buffer, 0, sizeof expected, actual));
    assert_bits_equal(expected, actual, sizeof expected, 4, sowt_device_name());
    free(actual);
    sow_buffer_release(buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SOWT_ON_LANES(test_stft_of_sizes),          SOWT_ON_LANES(test_stft_of_every_window),
        SOWT_ON_LANES(test_stft_of_random_regions), SOWT_ON_LANES(test_stft_of_a_whole_kernel),
        SOWT_ON_LANES(test_stft_in_a_batch),
    };
    return SOWT_RUN(tests, sowt_lanes_teardown);
}
