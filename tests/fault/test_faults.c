/* Every OpenCL call that the library makes fails in turn, once, or with all calls after it: the call
 * returns the failure, holds on to nothing, and works when it is made again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "device/stage.h"
#include "fault_layer.h"
#include "run_tests.h"
#include "sowcl/model.h"
#include "test_device.h"

enum { COUNT = 77 * 13, FAULTS_MAX = 300 };

/* Beyond so many calls, which repeat by then, each seventh is enough; before, each third on rusticl, which
 * takes its time over programs. */
enum { FIRST_CALLS = 45, STRIDE = 7, RUSTICL_STRIDE = 3 };

static const sow_key key = {11, 12};

/* What a scenario works on, made while nothing fails. */
typedef struct workbench {
    sow_context *context;
    cl_mem buffer;
    cl_command_queue queue; /* the last act's own, which may still have commands to run */
    cl_event event;
    sow_plan plan;
    uint32_t drawn[COUNT];
} workbench;

typedef struct sweep {
    sow_status (*act)(workbench *bench);
    bool opened;     /* the bench has a context and a buffer */
    bool warm;       /* and act has been called before: its program is built */
    bool structured; /* the plan has a structure and an overlay */
} sweep;

/* Of a call that failed, commands may be left: they end before the next queue writes to the same buffer. */
static void settle(workbench *bench)
{
    if (bench->queue == NULL)
        return;
    assert_int_equal(CL_SUCCESS, clFinish(bench->queue));
    assert_int_equal(CL_SUCCESS, clReleaseCommandQueue(bench->queue));
    bench->queue = NULL;
}

static void set_up(workbench *bench, const sweep *scenario)
{
    memset(bench, 0, sizeof *bench);
    const sow_tensor tensor = {.dtype = SOW_F32, .rank = 1, .shape = {COUNT}};
    const sow_tensor matrix = {.dtype = SOW_F32, .rank = 2, .shape = {COUNT / 13, 13}};
    const sow_initializer uniform = sow_uniform(0, 1), eye = sow_with_padding_idx(sow_eye(), 3);
    assert_int_equal(SOW_OK, sow_plan_make(&bench->plan, scenario->structured ? &matrix : &tensor,
                                           scenario->structured ? &eye : &uniform, key, NULL));
    if (scenario->opened) {
        bench->context = sowt_context_open(NULL);
        bench->buffer = sowt_buffer_create(bench->context, sizeof bench->drawn + 4);
    }
    if (scenario->warm)
        assert_int_equal(SOW_OK, scenario->act(bench));
    settle(bench);
}

static void tear_down(workbench *bench)
{
    settle(bench);
    if (bench->context != NULL && sow_context_cl_queue(bench->context) != NULL)
        assert_int_equal(CL_SUCCESS, clFinish(sow_context_cl_queue(bench->context)));
    sow_buffer_release(bench->buffer);
    sow_context_release(bench->context);
}

static void assert_drawn(workbench *bench, const void *drawn)
{
    uint32_t expected[COUNT];
    assert_int_equal(SOW_OK, sow_fill_host_plan(expected, &bench->plan, NULL));
    assert_bits_equal(expected, drawn, sizeof expected, sizeof expected[0], "after a fault");
}

/* ---- Scenarios ---- */

static sow_status act_list(workbench *bench)
{
    (void)bench;
    sow_device_info list[8];
    size_t count = 77;
    const sow_status status = sow_device_list(list, 8, &count);
    assert_true(status == SOW_OK ? count > 0 && count != 77 : count == 77);
    return status;
}

static sow_status act_open(workbench *bench)
{
    sow_error error = {SOW_OK, ""};
    const sow_status status = sow_context_open(&bench->context, NULL, NULL, &error);
    assert_true((status == SOW_OK) == (bench->context != NULL));
    assert_int_equal(status, error.status);
    assert_true(status == SOW_OK || strlen(error.text) > 0);
    sow_context_release(bench->context);
    bench->context = NULL;
    return status;
}

