/* Devices that compute other bits, and compilers that fail. */
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "fault_layer.h"
#include "run_tests.h"
#include "test_device.h"

static const struct {
    sow_distribution distribution;
    sow_dtype dtype;
    sow_status failure;
} programs[] = {
    {SOW_DIST_CONSTANT, SOW_F32, SOW_ERR_TEST_CONSTANT},
    {SOW_DIST_CONSTANT, SOW_BOOL, SOW_ERR_TEST_CONSTANT},
    {SOW_DIST_BITS, SOW_I32, SOW_ERR_TEST_BITS},
    {SOW_DIST_UNIFORM, SOW_BF16, SOW_ERR_TEST_UNIFORM},
    {SOW_DIST_NORMAL, SOW_F16, SOW_ERR_TEST_NORMAL},
    {SOW_DIST_ORTHOGONAL, SOW_F16, SOW_ERR_TEST_ORTHOGONAL},
    {SOW_DIST_STFT, SOW_F32, SOW_ERR_TEST_STFT},
};
enum { PROGRAM_COUNT = sizeof programs / sizeof programs[0] };

static void assert_log_has(sow_context *context, const char *word)
{
    const size_t length = sow_context_build_log(context, NULL, 0);
    char *log = malloc(length + 1);
    assert_non_null(log);
    assert_int_equal(length, sow_context_build_log(context, log, length + 1));
    assert_int_equal(length, strlen(log));
    if (strstr(log, word) == NULL)
        fail_msg("the log is without \"%s\": %s", word, log);
    free(log);
}

static void assert_untouched(sow_context *context, cl_mem buffer)
{
    unsigned char expected[256], actual[256];
    memset(expected, SOWT_GUARD, sizeof expected);
    assert_int_equal(SOW_OK, sow_buffer_read(context, buffer, 0, sizeof actual, actual));
    assert_bits_equal(expected, actual, sizeof expected, 4, sowt_device_name());
}

static void test_prepare_refuses_other_bits(void **state)
{
    (void)state;
    sow_context *context = sowt_context_open(NULL);
    for (size_t i = 0; i < PROGRAM_COUNT; i++) {
        sowt_bend_reads(true);
        assert_int_equal(programs[i].failure,
                         sow_context_prepare(context, programs[i].distribution, programs[i].dtype));
        sowt_bend_reads(false);
        assert_log_has(context, "self-test");
        assert_log_has(context, "instead of");
        /* A failure is not remembered. */
        assert_int_equal(SOW_OK,
                         sow_context_prepare(context, programs[i].distribution, programs[i].dtype));
    }
    sow_context_release(context);
}

/* Nothing of the caller's is written by a program that has failed its self-test. */
static void test_fill_refuses_other_bits(void **state)
{
    (void)state;
    sow_context *context = sowt_context_open(NULL);
    cl_mem buffer = sowt_buffer_create(context, 256);
    const sow_tensor tensor = {.dtype = SOW_F32, .rank = 1, .shape = {64}};
    const sow_initializer normal = sow_normal(0, 1);
    cl_event event = (cl_event)buffer;
    sowt_bend_reads(true);
    assert_int_equal(SOW_ERR_TEST_NORMAL,
                     sow_fill(context, sow_context_cl_queue(context), buffer, 0, &tensor, &normal,
                              (sow_key){0, 0}, 0, NULL, &event));
    sowt_bend_reads(false);
    assert_null(event);
    assert_untouched(context, buffer);
    sow_buffer_release(buffer);
    sow_context_release(context);
}

static void test_batch_refuses_other_bits(void **state)
{
    (void)state;
    sow_context *context = sowt_context_open(NULL);
    enum { ITEMS = 16 };
    const sow_tensor tensor = {.dtype = SOW_F32, .rank = 1, .shape = {4}};
    const sow_initializer uniform = sow_uniform(0, 1);
    sow_batch_item items[ITEMS];
    sow_plan plan;
    assert_int_equal(SOW_OK, sow_plan_make(&plan, &tensor, &uniform, (sow_key){0, 0}, NULL));
    for (uint64_t i = 0; i < ITEMS; i++)
        items[i] = (sow_batch_item){&plan, i * 16};
    cl_mem buffer = sowt_buffer_create(context, 256);
    assert_int_equal(SOW_OK, sow_context_prepare(context, SOW_DIST_UNIFORM, SOW_F32));
    cl_event event = (cl_event)buffer;
    sowt_bend_reads(true);
    assert_int_equal(SOW_ERR_TEST_UNIFORM, sow_fill_batch(context, sow_context_cl_queue(context),
                                                          buffer, items, ITEMS, 0, NULL, &event));
    sowt_bend_reads(false);
    assert_null(event);
    assert_log_has(context, "self-test");
    assert_untouched(context, buffer);
    sow_buffer_release(buffer);
    sow_context_release(context);
}

