/* The control: normals by the device's, and the host's, own functions. Near ours, seldom the same, and drawn from the same
 * words, so that a slice or another launch changes nothing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "device/library_math.h"
#include "device_fill.h"
#include "host/library_host.h"
#include "law.h"
#include "run_tests.h"
#include "sowcl/compare.h"
#include "test_device.h"

static const sow_key key = {0x243f6a8885a308d3u, 0x13198a2e03707344u}; /* digits of pi */
enum { COUNT = 2003 };

/* What a function of the library may be off, in units of std: OpenCL 1.2 table 7.4 allows log 3 ulp, sin and cos 4, and
 * that of a product of at most 6.66; native functions may be anything, and all known ones stay below 2^-6. */
static const double library_error = 2e-5, native_error = 0x1p-6;

static sow_plan plan_of(sow_dtype dtype, const sow_initializer *initializer)
{
    sow_plan plan;
    const sow_tensor tensor = sowt_vector(dtype, COUNT);
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, initializer, key, NULL));
    return plan;
}

/* The plan's elements by the device's functions, or the host's; the caller frees them. */
static void *draw(sow_context *context, bool native, const sow_plan *plan)
{
    const size_t size = (size_t)plan->count * sow_dtype_size(plan->dtype);
    void *values = malloc(size);
    assert_non_null(values);
    if (context == NULL) {
        assert_int_equal(SOW_OK, sowi_library_fill_host(values, plan, 2));
        return values;
    }
    sowi_library_math *math = NULL;
    cl_mem buffer = NULL;
    assert_int_equal(SOW_OK, sow_buffer_create(context, size + 64, &buffer));
    assert_int_equal(SOW_OK, sowi_library_math_create(&math, context, native, plan->dtype));
    assert_int_equal(SOW_OK, sowi_library_math_fill(math, sow_context_cl_queue(context), buffer, 5,
                                                    plan, 0, NULL, NULL));
    assert_int_equal(
        SOW_OK, sow_buffer_read(context, buffer, 5 * sow_dtype_size(plan->dtype), size, values));
    sowi_library_math_release(math);
    sow_buffer_release(buffer);
    return values;
}

static void check_near_ours(sow_context *context, bool native, const char *what)
{
    const sow_initializer normal = sow_normal(0.5, 2);
    const sow_plan plan = plan_of(SOW_F32, &normal);
    float *theirs = draw(context, native, &plan), *ours = malloc(COUNT * sizeof *ours);
    assert_non_null(ours);
    assert_int_equal(SOW_OK, sow_fill_host_plan(ours, &plan, NULL));
    const double bound = (native ? native_error : library_error) * 2;
    size_t differing = 0;
    for (size_t i = 0; i < COUNT; i++) {
        const double difference = fabs((double)theirs[i] - (double)ours[i]);
        differing += memcmp(&theirs[i], &ours[i], sizeof ours[i]) != 0;
        if (!(difference <= bound)) /* a NaN, too */
            fail_msg("%s on %s: element %zu is %.9g, %.9g by ours", what, sowt_device_name(), i,
                     (double)theirs[i], (double)ours[i]);
    }
    print_message("%s: %zu of %d elements differ from ours\n", what, differing, COUNT);
    assert_true(differing > 0 && differing < COUNT);
    free(theirs);
    free(ours);
}

static void test_library_math_is_near_ours(void **state)
{
    check_near_ours(sowt_context_of_lanes(state), false, "library");
}

static void test_native_math_is_near_ours(void **state)
{
    check_near_ours(sowt_context_of_lanes(state), true, "native");
}

static void test_host_math_is_near_ours(void **state)
{
    (void)state;
    (void)sowt_context(); /* skips where there is none */
    check_near_ours(NULL, false, "the host's");
}

static void check_slices(sow_context *context, sow_dtype dtype)
{
    const sow_initializer normal = sow_normal(0, 0.02);
    const sow_plan plan = plan_of(dtype, &normal);
    sow_plan slice = plan;
    assert_int_equal(SOW_OK, sow_plan_slice(&slice, 331, 1201));
    const size_t element = sow_dtype_size(dtype);
    unsigned char *whole = draw(context, false, &plan), *part = draw(context, false, &slice);
    assert_bits_equal(whole + 331 * element, part, 1201 * element, element, sowt_device_name());
    free(whole);
    free(part);
}

static void test_library_math_of_slices(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    check_slices(context, SOW_F32);
    check_slices(context, SOW_BF16);
    check_slices(NULL, SOW_F16);
    check_slices(NULL, SOW_F8_E4M3);
}