static sow_status act_create(workbench *bench)
{
    sow_context *guest = (sow_context *)bench;
    const sow_status status = sow_context_create(&guest, sow_context_cl_context(bench->context),
                                                 sow_context_cl_device(bench->context), NULL);
    assert_true((status == SOW_OK) == (guest != NULL));
    sow_context_release(guest);
    return status;
}

static sow_status act_prepare(workbench *bench)
{
    return sow_context_prepare(bench->context, SOW_DIST_UNIFORM, SOW_F32);
}

static sow_status act_prepare_plan(workbench *bench)
{
    return sow_context_prepare_plan(bench->context, &bench->plan);
}

static sow_status act_fill(workbench *bench)
{
    cl_event event = (cl_event)bench;
    const sow_status status = sow_fill_plan(bench->context, sow_context_cl_queue(bench->context),
                                            bench->buffer, 0, &bench->plan, 0, NULL, &event);
    assert_true((status == SOW_OK) == (event != NULL));
    if (event != NULL)
        assert_int_equal(CL_SUCCESS, clReleaseEvent(event));
    return status;
}

/* Reads what a call has drawn, if it has. */
static sow_status read_after(sow_status status, workbench *bench)
{
    if (status != SOW_OK)
        return status;
    const sow_status read =
        sow_buffer_read(bench->context, bench->buffer, 0, sizeof bench->drawn, bench->drawn);
    if (read == SOW_OK)
        assert_drawn(bench, bench->drawn);
    return read;
}

static sow_status act_fill_and_read(workbench *bench)
{
    return read_after(act_fill(bench), bench);
}

static sow_status fill_and_wait(workbench *bench, cl_command_queue queue)
{
    cl_event event = (cl_event)bench;
    sow_status status =
        sow_fill_plan(bench->context, queue, bench->buffer, 0, &bench->plan, 0, NULL, &event);
    assert_true((status == SOW_OK) == (event != NULL));
    if (event == NULL)
        return status;
    status = clWaitForEvents(1, &event);
    assert_int_equal(CL_SUCCESS, clReleaseEvent(event));
    return status;
}

/* On a queue out of order, if the device has some: the commands are chained by events. */
static sow_status act_fill_unordered(workbench *bench)
{
    const cl_command_queue_properties wanted = CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE;
    cl_device_id device = sow_context_cl_device(bench->context);
    cl_command_queue_properties possible = 0;
    cl_int code =
        clGetDeviceInfo(device, CL_DEVICE_QUEUE_PROPERTIES, sizeof possible, &possible, NULL);
    if (code != CL_SUCCESS)
        return code;
    bench->queue = clCreateCommandQueue(sow_context_cl_context(bench->context), device,
                                        possible & wanted, &code);
    if (bench->queue == NULL)
        return code;
    return read_after(fill_and_wait(bench, bench->queue), bench);
}

/* The plan in parts that share a launch, and a constant after it that is launched alone. */
static sow_status act_batch(workbench *bench)
{
    enum { PARTS = 77, PART = COUNT / PARTS };
    sow_plan parts[PARTS + 1];
    sow_batch_item items[PARTS + 1];
    const sow_tensor scalar = {.dtype = SOW_F32};
    const sow_initializer zeros = sow_zeros();
    assert_int_equal(SOW_OK, sow_plan_make(&parts[PARTS], &scalar, &zeros, key, NULL));
    for (uint64_t i = 0; i <= PARTS; i++) {
        items[i] = (sow_batch_item){&parts[i], i * PART * sizeof bench->drawn[0]};
        if (i == PARTS)
            break;
        parts[i] = bench->plan;
        assert_int_equal(SOW_OK, sow_plan_slice(&parts[i], i * PART, PART));
    }
    cl_event event = (cl_event)bench;
    const sow_status status = sow_fill_batch(bench->context, sow_context_cl_queue(bench->context),
                                             bench->buffer, items, PARTS + 1, 0, NULL, &event);
    assert_true((status == SOW_OK) == (event != NULL));
    if (event != NULL)
        assert_int_equal(CL_SUCCESS, clReleaseEvent(event));
    return status;
}

