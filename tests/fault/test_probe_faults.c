/* A probe whose OpenCL calls fail, or whose device gives back other bytes. */
#include <string.h>

#include "compare/probe_run.h"
#include "fault_layer.h"
#include "refusal.h"
#include "run_tests.h"
#include "test_device.h"

enum { FAULTS_MAX = 400 };

/* All rows do the same: words alone, and in the long sweep one with fewer rows. */
static const sowi_probe_plant words = {.families = 1u << SOWK_PROBE_u32};
static const sowi_probe_plant stores = {.families = 1u << SOWK_PROBE_store};
static const sow_probe_options small = {.cases = 1024};

static sow_context *open_scalar(void)
{
    const sow_options scalar = {.lanes = 1};
    return sowt_context_open(&scalar);
}

static void test_other_bytes_are_told(void **state)
{
    (void)state;
    sow_context *const context = open_scalar();
    sow_error error = {0};
    sow_probe *probe = NULL;
    sowt_bend_reads(true);
    const sow_status status = sowi_probe_run_planted(&probe, context, &small, &words, &error);
    sowt_bend_reads(false);
    assert_done(status, &error);
    assert_false(sow_probe_holds(probe));
    for (size_t i = 0; i < sow_probe_row_count(probe); i++) {
        const sow_probe_row *const row = sow_probe_row_at(probe, i);
        assert_int_equal(SOW_PROBE_DIFFERS, row->outcome);
        assert_int_equal(1, row->failures); /* the bit that is bent */
    }
    sow_probe_release(probe);
    sow_context_release(context);
}

/* Nothing in a probe depends on them but what it says of the device. */
static bool is_spared(const char *name)
{
    return strncmp(name, "clGetDeviceInfo", 15) == 0 || strcmp(name, "clGetPlatformInfo") == 0 ||
           strcmp(name, "clGetProgramBuildInfo") == 0;
}

/* What the caller gets: a status, or a probe that says that an operation was not tried. */
static void check_told(const char *fired, unsigned long n, sow_status status,
                       const sow_probe *probe)
{
    if (status == SOW_OK ? !sow_probe_holds(probe) || is_spared(fired) : status == SOWT_FAULT)
        return;
    fail_msg("call %lu, %s, failed: %s", n, fired, sow_status_name(status));
}

static void test_probe_survives_faults(void **state)
{
    (void)state;
    char before[SOWT_LIVE_TEXT], after[SOWT_LIVE_TEXT];
    sow_context *const context = open_scalar();
    sowt_live_text(before);
    unsigned long n = 1;
    for (; n < FAULTS_MAX; n++) {
        sow_probe *probe = (void *)before;
        sowt_fault_arm(n, false);
        const sow_status status = sowi_probe_run_planted(&probe, context, &small, &stores, NULL);
        const char *const fired = sowt_fault_disarm();
        assert_true((status == SOW_OK) == (probe != NULL));
        sowt_live_text(after);
        assert_string_equal(before, after);
        if (fired != NULL)
            check_told(fired, n, status, probe);
        else
            assert_true(status == SOW_OK && sow_probe_holds(probe));
        sow_probe_release(probe);
        if (fired == NULL)
            break;
    }
    assert_in_range(n, 40, FAULTS_MAX - 1);
    sow_context_release(context);
}

int main(void)
{
    sowt_layer_load();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_bytes_are_told),
        cmocka_unit_test(test_probe_survives_faults),
    };
    return SOWT_RUN(tests, NULL);
}
