/* What a fill does once its program is built: it launches, and nothing else. And how long fills are cut
 * into launches, on buffers that no test machine has. */
#include <stdlib.h>
#include <string.h>

#include "fault_layer.h"
#include "job.h"
#include "run_tests.h"
#include "test_device.h"

_Static_assert(sizeof(sowk_job) <= SOWT_ARGUMENT_BYTES, "the layer records whole jobs");

static const sow_key key = {21, 22};

typedef struct fill_kind {
    sow_dtype dtype;
    sow_initializer initializer;
} fill_kind;

static const fill_kind constants = {SOW_BF16, {.kind = SOW_ONES}};
static const fill_kind uniforms = {SOW_F32, {.kind = SOW_UNIFORM, .param = {0, 1}}};

static void make_plan(sow_plan *plan, const fill_kind *kind, uint64_t count)
{
    const sow_tensor tensor = {.dtype = kind->dtype, .rank = 1, .shape = {count}};
    assert_int_equal(SOW_OK, sow_plan_make(plan, &tensor, &kind->initializer, key, NULL));
}

static void fill_many(sow_context *context, cl_mem buffer, const fill_kind *kind, int fills,
                      bool with_event)
{
    for (int i = 0; i < fills; i++) {
        const sow_tensor tensor = {
            .dtype = kind->dtype, .rank = 1, .shape = {(uint64_t)(1 + i % 64)}};
        cl_event event = NULL;
        assert_int_equal(SOW_OK, sow_fill(context, sow_context_cl_queue(context), buffer,
                                          (uint64_t)(i % 7), &tensor, &kind->initializer, key, 0,
                                          NULL, with_event ? &event : NULL));
        if (with_event)
            assert_int_equal(CL_SUCCESS, clReleaseEvent(event));
    }
}

static void check_counts(unsigned long events, unsigned long launches)
{
    assert_int_equal(0, sowt_count_of(SOWT_CREATED));
    assert_int_equal(0, sowt_count_of(SOWT_BUILT));
    assert_int_equal(0, sowt_count_of(SOWT_WAITED));
    assert_int_equal(events, sowt_count_of(SOWT_EVENTS));
    assert_int_equal(events, sowt_count_of(SOWT_RETAINED)); /* the test releases its events */
    assert_int_equal(launches, sowt_count_of(SOWT_LAUNCHED));
}

static void test_fill_only_launches(void **state)
{
    const fill_kind *kind = *state;
    enum { FILLS = 1000 };
    sow_context *context = sowt_context_open(NULL);
    cl_mem buffer = sowt_buffer_create(context, 4096);
    sow_plan plan;
    make_plan(&plan, kind, 1);
    assert_int_equal(SOW_OK, sow_context_prepare(context, plan.distribution, plan.dtype));
    sowt_counts_reset();
    fill_many(context, buffer, kind, FILLS, false);
    check_counts(0, FILLS);
    sowt_counts_reset();
    fill_many(context, buffer, kind, FILLS, true);
    check_counts(FILLS, FILLS);
    assert_int_equal(CL_SUCCESS, clFinish(sow_context_cl_queue(context)));
    sow_buffer_release(buffer);
    sow_context_release(context);
}

/* After sow_context_prepare_plan a plan of any kind builds and makes nothing, and one without matrices launches only: its
 * distribution, its structure, its overlay. */
