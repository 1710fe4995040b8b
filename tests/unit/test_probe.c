/* A probe of the host, its refusals, and that its cases find arithmetic that is nearly right. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "compare/probe_run.h"
#include "compare/probe_table.h"
#include "number_bits.h"
#include "refusal.h"
#include "run_tests.h"

enum { CASES = 4096 };

static float float_of(uint64_t bits)
{
    return sowi_float_of_bits((uint32_t)bits);
}

/* ---- Wrong arithmetic, as devices have had it ---- */

/* In two roundings; in double and once more; in double, where the processor's float is. */
static uint64_t two_roundings(const uint64_t *x)
{
    const float product = float_of(x[0]) * float_of(x[1]);
    return sowi_bits_of_float(product + float_of(x[2]));
}

static uint64_t rounded_twice(const uint64_t *x)
{
    return sowi_bits_of_float(
        (float)((double)float_of(x[0]) * (double)float_of(x[1]) + (double)float_of(x[2])));
}

static uint64_t fused(const uint64_t *x)
{
    return sowi_bits_of_float(fmaf(float_of(x[0]), float_of(x[1]), float_of(x[2])));
}

static uint64_t fused_difference(const uint64_t *x)
{
    return sowi_bits_of_float(fmaf(-float_of(x[0]), float_of(x[1]), float_of(x[2])));
}

/* An addend that is forgotten where it lies far below the product, but not where it decides a tie. */
static uint64_t without_sticky_bit(const uint64_t *x)
{
    const float a = float_of(x[0]), b = float_of(x[1]), c = float_of(x[2]);
    const bool far = fabsf(c) < fabsf(a * b) * 0x1p-30f;
    return far ? sowi_bits_of_float(a * b) : fused(x);
}

static uint64_t truncated_sum(const uint64_t *x)
{
    const double sum = (double)float_of(x[0]) + (double)float_of(x[1]);
    const float rounded = (float)sum;
    return fabs((double)rounded) > fabs(sum) ? sowi_bits_of_float(rounded) - 1
                                             : sowi_bits_of_float(rounded);
}

/* Ties away from zero: right but for them. */
static uint64_t ties_away_product(const uint64_t *x)
{
    const double product = (double)float_of(x[0]) * (double)float_of(x[1]);
    const float rounded = (float)product;
    const float next = nextafterf(rounded, product > 0 ? INFINITY : -INFINITY);
    const bool tie = fabs((double)rounded) < fabs(product) &&
                     (double)next - product == product - (double)rounded;
    return sowi_bits_of_float(tie ? next : rounded);
}

/* With its sign lost where it is zero. */
static uint64_t unsigned_zero_product(const uint64_t *x)
{
    const float product = float_of(x[0]) * float_of(x[1]);
    return sowi_bits_of_float(product == 0 ? 0.0f : product);
}

static uint64_t truncated_int(const uint64_t *x)
{
    const double value = x[0] >> 31 != 0 ? (double)x[0] - 0x1p32 : (double)x[0];
    const float rounded = (float)value;
    return fabs((double)rounded) > fabs(value) ? sowi_bits_of_float(rounded) - 1
                                               : sowi_bits_of_float(rounded);
}

static uint64_t ties_away_f16(const uint64_t *x)
{
    const double unit = 0x1p-24, value = fabs((double)float_of(x[0]));
    const uint64_t sign = x[0] >> 16 & 0x8000;
    if (value >= 0x1p-14) /* of normal values all is right */
        return UINT64_MAX;
    return sign | (uint64_t)floor(value / unit + 0.5);
}

static uint64_t truncated_bf16(const uint64_t *x)
{
    return x[0] >> 16;
}

static uint64_t product_of_24_bits(const uint64_t *x)
{
    return (x[0] & 0xffffff) * (x[1] & 0xffffff);
}

static uint64_t shift_of_32_bits(const uint64_t *x)
{
    return x[0] >> (x[1] & 31);
}

static uint64_t divided_as_doubles(const uint64_t *x)
{
    return (uint64_t)((double)x[0] / (double)x[1]);
}

static uint64_t signed_less(const uint64_t *x)
{
    return (int64_t)x[0] < (int64_t)x[1] ? x[0] : x[2];
}