static sow_status act_batch_and_read(workbench *bench)
{
    return read_after(act_batch(bench), bench);
}

/* The plan in a few parts, each launched alone. */
static sow_status act_few_and_read(workbench *bench)
{
    enum { PARTS = 3 };
    static const uint64_t ends[PARTS] = {4 * 13, 30 * 13, COUNT};
    sow_plan parts[PARTS];
    sow_batch_item items[PARTS];
    uint64_t begin = 0;
    for (size_t i = 0; i < PARTS; i++) {
        parts[i] = bench->plan;
        assert_int_equal(SOW_OK, sow_plan_slice(&parts[i], begin, ends[i] - begin));
        items[i] = (sow_batch_item){&parts[i], begin * sizeof bench->drawn[0]};
        begin = ends[i];
    }
    const sow_status status = sow_fill_batch(bench->context, sow_context_cl_queue(bench->context),
                                             bench->buffer, items, PARTS, 0, NULL, NULL);
    return read_after(status, bench);
}

static sow_status act_draw(workbench *bench)
{
    const sow_status status = sow_draw(bench->context, bench->drawn, &bench->plan, 0);
    if (status == SOW_OK)
        assert_drawn(bench, bench->drawn);
    return status;
}

static sow_status act_draw_as_guest(workbench *bench)
{
    sow_context *guest;
    const sow_status status = sow_context_create(&guest, sow_context_cl_context(bench->context),
                                                 sow_context_cl_device(bench->context), NULL);
    if (status != SOW_OK)
        return status;
    const sow_status drawn = sow_draw(guest, bench->drawn, &bench->plan, 0);
    if (drawn == SOW_OK)
        assert_drawn(bench, bench->drawn);
    sow_context_release(guest);
    return drawn;
}

/* Two slots, the first one twice, so that a slot with something in it is drawn again. */
static sow_status draw_in_slots(sowi_stage *stage, workbench *bench)
{
    const sow_batch_item piece = {&bench->plan, 0};
    unsigned char *bytes;
    sow_status status = SOW_OK;
    for (size_t i = 0; i < 3 && status == SOW_OK; i++) {
        status = sowi_stage_begin(stage, i % 2, &piece, 1);
        if (status == SOW_OK)
            status = sowi_stage_end(stage, i % 2, sizeof bench->drawn, &bytes);
        if (status == SOW_OK)
            assert_drawn(bench, bytes);
    }
    return status;
}

static sow_status act_stage(workbench *bench, sowi_stage_memory memory)
{
    sowi_stage *stage;
    assert_int_equal(SOW_OK,
                     sowi_stage_create(&stage, bench->context, 2, sizeof bench->drawn, memory));
    const sow_status status = draw_in_slots(stage, bench);
    sowi_stage_release(stage);
    return status;
}

static sow_status act_mapped_stage(workbench *bench)
{
    return act_stage(bench, SOWI_STAGE_MAPPED);
}

static sow_status act_copied_stage(workbench *bench)
{
    return act_stage(bench, SOWI_STAGE_COPIED);
}

/* As many elements of a matrix, which is made apart. The self-tests of prepare go all ways. */
static void plan_orthogonal(workbench *bench)
{
    const sow_tensor part = {
        .dtype = SOW_F32, .rank = 2, .shape = {90, 40}, .start = {2, 3}, .extent = {77, 13}};
    const sow_initializer orthogonal = sow_orthogonal(1, 0);
    assert_int_equal(SOW_OK, sow_plan_make(&bench->plan, &part, &orthogonal, key, NULL));
}

static sow_status act_prepare_orthogonal(workbench *bench)
{
    return sow_context_prepare(bench->context, SOW_DIST_ORTHOGONAL, SOW_F32);
}

static sow_status act_orthogonal(workbench *bench)
{
    plan_orthogonal(bench);
    return act_fill_and_read(bench);
}

static sow_status act_draw_orthogonal(workbench *bench)
{
    plan_orthogonal(bench);
    return act_draw(bench);
}

