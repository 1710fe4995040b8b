/* sow_fill on a device equals sow_fill_host in every bit and touches nothing else. */
#include "device_fill.h"

#include <math.h>

#include "run_tests.h"
#include "test_device.h"

static const sow_key key = {0x243f6a8885a308d3u, 0x13198a2e03707344u}; /* digits of pi */

static const uint64_t sizes[] = {0, 1, 3, 31, 33, 1001};
static const uint64_t offsets[] = {0, 1, 3, 1013};
enum { SIZE_COUNT = sizeof sizes / sizeof sizes[0] };
enum { OFFSET_COUNT = sizeof offsets / sizeof offsets[0] };

/* f64 is apart: not every device has it. */
static const sow_dtype random_dtypes[] = {SOW_F32, SOW_F16, SOW_BF16, SOW_F8_E4M3, SOW_F8_E5M2};
enum { RANDOM_COUNT = sizeof random_dtypes / sizeof random_dtypes[0] };

/* Every size at every offset; on a simulator every size at one of them. */
static void check_sizes(sow_context *context, sow_dtype dtype, const sow_initializer *initializer)
{
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        for (size_t j = 0; j < OFFSET_COUNT; j++) {
            const sow_tensor tensor = sowt_vector(dtype, sizes[i]);
            if (!sowt_is_simulated() || (i + (size_t)dtype) % OFFSET_COUNT == j)
                sowt_check_fill(context, &tensor, initializer, key, offsets[j]);
        }
    }
}

static void test_fill_of_constants(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    for (int dtype = 0; sow_dtype_name((sow_dtype)dtype) != NULL; dtype++) {
        const sow_initializer constant = sow_constant(dtype == SOW_BOOL ? 1 : 112);
        check_sizes(context, (sow_dtype)dtype, &constant);
        for (size_t i = 0; i < 2; i++) {
            const sow_initializer plain = i == 0 ? sow_zeros() : sow_ones();
            const sow_tensor tensor = sowt_vector((sow_dtype)dtype, 1001);
            sowt_check_fill(context, &tensor, &plain, key, 3);
        }
    }
}

static void test_fill_of_bits(void **state)
{
    const sow_initializer bits = sow_bits();
    check_sizes(sowt_context_of_lanes(state), SOW_I32, &bits);
}

static void test_fill_of_uniform(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const sow_initializer uniform = sow_uniform(-0.75, 1.5);
    for (size_t i = 0; i < RANDOM_COUNT; i++)
        check_sizes(context, random_dtypes[i], &uniform);
}

static void test_fill_of_normal(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const sow_initializer normal = sow_normal(0.125, 0.7);
    for (size_t i = 0; i < RANDOM_COUNT; i++)
        check_sizes(context, random_dtypes[i], &normal);
}

/* One for each of the transforms that truncated normals have. How they meet the other dtypes is for the
 * golden digests: a driver may take seconds over each program. */
static void test_fill_of_trunc_normal(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const sow_initializer cut[] = {
        sow_trunc_normal(0.125, 0.5, -0.875, 1.5),
        sow_trunc_normal(0, 1, -3, 8),
        sow_trunc_normal(-1, 0.5, 2, (double)INFINITY),
    };
    const sow_dtype dtypes[] = {SOW_F32, SOW_F8_E4M3, SOW_BF16};
    for (size_t i = 0; i < sizeof cut / sizeof cut[0]; i++)
        check_sizes(context, dtypes[i], &cut[i]);
}

static void test_fill_of_f64(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const sow_initializer drawn[] = {sow_uniform(-0.75, 1.5), sow_normal(0.125, 0.7)};
    for (size_t i = 0; i < sizeof drawn / sizeof drawn[0]; i++) {
        const sow_tensor tensor = sowt_vector(SOW_F64, 1001);
        sow_plan plan;
        assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &drawn[i], key, NULL));
        const sow_status status = sow_context_prepare(context, plan.distribution, SOW_F64);
        if (status == SOW_ERR_NO_F64)
            sowt_skip("f64 on %s: no double precision", sowt_device_name());
        assert_int_equal(SOW_OK, status);
        check_sizes(context, SOW_F64, &drawn[i]);
    }
}

