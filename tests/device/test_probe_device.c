/* A probe of the device: it holds, and faults that are planted in its programs are found. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "compare/probe_run.h"
#include "device/program_source.h"
#include "refusal.h"
#include "run_tests.h"
#include "test_device.h"

static bool runs_on(const char *implementation)
{
    return strcmp(sowt_implementation(), implementation) == 0;
}

static sow_probe *run_planted(sow_context *context, uint64_t cases, const sowi_probe_plant *plant)
{
    sow_probe *probe = NULL;
    sow_error error = {0};
    const sow_probe_options options = {.cases = cases};
    assert_done(sowi_probe_run_planted(&probe, context, &options, plant, &error), &error);
    return probe;
}

static const sow_probe_row *row_of(const sow_probe *probe, const char *type, const char *name)
{
    for (size_t i = 0; i < sow_probe_row_count(probe); i++) {
        const sow_probe_row *const row = sow_probe_row_at(probe, i);
        if (strcmp(row->type, type) == 0 && strcmp(row->name, name) == 0)
            return row;
    }
    fail_msg("no row %s %s", type, name);
    return NULL;
}

/* Simulators are slow. */
static uint64_t cases_here(void)
{
    return runs_on("oclgrind") ? 1024 : 102400;
}

static void test_device_holds(void **state)
{
    (void)state;
    sow_context *const context = sowt_context();
    sow_probe *const probe = run_planted(context, cases_here(), NULL);
    const sow_probe_setting *const setting = sow_probe_setting_of(probe);
    assert_string_equal(sowt_device_name(), setting->device);
    assert_string_equal("-cl-std=CL1.2 -w", setting->build_options);
    for (size_t i = 0; i < sow_probe_row_count(probe); i++) {
        const sow_probe_row *const row = sow_probe_row_at(probe, i);
        const bool may_lack = !setting->has_f64;
        if (row->in_contract && row->outcome != SOW_PROBE_EXACT &&
            !(may_lack && row->outcome == SOW_PROBE_UNTESTED))
            fail_msg("%s %s: outcome %d, %" PRIu64 " differ: %s", row->type, row->name,
                     (int)row->outcome, row->failures, row->log != NULL ? row->log : "");
        assert_true(row->outcome == SOW_PROBE_UNTESTED ? row->forms == 0 : row->forms >= 1);
    }
    assert_true(sow_probe_holds(probe));
    sow_probe_release(probe);
}

/* What one driver's fma does, and that it is told: kernels/normal.clh keeps away from it. */
static void test_signed_zeros_of_rusticl_are_told(void **state)
{
    (void)state;
    if (!runs_on("rusticl"))
        sowt_skip("rusticl only");
    sow_probe *const probe = run_planted(sowt_context(), 1024, NULL);
    const sow_probe_row *const row = row_of(probe, "f32", "fma, zeros in product and addend");
    assert_int_equal(SOW_PROBE_DIFFERS, row->outcome);
    assert_int_equal(0, row->in_contract);
    assert_int_equal(0, row->zeros);
    assert_int_equal(0x80000000, row->first_actual);
    assert_int_equal(0, row->first_expected);
    sow_probe_release(probe);
}

/* ---- Planted faults ---- */

/* A text that is put in another's place wherever it stands in a program; the edited parts. */
typedef struct edit {
    const char *from, *to;
    char *parts[128];
    size_t count;
} edit;

static char *replaced(const char *text, const char *from, const char *to)
{
    const char *const at = strstr(text, from);
    if (at == NULL)
        return NULL;
    char *const made = malloc(strlen(text) + strlen(to) + 1);
    assert_non_null(made);
    memcpy(made, text, (size_t)(at - text));
    strcpy(made + (at - text), to);
    strcat(made, at + strlen(from));
    return made;
}

static void edit_program(sowi_program_source *text, void *user)
{
    edit *const mine = user;
    for (cl_uint i = 0; i < text->count; i++) {
        char *const part = replaced(text->strings[i], mine->from, mine->to);
        if (part == NULL)
            continue;
        assert_in_range(mine->count, 0, sizeof mine->parts / sizeof *mine->parts - 1);
        mine->parts[mine->count++] = part;
        text->strings[i] = part;
    }
}