static sow_status act_set_workspace(workbench *bench)
{
    const sow_status status = sow_context_set_workspace(bench->context, bench->buffer);
    return status == SOW_OK ? sow_context_set_workspace(bench->context, NULL) : status;
}

/* The buffer holds what it was made of, or draws of the same test; a fault must leave no trace in what comes after. */
static sow_status act_stats(workbench *bench)
{
    sow_histogram histogram = {.std = 1};
    const sow_stats_options options = {.histogram = &histogram};
    sow_stats found, expected;
    const sow_status status =
        sow_stats_buffer(bench->context, sow_context_cl_queue(bench->context), bench->buffer, 0,
                         SOW_F32, COUNT, &options, 0, NULL, &found);
    if (status != SOW_OK)
        return status;
    const sow_status read =
        sow_buffer_read(bench->context, bench->buffer, 0, sizeof bench->drawn, bench->drawn);
    if (read != SOW_OK)
        return read;
    assert_int_equal(SOW_OK, sow_stats_host(bench->drawn, SOW_F32, COUNT, NULL, &expected));
    assert_memory_equal(&expected, &found, sizeof found);
    return SOW_OK;
}

static sow_status act_buffer(workbench *bench)
{
    cl_mem buffer = (cl_mem)bench;
    const sow_status status = sow_buffer_create(bench->context, 64, &buffer);
    assert_true((status == SOW_OK) == (buffer != NULL));
    sow_buffer_release(buffer);
    return status;
}

/* What is drawn against itself, an element later, so that it is read and looked at. */
static sow_status act_compare_buffers(workbench *bench)
{
    sow_difference found;
    cl_command_queue drawn_on = sow_context_cl_queue(bench->context);
    const sow_status status =
        sow_fill_plan(bench->context, drawn_on, bench->buffer, 0, &bench->plan, 0, NULL, NULL);
    return status != SOW_OK
               ? status
               : sow_compare_buffers(bench->context, drawn_on, bench->buffer, 0, bench->buffer, 1,
                                     SOW_F32, COUNT - 1, NULL, &found);
}

static sow_status compare_with(workbench *bench, sow_context *other)
{
    const sow_compare_side a = {.context = bench->context}, b = {.context = other};
    sow_compare_item item = {.plan = &bench->plan};
    sow_error error = {SOW_OK, ""};
    const sow_status status = sow_compare_plans(&a, &b, &item, 1, NULL, &error);
    assert_int_equal(status, error.status);
    assert_true(status != SOW_OK || item.difference.ulps[0] == COUNT);
    return status;
}

static sow_status act_compare_with_host(workbench *bench)
{
    return compare_with(bench, NULL);
}

static sow_status act_compare_on_device(workbench *bench)
{
    return compare_with(bench, bench->context);
}

/* ---- The sweep ---- */

/* A query that fails may be got over with a default, and a release goes on when the calls that it makes first
 * fail; anything else is handed through. */
static void check_status(sow_status status, const char *failed, unsigned long n)
{
    const bool query = strncmp(failed, "clGet", 5) == 0;
    const bool tidying =
        strcmp(failed, "clEnqueueUnmapMemObject") == 0 || strcmp(failed, "clFinish") == 0;
    if (status != SOWT_FAULT && !((query || tidying) && status == SOW_OK))
        fail_msg("call %lu (%s) failed with %d and the status was %s", n, failed, SOWT_FAULT,
                 sow_status_name(status));
}

/* Returns the call that failed; NULL when fewer than n can fail. */
static const char *fail_nth(const sweep *scenario, unsigned long n, bool sticky)
{
    workbench bench;
    char before[SOWT_LIVE_TEXT], after[SOWT_LIVE_TEXT];
    sowt_live_text(before);
    set_up(&bench, scenario);
    sowt_fault_arm(n, sticky);
    sow_status status = scenario->act(&bench);
    const char *failed = sowt_fault_disarm();
    settle(&bench);
    if (failed != NULL)
        check_status(status, failed, n);
    else
        assert_int_equal(SOW_OK, status);
    status = scenario->act(&bench);
    if (status != SOW_OK)
        fail_msg("again after call %lu (%s): %s", n, failed != NULL ? failed : "-",
                 sow_status_name(status));
    tear_down(&bench);
    sowt_live_text(after);
    if (strcmp(before, after) != 0)
        fail_msg("call %lu (%s) leaves %s instead of %s", n, failed != NULL ? failed : "-", after,
                 before);
    return failed;
}

