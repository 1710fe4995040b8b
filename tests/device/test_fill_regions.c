/* Slices of tensors on a device: random hyper-rectangles, and indices far beyond 32 bits. */
#include "device_fill.h"

#include <stdlib.h>

#include "bits.h"
#include "run_tests.h"
#include "test_device.h"

/* Steele, Lea and Flood 2014: splitmix64, for choosing cases. */
static uint64_t random_state;

static uint64_t random_below(uint64_t bound)
{
    random_state += 0x9e3779b97f4a7c15u;
    uint64_t z = random_state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % bound;
}

static const struct {
    sow_dtype dtype;
    sow_initializer initializer;
} fills[] = {
    {SOW_I32, {.kind = SOW_BITS}},
    {SOW_F32, {.kind = SOW_UNIFORM, .param = {-1, 1}}},
    {SOW_BF16, {.kind = SOW_UNIFORM, .param = {0, 3}}},
    {SOW_F32, {.kind = SOW_NORMAL, .param = {0, 0.5}}},
    {SOW_F16, {.kind = SOW_NORMAL, .param = {1, 0.02}}},
    {SOW_F8_E4M3, {.kind = SOW_TRUNC_NORMAL, .param = {0, 1, -2, 2}}},
    {SOW_U8, {.kind = SOW_CONSTANT, .param = {250}}},
};
enum { FILL_COUNT = sizeof fills / sizeof fills[0] };

static void check(sow_context *context, sow_tensor *tensor, size_t fill)
{
    tensor->dtype = fills[fill].dtype;
    const sow_key key = {random_below(UINT64_MAX), random_below(UINT64_MAX)};
    sowt_check_fill(context, tensor, &fills[fill].initializer, key, random_below(20));
}

/* A tensor of the given rank whose dimensions are at most `longest`, and a region of it. */
static sow_tensor random_region(uint32_t rank, uint64_t longest, uint64_t longest_extent)
{
    sow_tensor tensor = {.rank = rank};
    for (uint32_t d = 0; d < rank; d++) {
        tensor.shape[d] = 1 + random_below(longest);
        /* Whole dimensions are common, since neighbouring ones are then merged. */
        const uint64_t most = tensor.shape[d] < longest_extent ? tensor.shape[d] : longest_extent;
        tensor.extent[d] = random_below(3) == 0 ? most : 1 + random_below(most);
        tensor.start[d] = random_below(tensor.shape[d] - tensor.extent[d] + 1);
    }
    return tensor;
}

static void test_fill_of_random_regions(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    static const uint64_t longest[] = {0, 3000, 60, 16, 8, 6, 5, 4, 4};
    const int repeats = sowt_is_simulated() ? 2 : 24;
    random_state = 1;
    for (uint32_t rank = 1; rank <= SOW_MAX_RANK; rank++) {
        for (int i = 0; i < repeats; i++) {
            sow_tensor tensor = random_region(rank, longest[rank], longest[rank]);
            check(context, &tensor, random_below(FILL_COUNT));
        }
    }
}

/* Tensors of up to 2^62 elements. */
static void test_fill_of_regions_of_huge_tensors(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    static const uint64_t longest_extent[] = {0, 1500, 40, 12, 6, 4, 3, 3, 2};
    const int repeats = sowt_is_simulated() ? 2 : 24;
    random_state = 2;
    for (uint32_t rank = 1; rank <= SOW_MAX_RANK; rank++) {
        for (int i = 0; i < repeats; i++) {
            sow_tensor tensor =
                random_region(rank, (uint64_t)1 << (62 / rank), longest_extent[rank]);
            check(context, &tensor, random_below(FILL_COUNT));
        }
    }
}

/* Where an index or a block number gets its 33rd bit, or a tensor ends at the largest index. */
static void test_fill_across_powers_of_two(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const uint64_t whole = ((uint64_t)1 << 63) - 1;
    const uint64_t middles[] = {
        (uint64_t)1 << 31,       (uint64_t)1 << 32, (uint64_t)1 << 33,
        (uint64_t)1 << 34, /* block 2^32 */
        ((uint64_t)1 << 40) + 3, (uint64_t)1 << 42, whole - 200,
    };
    random_state = 3;
    for (size_t i = 0; i < sizeof middles / sizeof middles[0]; i++) {
        for (size_t fill = 0; fill < FILL_COUNT; fill++) {
            sow_tensor tensor = {
                .rank = 1, .shape = {whole}, .start = {middles[i] - 77}, .extent = {277}};
            check(context, &tensor, fill);
        }
    }
}

/* Rows that are 2^32 and more elements apart, odd lengths, each starting elsewhere in a group. */
static void test_fill_of_distant_rows(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    random_state = 4;
    for (uint64_t width = 1; width < 41; width += sowt_is_simulated() ? 13 : 3) {
        sow_tensor tensor = {.rank = 3,
                             .shape = {1000, 9, ((uint64_t)1 << 33) + 5},
                             .start = {900, 2, ((uint64_t)1 << 32) - 19},
                             .extent = {7, 3, width}};
        for (size_t fill = 0; fill < FILL_COUNT; fill++)
            check(context, &tensor, fill);
    }
}

/* Pieces of a plan, as an engine with a small staging buffer asks for them. */
static void check_pieces(sow_context *context, const sow_tensor *tensor, size_t fill)
{
    const sow_key key = {7, 8};
    const size_t element = sow_dtype_size(tensor->dtype);
    size_t size;
    const char *what = sowt_fill_text(tensor, &fills[fill].initializer, key, 0);
    unsigned char *expected = sowt_expected_buffer(tensor, &fills[fill].initializer, key, 0, &size);
    cl_mem buffer = sowt_buffer_create(context, size);
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, tensor, &fills[fill].initializer, key, NULL));
    for (uint64_t done = 0; done < plan.count;) {
        uint64_t count = 1 + random_below(97);
        count = count < plan.count - done ? count : plan.count - done;
        sow_plan piece = plan;
        assert_int_equal(SOW_OK, sow_plan_slice(&piece, done, count));
        assert_int_equal(SOW_OK, sow_fill_plan(context, sow_context_cl_queue(context), buffer, done,
                                               &piece, 0, NULL, NULL));
        done += count;
    }
    unsigned char *actual = malloc(size);
    assert_int_equal(SOW_OK, sow_buffer_read(context, buffer, 0, size, actual));
    sow_buffer_release(buffer);
    assert_bits_equal(expected, actual, size, element, what);
    free(actual);
    free(expected);
}

static void test_fill_plan_in_pieces(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    random_state = 5;
    for (size_t fill = 0; fill < FILL_COUNT; fill++) {
        sow_tensor tensor = random_region(1, 1500, 1500);
        tensor.dtype = fills[fill].dtype;
        check_pieces(context, &tensor, fill);
        tensor = random_region(4, 9, 9);
        tensor.dtype = fills[fill].dtype;
        check_pieces(context, &tensor, fill);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SOWT_ON_LANES(test_fill_of_random_regions),
        SOWT_ON_LANES(test_fill_of_regions_of_huge_tensors),
        SOWT_ON_LANES(test_fill_across_powers_of_two),
        SOWT_ON_LANES(test_fill_of_distant_rows),
        SOWT_ON_LANES(test_fill_plan_in_pieces),
    };
    return SOWT_RUN(tests, sowt_lanes_teardown);
}