static void test_prepared_plan_only_launches(void **state)
{
    (void)state;
    const sow_tensor matrix = {.dtype = SOW_F32, .rank = 2, .shape = {16, 9}};
    const sow_tensor batch = {.dtype = SOW_BF16, .rank = 3, .shape = {3, 5, 5}};
    const sow_tensor large = {.dtype = SOW_F32, .rank = 2, .shape = {150, 140}};
    const struct {
        const sow_tensor *tensor;
        sow_initializer initializer;
        unsigned long launches; /* 0: matrices, which take more than launches */
    } table[] = {
        {&matrix, sow_eye(), 2},
        {&matrix, sow_sparse(0.5, 1), 2},
        {&matrix, sow_with_padding_idx(sow_sparse(0.5, 1), 3), 3},
        {&matrix, sow_constant_block(1, 1, 4, 0), 2},
        {&matrix, sow_with_padding_idx(sow_uniform(0, 1), 0), 2},
        {&matrix, sow_normal(0, 1), 1},
        {&batch, sow_dirac(1), 2},
        {&matrix, sow_orthogonal(1, 0), 0},
        {&batch, sow_orthogonal(1, 1), 0},
        {&large, sow_with_padding_idx(sow_orthogonal(1, 0), 5), 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        sow_context *context = sowt_context_open(&(sow_options){.skip_self_test = i % 2 != 0});
        cl_mem buffer = sowt_buffer_create(context, 150 * 140 * sizeof(float));
        sow_plan plan;
        assert_int_equal(SOW_OK,
                         sow_plan_make(&plan, table[i].tensor, &table[i].initializer, key, NULL));
        assert_int_equal(SOW_OK, sow_context_prepare_plan(context, &plan));
        sowt_counts_reset();
        for (int fill = 0; fill < 3; fill++)
            assert_int_equal(SOW_OK, sow_fill_plan(context, sow_context_cl_queue(context), buffer,
                                                   0, &plan, 0, NULL, NULL));
        if (sowt_count_of(SOWT_CREATED) != 0 || sowt_count_of(SOWT_BUILT) != 0)
            fail_msg("plan %zu makes %lu objects and builds %lu programs", i,
                     sowt_count_of(SOWT_CREATED), sowt_count_of(SOWT_BUILT));
        if (table[i].launches != 0) {
            assert_int_equal(3 * table[i].launches, sowt_count_of(SOWT_LAUNCHED));
            assert_int_equal(0, sowt_count_of(SOWT_WAITED));
        }
        assert_int_equal(CL_SUCCESS, clFinish(sow_context_cl_queue(context)));
        sow_buffer_release(buffer);
        sow_context_release(context);
    }
}

/* Tables are taken again once the device has read them. */
static void test_batch_only_copies_and_launches(void **state)
{
    const fill_kind *kind = *state;
    enum { BATCHES = 100, ITEMS = 20 };
    sow_context *context = sowt_context_open(NULL);
    cl_mem buffer = sowt_buffer_create(context, 4096);
    sow_plan plan;
    sow_batch_item items[ITEMS];
    make_plan(&plan, kind, 10);
    for (uint64_t i = 0; i < ITEMS; i++)
        items[i] = (sow_batch_item){&plan, i * 80};
    for (int i = 0; i <= BATCHES; i++) {
        cl_event event = NULL;
        assert_int_equal(SOW_OK, sow_fill_batch(context, sow_context_cl_queue(context), buffer,
                                                items, ITEMS, 0, NULL, &event));
        if (i > 0)
            assert_int_equal(0, sowt_count_of(SOWT_WAITED));
        assert_int_equal(CL_SUCCESS, clWaitForEvents(1, &event));
        assert_int_equal(CL_SUCCESS, clReleaseEvent(event));
        if (i > 0) {
            assert_int_equal(0, sowt_count_of(SOWT_CREATED));
            assert_int_equal(0, sowt_count_of(SOWT_BUILT));
            assert_int_equal(1, sowt_count_of(SOWT_LAUNCHED));
        }
        sowt_counts_reset();
    }
    sow_buffer_release(buffer);
    sow_context_release(context);
}

/* Matrices in place by a launch, and by steps; some that are made apart; all in one workspace, on one queue. */
static void test_orthogonal_only_launches(void **state)
{
    (void)state;
    static const sow_tensor tensors[] = {
        {.dtype = SOW_F32, .rank = 2, .shape = {300, 200}},
        {.dtype = SOW_F32, .rank = 2, .shape = {9, 13}},
        {.dtype = SOW_BF16, .rank = 3, .shape = {50, 17, 19}},
        {.dtype = SOW_F32, .rank = 2, .shape = {40, 50}, .start = {3, 4}, .extent = {5, 6}},
    };
    enum { TENSORS = sizeof tensors / sizeof tensors[0], ROUNDS = 5 };
    sow_context *context = sowt_context_open(NULL);
    cl_mem buffer = sowt_buffer_create(context, 300 * 200 * 4);
    const sow_initializer orthogonal[] = {sow_orthogonal(1, 0), sow_orthogonal(1, 1)};
    for (int round = 0; round < ROUNDS; round++) {
        sowt_counts_reset();
        for (size_t i = 0; i < TENSORS; i++) {
            assert_int_equal(SOW_OK, sow_fill(context, sow_context_cl_queue(context), buffer, 0,
                                              &tensors[i], &orthogonal[tensors[i].rank - 2], key, 0,
                                              NULL, NULL));
            assert_int_equal(0, round > 0 ? sowt_count_of(SOWT_CREATED) : 0);
            assert_int_equal(0, round > 0 ? sowt_count_of(SOWT_BUILT) : 0);
            assert_int_equal(0, round > 0 ? sowt_count_of(SOWT_WAITED) : 0);
        }
        assert_in_range(sowt_count_of(SOWT_LAUNCHED), 2 + 2 + 3 + 3, 200);
        assert_int_equal(CL_SUCCESS, clFinish(sow_context_cl_queue(context)));
    }
    sow_buffer_release(buffer);
    sow_context_release(context);
}

/* As many tables as are in use at once, and no more. */
static void test_batch_keeps_its_tables(void **state)
{
    (void)state;
    enum { BATCHES = 10, ROUNDS = 5, ITEMS = 20 };
    sow_context *context = sowt_context_open(NULL);
    cl_mem buffer = sowt_buffer_create(context, 4096);
    sow_plan plan;
    make_plan(&plan, &uniforms, 10);
    sow_batch_item items[ITEMS];
    for (uint64_t i = 0; i < ITEMS; i++)
        items[i] = (sow_batch_item){&plan, i * 40};
    for (int round = 0; round < ROUNDS; round++) {
        cl_int code;
        cl_event gate = clCreateUserEvent(sow_context_cl_context(context), &code), events[BATCHES];
        assert_int_equal(CL_SUCCESS, code);
        sowt_counts_reset();
        for (int i = 0; i < BATCHES; i++)
            assert_int_equal(SOW_OK, sow_fill_batch(context, sow_context_cl_queue(context), buffer,
                                                    items, ITEMS, 1, &gate, &events[i]));
        /* At first the program, too, its kernel, and the queue, buffer and table of its test. */
        if (round == 0)
            assert_in_range(sowt_count_of(SOWT_CREATED), BATCHES, BATCHES + 5);
        else
            assert_int_equal(0, sowt_count_of(SOWT_CREATED));
        assert_int_equal(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
        assert_int_equal(CL_SUCCESS, clWaitForEvents(BATCHES, events));
        for (int i = 0; i < BATCHES; i++)
            assert_int_equal(CL_SUCCESS, clReleaseEvent(events[i]));
        assert_int_equal(CL_SUCCESS, clReleaseEvent(gate));
    }
    sow_buffer_release(buffer);
    sow_context_release(context);
}

/* ---- Long fills ---- */

/* An event that launches can wait for, and a buffer; bent launches touch neither memory nor job. */
typedef struct long_fill {
    sow_context *context;
    cl_mem buffer;
    sow_plan plan;
    char before[SOWT_LIVE_TEXT];
} long_fill;

static long_fill start_long_fill(const fill_kind *kind, uint64_t count)
{
    long_fill fill;
    sowt_bend_launches(false); /* a test that failed may have left it on */
    fill.context = sowt_context_open(&(sow_options){.lanes = 1});
    fill.buffer = sowt_buffer_create(fill.context, 64);
    make_plan(&fill.plan, kind, count);
    assert_int_equal(SOW_OK,
                     sow_context_prepare(fill.context, fill.plan.distribution, fill.plan.dtype));
    sowt_live_text(fill.before);
    sowt_bend_launches(true);
    return fill;
}

static void end_long_fill(long_fill *fill)
{
    char after[SOWT_LIVE_TEXT];
    sowt_bend_launches(false);
    sowt_live_text(after);
    assert_string_equal(fill->before, after);
    assert_int_equal(CL_SUCCESS, clFinish(sow_context_cl_queue(fill->context)));
    sow_buffer_release(fill->buffer);
    sow_context_release(fill->context);
}

/* The n-th 8-byte argument of a constant's launch. */
static uint64_t argument_of(const sowt_launch *launch, size_t index)
{
    uint64_t value;
    memcpy(&value, launch->argument[index], sizeof value);
    return value;
}

/* Launches wait for one another, the last one's event is the caller's. Returns how many there are. */
static size_t check_chain(cl_event first_wait, cl_event last)
{
    size_t count = 0;
    for (const sowt_launch *launch; (launch = sowt_launch_at(count)) != NULL; count++) {
        assert_ptr_equal(count == 0 ? first_wait : sowt_launch_at(count - 1)->event,
                         launch->waited_for);
        assert_true(launch->global <= (uint64_t)1 << 32);
        if (sowt_launch_at(count + 1) != NULL)
            assert_non_null(launch->event);
        else
            assert_ptr_equal(last, launch->event);
    }
    return count;
}

static cl_event user_event(sow_context *context)
{
    cl_int code;
    cl_event event = clCreateUserEvent(sow_context_cl_context(context), &code);
    assert_int_equal(CL_SUCCESS, code);
    assert_int_equal(CL_SUCCESS, clSetUserEventStatus(event, CL_COMPLETE));
    return event;
}

static void test_long_constant_fill_is_a_chain(void **state)
{
    (void)state;
    const uint64_t count = ((uint64_t)1 << 36) + 3, offset = 5;
    long_fill fill = start_long_fill(&constants, count);
    cl_event wait = user_event(fill.context), event;
    assert_int_equal(SOW_OK, sow_fill_plan(fill.context, sow_context_cl_queue(fill.context),
                                           fill.buffer, offset, &fill.plan, 1, &wait, &event));
    const size_t launches = check_chain(wait, event);
    assert_int_equal(5, launches);
    uint64_t next = offset;
    for (size_t i = 0; i < launches; i++) {
        assert_int_equal(next, argument_of(sowt_launch_at(i), 1));
        assert_true(sowt_launch_at(i)->global * 4 >= argument_of(sowt_launch_at(i), 2));
        next += argument_of(sowt_launch_at(i), 2);
    }
    assert_int_equal(offset + count, next);
    assert_int_equal(CL_SUCCESS, clReleaseEvent(event));
    assert_int_equal(CL_SUCCESS, clReleaseEvent(wait));
    end_long_fill(&fill);
}

static void test_long_draw_is_a_chain(void **state)
{
    (void)state;
    const uint64_t count = ((uint64_t)1 << 35) + 1;
    long_fill fill = start_long_fill(&uniforms, count);
    assert_int_equal(SOW_OK, sow_fill_plan(fill.context, sow_context_cl_queue(fill.context),
                                           fill.buffer, 0, &fill.plan, 0, NULL, NULL));
    const size_t launches = check_chain(NULL, NULL);
    assert_int_equal(5, launches);
    uint64_t next = 0;
    for (size_t i = 0; i < launches; i++) {
        sowk_job job;
        memcpy(&job, sowt_launch_at(i)->argument[1], sizeof job);
        assert_int_equal(next, job.first_item);
        assert_true(sowt_launch_at(i)->global > 0);
        assert_int_equal(next >> 32, (next + job.items - 1) >> 32); /* the groups' upper halves */
        assert_int_equal(0, job.dst);
        next += job.items;
    }
    assert_int_equal((count + 3) / 4, next);
    end_long_fill(&fill);
}

/* A draw of up to 2^33 elements is one launch with one lane. */
static void test_fill_of_2_to_the_33_is_one_launch(void **state)
{
    (void)state;
    long_fill fill = start_long_fill(&uniforms, (uint64_t)1 << 33);
    assert_int_equal(SOW_OK, sow_fill_plan(fill.context, sow_context_cl_queue(fill.context),
                                           fill.buffer, 0, &fill.plan, 0, NULL, NULL));
    assert_int_equal(1, check_chain(NULL, NULL));
    end_long_fill(&fill);
}

/* Each launch of the chain fails in turn; argument calls too. */
static void test_long_fill_fails_cleanly(void **state)
{
    (void)state;
    long_fill fill = start_long_fill(&constants, (uint64_t)1 << 36);
    unsigned long n = 1;
    for (;; n++) {
        cl_event event = (cl_event)&fill;
        sowt_bend_launches(true);
        sowt_fault_arm(n, false);
        const sow_status status = sow_fill_plan(fill.context, sow_context_cl_queue(fill.context),
                                                fill.buffer, 0, &fill.plan, 0, NULL, &event);
        if (sowt_fault_disarm() == NULL) {
            assert_int_equal(SOW_OK, status);
            assert_int_equal(CL_SUCCESS, clReleaseEvent(event));
            break;
        }
        assert_int_equal(SOWT_FAULT, status);
        assert_null(event);
        assert_true(n < 100);
    }
    assert_true(n > 20);
    end_long_fill(&fill);
}

int main(void)
{
    sowt_layer_load();
    const struct CMUnitTest tests[] = {
        {"test_fill_only_launches (constants)", test_fill_only_launches, NULL, NULL,
         (void *)&constants},
        {"test_fill_only_launches (uniform)", test_fill_only_launches, NULL, NULL,
         (void *)&uniforms},
        {"test_batch_only_copies_and_launches (constants)", test_batch_only_copies_and_launches,
         NULL, NULL, (void *)&constants},
        {"test_batch_only_copies_and_launches (uniform)", test_batch_only_copies_and_launches, NULL,
         NULL, (void *)&uniforms},
        cmocka_unit_test(test_orthogonal_only_launches),
        cmocka_unit_test(test_prepared_plan_only_launches),
        cmocka_unit_test(test_batch_keeps_its_tables),
        cmocka_unit_test(test_long_constant_fill_is_a_chain),
        cmocka_unit_test(test_long_draw_is_a_chain),
        cmocka_unit_test(test_fill_of_2_to_the_33_is_one_launch),
        cmocka_unit_test(test_long_fill_fails_cleanly),
    };
    return SOWT_RUN(tests, NULL);
}