static void test_fault_sweep(void **state)
{
    const sweep *scenario = *state;
    (void)sowt_context(); /* skips without a device */
    const bool rusticl = strcmp(sowt_implementation(), "rusticl") == 0;
    for (int sticky = 0; sticky < 2; sticky++) {
        unsigned long n = 1, tried = 1;
        while (fail_nth(scenario, n, sticky != 0) != NULL) {
            n += n >= FIRST_CALLS ? STRIDE : rusticl ? RUSTICL_STRIDE : 1;
            assert_true(++tried < FAULTS_MAX);
        }
        print_message("%lu faults%s\n", tried - 1, sticky != 0 ? ", sticky" : "");
        assert_true(n > 1);
    }
}

static const sweep list = {act_list, false, false, false}, open = {act_open, false, false, false},
                   create = {act_create, true, false, false},
                   prepare = {act_prepare, true, false, false},
                   first_fill = {act_fill_and_read, true, false, false},
                   fill = {act_fill_and_read, true, true, false},
                   first_batch = {act_batch_and_read, true, false, false},
                   batch = {act_batch_and_read, true, true, false},
                   first_draw = {act_draw, true, false, false},
                   draw = {act_draw, true, true, false},
                   guest_draw = {act_draw_as_guest, true, false, false},
                   mapped_stage = {act_mapped_stage, true, true, false},
                   copied_stage = {act_copied_stage, true, true, false},
                   buffer = {act_buffer, true, false, false},
                   first_stats = {act_stats, true, false, false},
                   stats = {act_stats, true, true, false},
                   first_compare = {act_compare_buffers, true, false, false},
                   compare_with_host = {act_compare_with_host, true, true, false},
                   compare_on_device = {act_compare_on_device, true, true, false},
                   prepare_orthogonal = {act_prepare_orthogonal, true, false, false},
                   orthogonal = {act_orthogonal, true, true, false},
                   draw_orthogonal = {act_draw_orthogonal, true, true, false},
                   set_workspace = {act_set_workspace, true, false, false},
                   prepare_plan = {act_prepare_plan, true, false, true},
                   first_structure = {act_fill_and_read, true, false, true},
                   structure = {act_fill_and_read, true, true, true},
                   unordered_structure = {act_fill_unordered, true, true, true},
                   structures = {act_few_and_read, true, true, true};

#define SWEEP(scenario)                                                                   \
    {                                                                                     \
        "test_fault_sweep of " #scenario, test_fault_sweep, NULL, NULL, (void *)&scenario \
    }

int main(void)
{
    sowt_layer_load();
    const struct CMUnitTest tests[] = {
        SWEEP(list),
        SWEEP(open),
        SWEEP(create),
        SWEEP(prepare),
        SWEEP(first_fill),
        SWEEP(fill),
        SWEEP(first_batch),
        SWEEP(batch),
        SWEEP(draw),
        SWEEP(first_draw),
        SWEEP(guest_draw),
        SWEEP(mapped_stage),
        SWEEP(copied_stage),
        SWEEP(buffer),
        SWEEP(prepare_plan),
        SWEEP(first_structure),
        SWEEP(structure),
        SWEEP(unordered_structure),
        SWEEP(structures),
        SWEEP(prepare_orthogonal),
        SWEEP(orthogonal),
        SWEEP(draw_orthogonal),
        SWEEP(set_workspace),
        SWEEP(first_stats),
        SWEEP(stats),
        SWEEP(first_compare),
        SWEEP(compare_with_host),
        SWEEP(compare_on_device),
    };
    return SOWT_RUN(tests, sowt_context_teardown);
}