/* The distribution below is sound, and still nothing is written: by one fill, nor by a batch in which the structure
 * comes last. */
static void test_structures_refuse_other_bits(void **state)
{
    (void)state;
    const sow_tensor matrix = {.dtype = SOW_F32, .rank = 2, .shape = {4, 4}};
    const sow_tensor kernel = {.dtype = SOW_BF16, .rank = 3, .shape = {2, 2, 3}};
    const struct {
        const sow_tensor *tensor;
        sow_initializer initializer;
    } table[] = {{&matrix, sow_eye()}, {&kernel, sow_dirac(1)}, {&matrix, sow_sparse(0.5, 1)}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        sow_context *context = sowt_context_open(NULL);
        cl_mem buffer = sowt_buffer_create(context, 256);
        sow_plan plans[2];
        const sow_initializer ones = sow_ones();
        assert_int_equal(SOW_OK, sow_plan_make(&plans[0], &matrix, &ones, (sow_key){0, 0}, NULL));
        assert_int_equal(SOW_OK, sow_plan_make(&plans[1], table[i].tensor, &table[i].initializer,
                                               (sow_key){0, 0}, NULL));
        for (size_t j = 0; j < 2; j++)
            assert_int_equal(SOW_OK,
                             sow_context_prepare(context, plans[j].distribution, plans[j].dtype));
        const sow_batch_item items[] = {{&plans[0], 0}, {&plans[1], 64}};
        cl_event event = (cl_event)buffer;
        sowt_bend_reads(true);
        assert_int_equal(SOW_ERR_TEST_STRUCTURE, sow_context_prepare_plan(context, &plans[1]));
        assert_int_equal(SOW_ERR_TEST_STRUCTURE,
                         sow_fill_plan(context, sow_context_cl_queue(context), buffer, 0, &plans[1],
                                       0, NULL, &event));
        assert_null(event);
        assert_int_equal(SOW_ERR_TEST_STRUCTURE,
                         sow_fill_batch(context, sow_context_cl_queue(context), buffer, items, 2, 0,
                                        NULL, &event));
        sowt_bend_reads(false);
        assert_null(event);
        assert_log_has(context, "self-test");
        assert_untouched(context, buffer);
        assert_int_equal(SOW_OK, sow_context_prepare_plan(context, &plans[1]));
        sow_buffer_release(buffer);
        sow_context_release(context);
    }
}

static void test_skip_self_test_lets_other_bits_through(void **state)
{
    (void)state;
    sow_context *context = sowt_context_open(&(sow_options){.skip_self_test = 1});
    sowt_bend_reads(true);
    for (size_t i = 0; i < PROGRAM_COUNT; i++)
        assert_int_equal(SOW_OK,
                         sow_context_prepare(context, programs[i].distribution, programs[i].dtype));
    sowt_bend_reads(false);
    assert_int_equal(0, sow_context_build_log(context, NULL, 0));
    sow_context_release(context);
}

static void test_stats_refuse_other_bits(void **state)
{
    (void)state;
    sow_context *context = sowt_context_open(NULL);
    cl_mem buffer = sowt_buffer_create(context, 64);
    cl_command_queue queue = sow_context_cl_queue(context);
    sow_stats stats;
    sowt_bend_reads(true);
    assert_int_equal(SOW_ERR_DEVICE, sow_stats_buffer(context, queue, buffer, 0, SOW_F32, 16, NULL,
                                                      0, NULL, &stats));
    sowt_bend_reads(false);
    assert_log_has(context, "self-test of statistics of f32: digest ");
    assert_log_has(context, " instead of ");
    assert_int_equal(
        SOW_OK, sow_stats_buffer(context, queue, buffer, 0, SOW_F32, 16, NULL, 0, NULL, &stats));
    sow_buffer_release(buffer);
    sow_context_release(context);
}

static sow_status compare_buffers(sow_context *context, sow_dtype dtype, cl_mem a, cl_mem b)
{
    sow_difference found;
    return sow_compare_buffers(context, sow_context_cl_queue(context), a, 0, b, 0, dtype, 100, NULL,
                               &found);
}