/* Probes with the edit, in the forms of so many lanes; the caller releases the probe. */
static sow_probe *run_edited(uint32_t lanes, unsigned family, const char *from, const char *to)
{
    const sow_options options = {.lanes = lanes};
    sow_context *const context = sowt_context_open(&options);
    edit mine = {.from = from, .to = to};
    const sowi_probe_plant plant = {.edit = edit_program, .user = &mine, .families = 1u << family};
    sow_probe *const probe = run_planted(context, 4096, &plant);
    assert_true(mine.count > 0);
    while (mine.count > 0)
        free(mine.parts[--mine.count]);
    sow_context_release(context);
    return probe;
}

/* The fault breaks what it is planted in and nothing else of the contract. */
static void check_found(const sow_probe *probe, sow_probe_outcome outcome, const char *type,
                        const char *name, unsigned broken)
{
    const sow_probe_row *const row = row_of(probe, type, name);
    unsigned found = 0;
    assert_int_equal(outcome, row->outcome);
    assert_false(sow_probe_holds(probe));
    for (size_t i = 0; i < sow_probe_row_count(probe); i++) {
        const sow_probe_row *const other = sow_probe_row_at(probe, i);
        found += other->in_contract && other->outcome == outcome;
    }
    assert_int_equal(broken, found);
}

static void test_wrong_operations_are_found(void **state)
{
    (void)state;
    static const struct {
        unsigned family;
        const char *from, *to, *type, *name;
    } edits[] = {
        {SOWK_PROBE_f32, "f32_fma, SOWK_FMA(SOWK_A, SOWK_B, SOWK_C)",
         "f32_fma, SOWK_A * SOWK_B + SOWK_C", "f32", "fma"},
        {SOWK_PROBE_u64, "u64_product, (ulong)(uint)a * (uint)b",
         "u64_product, (ulong)((uint)a * (uint)b)", "u32", "product 32 x 32 to 64"},
        {SOWK_PROBE_store, "(x + 0x7fffu + ((x >> 16) & 1u))", "(x + 0x8000u)", "f32",
         "round to bf16"},
        {SOWK_PROBE_f32, "f32_sum_of_product, SOWK_A * SOWK_B + SOWK_C",
         "f32_sum_of_product, SOWK_FMA(SOWK_A, SOWK_B, SOWK_C)", "f32",
         "a product's sum, not fused"},
    };
    if (runs_on("oclgrind"))
        sowt_skip("the programs are rebuilt for each fault");
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        sow_probe *const probe = run_edited(1, edits[i].family, edits[i].from, edits[i].to);
        check_found(probe, SOW_PROBE_DIFFERS, edits[i].type, edits[i].name, 1);
        const sow_probe_row *const row = row_of(probe, edits[i].type, edits[i].name);
        assert_int_not_equal(row->first_expected, row->first_actual);
        assert_in_range(row->failures, 1, row->cases * row->forms);
        sow_probe_release(probe);
    }
}

/* The results of scalars must not be taken for those of vectors, which do nothing here. */
static void test_missing_results_are_found(void **state)
{
    (void)state;
    if (runs_on("oclgrind"))
        sowt_skip("the programs are rebuilt for each fault");
    sow_probe *const probe = run_edited(8, SOWK_PROBE_store, "results[i] = result;",
                                        "if (SOWK_LANES == 1) results[i] = result;");
    for (size_t i = 0; i < sow_probe_row_count(probe); i++) {
        const sow_probe_row *const row = sow_probe_row_at(probe, i);
        assert_int_equal(SOW_PROBE_DIFFERS, row->outcome);
        assert_int_equal(8, row->first_width);
        assert_int_equal(2 * row->cases, row->failures);
    }
    sow_probe_release(probe);
}

/* A compiler that is allowed to contract does where there is an instruction for it: so does PoCL's here. */
static void test_contraction_is_found(void **state)
{
    (void)state;
    if (!runs_on("pocl"))
        sowt_skip("PoCL only: others need not contract");
    sow_probe *const probe = run_edited(1, SOWK_PROBE_f32, "FP_CONTRACT OFF", "FP_CONTRACT ON");
    check_found(probe, SOW_PROBE_DIFFERS, "f32", "a product's sum, not fused", 2);
    sow_probe_release(probe);
}