static void test_fill_of_fans(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const sow_initializer named[] = {
        sow_xavier_uniform(1),
        sow_xavier_normal(5.0 / 3),
        sow_kaiming_uniform(0.2, SOW_FAN_IN, SOW_LEAKY_RELU),
        sow_kaiming_normal(0, SOW_FAN_OUT, SOW_RELU),
        sow_lecun_uniform(),
        sow_variance_scaling(2, SOW_FAN_GEO_AVG, SOW_SCALING_NORMAL),
    };
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        for (size_t j = 0; j < RANDOM_COUNT; j++) {
            const sow_tensor tensor = {.dtype = random_dtypes[j],
                                       .layout = j == 0 ? SOW_LAYOUT_OI : SOW_LAYOUT_IO,
                                       .rank = 3,
                                       .shape = {31, 5, 3}};
            sowt_check_fill(context, &tensor, &named[i], key, 1);
        }
    }
}

/* Values at the ends of the intervals: saturation, rounding up to the bound, -0. */
static void test_fill_of_extreme_parameters(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const sow_initializer extreme[] = {
        sow_uniform(1, 1.0078125), /* one bf16 value */
        sow_uniform(-0x1p120, 0x1p119), sow_uniform(-0x1p-78, 0), sow_normal(0, 60000),
        sow_normal(0x1p-78, 0x1p-78),   sow_normal(-3, 0),        sow_normal(0, 0x1p120),
        sow_normal(-0x1p119, 0x1p-78),
    };
    for (size_t i = 0; i < sizeof extreme / sizeof extreme[0]; i++) {
        for (size_t j = 0; j < RANDOM_COUNT; j++) {
            const sow_tensor tensor = sowt_vector(random_dtypes[j], 1001);
            sow_plan plan;
            if (sow_plan_make(&plan, &tensor, &extreme[i], key, NULL) == SOW_OK)
                sowt_check_fill(context, &tensor, &extreme[i], key, 1);
        }
    }
}

/* Several work-groups, and the last one partly idle; several groups a work-item; aligned for packets and not. */
static void test_fill_of_large_tensors(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const uint64_t count = ((uint64_t)1 << (sowt_is_simulated() ? 16 : 20)) + 7;
    const sow_initializer bits = sow_bits();
    const sow_initializer uniform = sow_uniform(0, 1);
    const sow_initializer normal = sow_normal(0, 1);
    const sow_initializer zeros = sow_zeros();
    const struct {
        sow_dtype dtype;
        const sow_initializer *initializer;
    } fills[] = {
        {SOW_I32, &bits},    {SOW_BF16, &uniform}, {SOW_F32, &normal}, {SOW_BOOL, &zeros},
        {SOW_F32, &uniform}, {SOW_F16, &uniform},  {SOW_F16, &normal}, {SOW_BF16, &normal},
    };
    const bool wide = *(const uint32_t *)*state == 8;
    size_t fill_count = sizeof fills / sizeof fills[0];
    if (sowt_is_simulated())
        fill_count = wide ? 1 : 4;
    for (size_t i = 0; i < fill_count; i++) {
        const sow_tensor tensor = sowt_vector(fills[i].dtype, count);
        sowt_check_fill(context, &tensor, fills[i].initializer, key, i % 2 == 0 ? 8 : 5);
    }
}

/* A seed or a stream of 64 bits is used whole. */
static void test_fill_with_edge_keys(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const uint64_t words[] = {0, 1, 0xffffffffu, (uint64_t)1 << 32, UINT64_MAX};
    const sow_initializer bits = sow_bits();
    const sow_tensor tensor = sowt_vector(SOW_I32, 65);
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < 5; j++)
            sowt_check_fill(context, &tensor, &bits, (sow_key){words[i], words[j]}, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SOWT_ON_LANES(test_fill_of_constants),     SOWT_ON_LANES(test_fill_of_bits),
        SOWT_ON_LANES(test_fill_of_uniform),       SOWT_ON_LANES(test_fill_of_normal),
        SOWT_ON_LANES(test_fill_of_trunc_normal),  SOWT_ON_LANES(test_fill_of_f64),
        SOWT_ON_LANES(test_fill_of_fans),          SOWT_ON_LANES(test_fill_of_extreme_parameters),
        SOWT_ON_LANES(test_fill_of_large_tensors), SOWT_ON_LANES(test_fill_with_edge_keys),
    };
    return SOWT_RUN(tests, sowt_lanes_teardown);
}