typedef uint64_t mutant(const uint64_t *x);

static const sowi_probe_entry *entry_of(const char *type, const char *name)
{
    for (size_t i = 0; i < sowi_probe_entry_count; i++)
        if (strcmp(sowi_probe_entries[i].type, type) == 0 &&
            strcmp(sowi_probe_entries[i].name, name) == 0)
            return &sowi_probe_entries[i];
    fail_msg("no %s %s", type, name);
    return NULL;
}

/* Cases of an entry in which the mutant is wrong. */
static unsigned found_in(const sowi_probe_entry *entry, mutant *wrong)
{
    unsigned found = 0;
    for (uint64_t i = 0; i < CASES; i++) {
        uint64_t x[SOWI_PROBE_OPERANDS];
        sowi_probe_draw draw = {entry->format, i * 0x9e3779b97f4a7c15, i};
        entry->cases(&draw, x);
        const uint64_t expected = entry->exact(entry->format, x) & entry->mask;
        const uint64_t actual = wrong(x);
        found += actual != UINT64_MAX && (actual & entry->mask) != expected;
    }
    return found;
}

/* The default is 250 times as many cases: at least 4 of these make sure that none goes unseen. */
static void test_cases_find_wrong_arithmetic(void **state)
{
    (void)state;
    const struct {
        const char *type, *name;
        mutant *wrong;
    } mutants[] = {
        {"f32", "fma", two_roundings},
        {"f32", "fma", rounded_twice},
        {"f32", "fma", without_sticky_bit},
        {"f32", "a product's sum, not fused", fused},
        {"f32", "a product's difference, not fused", fused_difference},
        {"f32", "add", truncated_sum},
        {"f32", "multiply", ties_away_product},
        {"f32", "multiply", unsigned_zero_product},
        {"i32", "int to float", truncated_int},
        {"f32", "round to f16", ties_away_f16},
        {"f32", "round to bf16", truncated_bf16},
        {"u32", "product 32 x 32 to 64", product_of_24_bits},
        {"u64", "shift right", shift_of_32_bits},
        {"u64", "divide", divided_as_doubles},
        {"u64", "compare and select", signed_less},
    };
    for (size_t i = 0; i < sizeof mutants / sizeof *mutants; i++) {
        const unsigned found =
            found_in(entry_of(mutants[i].type, mutants[i].name), mutants[i].wrong);
        if (found < 4)
            fail_msg("%s %s, mutant %zu: found in %u of %d cases", mutants[i].type, mutants[i].name,
                     i, found, CASES);
    }
}

/* A device may flush subnormal numbers and break no contract: no case of it has any. */
static void test_contract_needs_no_subnormals(void **state)
{
    (void)state;
    for (size_t i = 0; i < sowi_probe_entry_count; i++) {
        const sowi_probe_entry *const entry = &sowi_probe_entries[i];
        if (!entry->in_contract || entry->format == NULL)
            continue;
        for (uint64_t j = 0; j < CASES; j++) {
            uint64_t x[SOWI_PROBE_OPERANDS];
            sowi_probe_draw draw = {entry->format, j * 0x9e3779b97f4a7c15, j};
            entry->cases(&draw, x);
            for (unsigned k = 0; k < entry->operands; k++)
                assert_false(sowi_format_is_subnormal(entry->format, x[k]) ||
                             !sowi_format_is_finite(entry->format, x[k]));
            if (entry->result == entry->format)
                assert_false(
                    sowi_format_is_subnormal(entry->format, entry->exact(entry->format, x)));
        }
    }
}

/* Cases that meet no condition become operands of 1: they must stay rare. */
static void test_cases_are_seldom_replaced(void **state)
{
    (void)state;
    for (size_t i = 0; i < sowi_probe_entry_count; i++) {
        const sowi_probe_entry *const entry = &sowi_probe_entries[i];
        unsigned replaced = 0;
        for (uint64_t j = 0; j < CASES && entry->format != NULL; j++) {
            uint64_t x[SOWI_PROBE_OPERANDS];
            sowi_probe_draw draw = {entry->format, j * 0x9e3779b97f4a7c15, j};
            const uint64_t one = sowi_format_one(entry->format);
            entry->cases(&draw, x);
            replaced += x[0] == one && (entry->operands < 2 || x[1] == one);
        }
        if (replaced > CASES / 50)
            fail_msg("%s %s: %u of %d cases replaced", entry->type, entry->name, replaced, CASES);
    }
}