static void test_fast_math_is_found(void **state)
{
    (void)state;
    if (!runs_on("pocl"))
        sowt_skip("PoCL only: what the option does is the driver's");
    const sowi_probe_plant plant = {.options = "-cl-std=CL1.2 -w -cl-fast-relaxed-math",
                                    .families = 1u << SOWK_PROBE_f32};
    sow_probe *const probe = run_planted(sowt_context(), 4096, &plant);
    assert_string_equal(plant.options, sow_probe_setting_of(probe)->build_options);
    check_found(probe, SOW_PROBE_DIFFERS, "f32", "a sum less a term, not simplified", 1);
    sow_probe_release(probe);
}

/* One program that does not build hides no other. */
static void test_failed_builds_are_told(void **state)
{
    (void)state;
    sow_probe *const probe = run_edited(1, SOWK_PROBE_store, "store_f8_e5m2, sowk_round_f8_e5m2(a)",
                                        "store_f8_e5m2, planted_error(a)");
    check_found(probe, SOW_PROBE_UNBUILT, "f32", "round to f8_e5m2", 4); /* all of the program */
    const sow_probe_row *const row = row_of(probe, "f32", "round to f8_e5m2");
    assert_non_null(row->log);
    assert_non_null(strstr(row->log, "failed to build"));
    assert_int_equal(0, row->forms);
    sow_probe_release(probe);
}

/* ---- Kernels for bug reports ---- */

static void assert_builds(sow_context *context, const char *text)
{
    cl_int code = CL_SUCCESS;
    const cl_device_id device = sow_context_cl_device(context);
    cl_program program =
        clCreateProgramWithSource(sow_context_cl_context(context), 1, &text, NULL, &code);
    assert_int_equal(CL_SUCCESS, code);
    if (clBuildProgram(program, 1, &device, "-cl-std=CL1.2", NULL, NULL) != CL_SUCCESS)
        fail_msg("does not build:\n%s", text);
    assert_int_equal(CL_SUCCESS, clReleaseProgram(program));
}

#define KERNEL_MAX 1024

/* Appends a row's kernel under a name of its own. */
static void append_kernel(char *all, const sow_probe *probe, size_t row, uint32_t width)
{
    char text[KERNEL_MAX], cut[20];
    probe->rows[row].first_width = width;
    const size_t length = sow_probe_kernel(probe, row, text, sizeof text);
    assert_in_range(length, 100, sizeof text - 1);
    assert_int_equal(length, strlen(text));
    assert_int_equal(length, sow_probe_kernel(probe, row, cut, sizeof cut));
    assert_int_equal(sizeof cut - 1, strlen(cut));
    assert_memory_equal(text, cut, sizeof cut - 1);
    if (strstr(text, "sowk_") == NULL && strstr(text, "double") == NULL)
        sprintf(all + strlen(all), "#define probe probe_%zu_%u\n%s#undef probe\n", row,
                (unsigned)width, text);
}

/* All in one program, as vectors where the device's fills have any. */
static void test_kernels_for_reports_build(void **state)
{
    (void)state;
    if (runs_on("oclgrind"))
        sowt_skip("the probe runs once");
    sow_context *const context = sowt_context();
    sow_probe *const probe = run_planted(context, 1024, NULL);
    const size_t count = sow_probe_row_count(probe);
    char *const all = calloc(count + 1, KERNEL_MAX + 64);
    assert_non_null(all);
    for (size_t i = 0; i < count; i++)
        append_kernel(all, probe, i, probe->rows[i].forms > 1 ? 8 : 1);
    assert_builds(context, all);
    assert_int_equal(0, sow_probe_kernel(probe, count, NULL, 0));
    free(all);
    sow_probe_release(probe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_device_holds),
        cmocka_unit_test(test_signed_zeros_of_rusticl_are_told),
        cmocka_unit_test(test_wrong_operations_are_found),
        cmocka_unit_test(test_missing_results_are_found),
        cmocka_unit_test(test_contraction_is_found),
        cmocka_unit_test(test_fast_math_is_found),
        cmocka_unit_test(test_failed_builds_are_told),
        cmocka_unit_test(test_kernels_for_reports_build),
    };
    return SOWT_RUN(tests, sowt_context_teardown);
}