static void test_library_math_refuses(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const sow_initializer uniform = sow_uniform(0, 1), normal = sow_normal(0, 1);
    const sow_plan others[] = {plan_of(SOW_F32, &uniform), plan_of(SOW_F64, &normal)};
    sowi_library_math *math = NULL;
    assert_int_equal(SOW_ERR_DTYPE, sowi_library_math_create(&math, context, false, SOW_F64));
    assert_int_equal(SOW_ERR_DTYPE, sowi_library_math_create(&math, context, false, SOW_I32));
    assert_int_equal(SOW_ERR_DTYPE, sowi_library_math_create(&math, context, false, (sow_dtype)99));
    assert_null(math);
    assert_int_equal(SOW_OK, sowi_library_math_create(&math, context, false, SOW_F32));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        float value = 0;
        assert_int_equal(SOW_ERR_INITIALIZER,
                         sowi_library_math_fill(math, sow_context_cl_queue(context), NULL, 0,
                                                &others[i], 0, NULL, NULL));
        assert_int_equal(SOW_ERR_INITIALIZER, sowi_library_fill_host(&value, &others[i], 1));
    }
    sow_plan other_dtype = plan_of(SOW_F16, &normal), nothing = plan_of(SOW_F32, &normal);
    assert_int_equal(SOW_ERR_INITIALIZER,
                     sowi_library_math_fill(math, sow_context_cl_queue(context), NULL, 0,
                                            &other_dtype, 0, NULL, NULL));
    assert_int_equal(SOW_OK, sow_plan_slice(&nothing, 7, 0));
    assert_int_equal(SOW_OK, sowi_library_math_fill(math, sow_context_cl_queue(context), NULL, 0,
                                                    &nothing, 0, NULL, NULL));
    assert_int_equal(SOW_OK, sowi_library_fill_host(NULL, &nothing, 1));
    sowi_library_math_release(math);
    sowi_library_math_release(NULL);
}

/* Sides with other math, and the samples that come along. */
static void test_compare_plans_by_library_math(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const sow_initializer normal = sow_normal(0, 1), uniform = sow_uniform(0, 1);
    const sow_plan plans[] = {plan_of(SOW_F32, &normal), plan_of(SOW_BF16, &normal),
                              plan_of(SOW_F32, &uniform)};
    const sow_compare_side ours = {context, SOW_MATH_OURS}, host = {NULL, SOW_MATH_LIBRARY};
    const sow_compare_side others[] = {
        {context, SOW_MATH_LIBRARY}, {context, SOW_MATH_NATIVE}, host};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        sow_compare_item items[3] = {{.plan = &plans[0]}, {.plan = &plans[1]}, {.plan = &plans[2]}};
        sow_sample_summary of_a, of_b;
        assert_int_equal(SOW_OK, sow_sample_create(&items[0].sample_a, &plans[0]));
        assert_int_equal(SOW_OK, sow_sample_create(&items[0].sample_b, &plans[0]));
        assert_int_equal(SOW_OK, sow_compare_plans(&ours, &others[i], items, 3, NULL, NULL));
        assert_int_equal(SOW_OK, items[0].status);
        assert_int_equal(SOW_OK, items[1].status);
        assert_int_equal(SOW_ERR_INITIALIZER, items[2].status);
        assert_true(items[0].difference.differing > 0 && items[0].difference.nan_alone == 0);
        assert_true(items[0].difference.max_absolute < (i == 1 ? native_error : library_error));
        assert_true(items[1].difference.differing < items[0].difference.differing);
        sow_sample_summarize(items[0].sample_a, &of_a);
        sow_sample_summarize(items[0].sample_b, &of_b);
        assert_true(of_a.count == COUNT && of_b.count == COUNT && of_a.mean != of_b.mean);
        assert_true(fabs(of_a.mean - of_b.mean) < 1e-3);
        sow_sample_release(items[0].sample_a);
        sow_sample_release(items[0].sample_b);
    }
}

/* What is compared where it lies is read for a sample. */
static void test_compare_plans_on_one_device_samples(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const sow_initializer normal = sow_normal(0, 1);
    const sow_plan plan = plan_of(SOW_F32, &normal);
    const sow_compare_side side = {context, SOW_MATH_OURS};
    sow_compare_item item = {.plan = &plan};
    sow_sample_summary found;
    assert_int_equal(SOW_OK, sow_sample_create(&item.sample_b, &plan));
    assert_int_equal(SOW_OK, sow_compare_plans(&side, &side, &item, 1, NULL, NULL));
    sow_sample_summarize(item.sample_b, &found);
    assert_true(item.difference.elements == COUNT && item.difference.differing == 0);
    assert_int_equal(COUNT, found.count);
    sow_sample_release(item.sample_b);
}

static void test_compare_plans_refuses_the_hosts_native_math(void **state)
{
    sow_context *context = sowt_context_of_lanes(state);
    const sow_compare_side ours = {context, SOW_MATH_OURS}, native = {NULL, SOW_MATH_NATIVE};
    sow_error error = {0};
    assert_int_equal(SOW_ERR_ARGUMENT, sow_compare_plans(&ours, &native, NULL, 0, NULL, &error));
    assert_int_equal(SOW_ERR_ARGUMENT, sow_compare_plans(&native, &ours, NULL, 0, NULL, &error));
    assert_non_null(strstr(error.text, "math"));
}

static int teardown(void **state)
{
    (void)sowt_lanes_teardown(state);
    return sowt_context_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SOWT_ON_LANES(test_library_math_is_near_ours),
        SOWT_ON_LANES(test_native_math_is_near_ours),
        cmocka_unit_test(test_host_math_is_near_ours),
        SOWT_ON_LANES(test_library_math_of_slices),
        SOWT_ON_LANES(test_library_math_refuses),
        SOWT_ON_LANES(test_compare_plans_by_library_math),
        SOWT_ON_LANES(test_compare_plans_on_one_device_samples),
        SOWT_ON_LANES(test_compare_plans_refuses_the_hosts_native_math),
    };
    return SOWT_RUN(tests, teardown);
}