/* A kernel that leaves elements or bits out would find arrays equal that are not. */
static void test_comparisons_refuse_other_kernels(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
    } faults[] = {
        {"i < elements;", "i + 1 < elements;"},
        {"uint i = (uint)(get_global_id(0) % SOWK_ITEMS)",
         "uint i = 1 + (uint)(get_global_id(0) % SOWK_ITEMS)"},
        {"i += SOWK_ITEMS", "i += 2 * SOWK_ITEMS"},
        {"bits |= p[i] ^ q[i]", "bits |= (p[i] ^ q[i]) & (sowk_constant)~1"},
        {"bits |= p[i] ^ q[i]", "bits |= (sowk_constant)((p[i] ^ q[i]) << 1)"},
        {"bits |= p[i] ^ q[i]", "bits = p[i] ^ q[i]"},
        {"b + b_first + begin", "b + a_first + begin"},
        {"b + b_first + begin", "b + b_first"},
        {"count - begin < SOWK", "count - begin <= SOWK"},
        {"(bits != 0)", "1"},
        {"(bits != 0)", "0"},
    };
    static const sow_dtype dtypes[] = {SOW_U8, SOW_BF16, SOW_F32, SOW_F64};
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        const bool sound = strstr(faults[i].to, "<=") != NULL;
        sow_context *context = sowt_context_open(NULL);
        cl_mem buffer = sowt_buffer_create(context, 800);
        sowt_bend_text(faults[i].from, faults[i].to);
        if (compare_buffers(context, dtypes[i % 4], buffer, buffer) !=
            (sound ? SOW_OK : SOW_ERR_DEVICE))
            fail_msg("%s in %s", faults[i].to, sow_dtype_name(dtypes[i % 4]));
        sowt_bend_text(NULL, NULL);
        if (!sound)
            assert_log_has(context, "self-test of sow_difference_");
        sow_buffer_release(buffer);
        sow_context_release(context);
    }
}

static void test_comparisons_refuse_other_bits(void **state)
{
    (void)state;
    sow_context *context = sowt_context_open(NULL);
    sow_context *untested = sowt_context_open(&(sow_options){.skip_self_test = 1});
    cl_mem buffer = sowt_buffer_create(context, 800), other = sowt_buffer_create(untested, 800);
    sowt_bend_reads(true);
    assert_int_equal(SOW_ERR_DEVICE, compare_buffers(context, SOW_F32, buffer, buffer));
    assert_int_equal(SOW_OK, compare_buffers(untested, SOW_F32, other, other));
    sowt_bend_reads(false);
    assert_log_has(context, "self-test of sow_difference_4: of ");
    assert_int_equal(SOW_OK, compare_buffers(context, SOW_F32, buffer, buffer));
    sow_buffer_release(buffer);
    sow_buffer_release(other);
    sow_context_release(context);
    sow_context_release(untested);
}

static void test_prepare_keeps_the_build_log(void **state)
{
    (void)state;
    sow_context *context = sowt_context_open(NULL);
    for (size_t i = 0; i < PROGRAM_COUNT; i++) {
        sowt_bend_sources(true);
        assert_int_equal(SOW_ERR_BUILD,
                         sow_context_prepare(context, programs[i].distribution, programs[i].dtype));
        sowt_bend_sources(false);
        assert_log_has(context, "planted");
        assert_log_has(context, "bent.cl");
        assert_log_has(context, "77");
    }
    assert_int_equal(SOW_OK, sow_context_prepare(context, SOW_DIST_UNIFORM, SOW_F32));
    sow_context_release(context);
}

static void test_build_log_is_cut(void **state)
{
    (void)state;
    sow_context *context = sowt_context_open(NULL);
    char text[16] = "untouched";
    assert_int_equal(0, sow_context_build_log(context, text, sizeof text));
    assert_string_equal("", text);
    sowt_bend_reads(true);
    assert_int_equal(SOW_ERR_TEST_BITS, sow_context_prepare(context, SOW_DIST_BITS, SOW_I32));
    sowt_bend_reads(false);
    const size_t length = sow_context_build_log(context, NULL, 0);
    assert_true(length > sizeof text);
    memset(text, 'x', sizeof text);
    assert_int_equal(length, sow_context_build_log(context, text, 10));
    assert_int_equal(9, strlen(text));
    assert_int_equal('x', text[10]);
    assert_int_equal(0, memcmp(text, "self-test", 9));
    memset(text, 'x', sizeof text);
    assert_int_equal(length, sow_context_build_log(context, text, 0));
    assert_int_equal('x', text[0]);
    assert_int_equal(length, sow_context_build_log(context, text, 1));
    assert_string_equal("", text);
    assert_int_equal(0, sow_context_build_log(NULL, text, sizeof text));
    sow_context_release(context);
}

int main(void)
{
    sowt_layer_load();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prepare_refuses_other_bits),
        cmocka_unit_test(test_fill_refuses_other_bits),
        cmocka_unit_test(test_batch_refuses_other_bits),
        cmocka_unit_test(test_structures_refuse_other_bits),
        cmocka_unit_test(test_skip_self_test_lets_other_bits_through),
        cmocka_unit_test(test_stats_refuse_other_bits),
        cmocka_unit_test(test_comparisons_refuse_other_kernels),
        cmocka_unit_test(test_comparisons_refuse_other_bits),
        cmocka_unit_test(test_prepare_keeps_the_build_log),
        cmocka_unit_test(test_build_log_is_cut),
    };
    return SOWT_RUN(tests, NULL);
}