/* ---- The host ---- */

static void test_host_holds(void **state)
{
    (void)state;
    sow_probe *probe = NULL;
    sow_error error = {0};
    const sow_probe_options options = {.cases = 40000, .seed = 7};
    assert_done(sow_probe_run(&probe, NULL, &options, &error), &error);
    const sow_probe_setting *const setting = sow_probe_setting_of(probe);
    assert_string_equal("host", setting->device);
    assert_null(setting->build_options);
    assert_int_equal(7, setting->seed);
    assert_int_equal(40960, setting->cases); /* the next multiple of 1024 */
    bool has_plans = false;
    for (size_t i = 0; i < sow_probe_row_count(probe); i++) {
        const sow_probe_row *const row = sow_probe_row_at(probe, i);
        if (row->outcome != SOW_PROBE_EXACT)
            fail_msg("%s %s: %" PRIu64 " of %" PRIu64 " differ", row->type, row->name,
                     row->failures, row->cases);
        assert_in_range(row->forms, 1, 2);
        has_plans = has_plans || strcmp(row->name, "plans: divide") == 0;
        assert_int_equal(0, sow_probe_kernel(probe, i, NULL, 0));
    }
    assert_true(has_plans);
    assert_true(sow_probe_holds(probe));
    assert_null(sow_probe_row_at(probe, sow_probe_row_count(probe)));
    sow_probe_release(probe);
}

static int stop_at(void *user, uint64_t done, uint64_t total)
{
    assert_true(done <= total);
    return done >= *(const uint64_t *)user;
}

static void test_probe_refuses(void **state)
{
    (void)state;
    sow_error error = {0};
    sow_probe *probe = (void *)&error;
    sow_probe_options options = {.cases = (UINT64_C(1) << 32) + 1};
    assert_refused(SOW_ERR_ARGUMENT, sow_probe_run(NULL, NULL, NULL, &error), &error, "out");
    assert_refused(SOW_ERR_ARGUMENT, sow_probe_run(&probe, NULL, &options, &error), &error,
                   "cases (4294967297)");
    assert_null(probe);
    uint64_t at = 5000;
    options = (sow_probe_options){.cases = 1024, .progress = stop_at, .user = &at};
    probe = (void *)&error;
    assert_refused(SOW_ERR_CANCELLED, sow_probe_run(&probe, NULL, &options, &error), &error,
                   "cancelled");
    assert_null(probe);
    sow_probe_release(NULL);
    char text[8] = "x";
    assert_int_equal(0, sow_probe_holds(NULL));
    assert_int_equal(0, sow_probe_row_count(NULL));
    assert_null(sow_probe_row_at(NULL, 0));
    assert_null(sow_probe_setting_of(NULL));
    assert_int_equal(0, sow_probe_kernel(NULL, 0, text, sizeof text));
    assert_string_equal("", text);
}

/* The same cases by whatever threads, and others by another seed. */
static void test_seed_chooses_the_cases(void **state)
{
    (void)state;
    const sowi_probe_entry *const entry = entry_of("f32", "fma");
    uint64_t first[2][SOWI_PROBE_OPERANDS];
    for (uint64_t seed = 0; seed < 2; seed++) {
        uint64_t again[SOWI_PROBE_OPERANDS];
        sowi_probe_draw draw = {entry->format, seed, 0}, same = {entry->format, seed, 0};
        entry->cases(&draw, first[seed]);
        entry->cases(&same, again);
        assert_memory_equal(first[seed], again, sizeof again);
    }
    assert_memory_not_equal(first[0], first[1], sizeof first[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases_find_wrong_arithmetic),
        cmocka_unit_test(test_contract_needs_no_subnormals),
        cmocka_unit_test(test_cases_are_seldom_replaced),
        cmocka_unit_test(test_host_holds),
        cmocka_unit_test(test_probe_refuses),
        cmocka_unit_test(test_seed_chooses_the_cases),
    };
    return SOWT_RUN(tests, NULL);
}
