#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "by_value.h"
#include "compare_samples.h"
#include "compare_tell.h"
#include "message.h"
#include "output.h"
#include "table.h"
#include "terminal.h"

/* Differing tensors of a pair that are printed; --json has all. */
enum { ROWS_MAX = 20 };

/* Cells of a bar in the histogram. */
enum { HISTOGRAM_CELLS = 40 };

static void print_rules(const comparison *found)
{
    const sow_tolerance *const allowed = &found->tolerance;
    const by_value values = by_value_of(found);
    const bool by_size = allowed->atol != 0 || allowed->rtol != 0;
    output_text(stdout, "rules    ");
    if (allowed->ulp == 0 && !by_size)
        output_text(stdout, by_value_rule(&values).text);
    else if (values.count != 0)
        output_printf(stdout, "%s; ", by_value_tell(&values).text);
    if (allowed->ulp != 0)
        output_printf(stdout, "at most %" PRIu64 " ulp apart%s", allowed->ulp,
                      by_size ? ", or " : "");
    if (by_size)
        output_printf(stdout, "|a - b| <= %g + %g |b|", allowed->atol, allowed->rtol);
    output_text(stdout, "\n");
}

static void print_side(const char *word, const comparison_side *side)
{
    output_printf(stdout, "%-7s  ", word);
    output_escaped(stdout, side->name);
    if (side->details[0] != '\0') {
        output_text(stdout, "  (");
        output_escaped(stdout, side->details);
        output_text(stdout, ")");
    }
    if (side->cpu_ns > 0)
        output_printf(stdout, "  %.3g ns of CPU time, %.3g ns an element", side->cpu_ns,
                      side->wall_ns);
    output_text(stdout, "\n");
}

static void print_head(const comparison *found)
{
    output_text(stdout, "compared ");
    output_escaped(stdout, found->what);
    output_text(stdout, "\n");
    print_side("A", &found->sides[0]);
    for (size_t i = 1; i < found->side_count; i++)
        print_side(i == 1 ? "B" : "", &found->sides[i]);
    print_rules(found);
    output_text(stdout, "\n");
}

/* ---- A row for each pair ---- */

static size_t count_cases(const comparison_pair *pair, bool (*is_one)(const comparison_case *of))
{
    size_t count = 0;
    for (size_t i = 0; i < pair->count; i++)
        count += is_one(&pair->cases[i]);
    return count;
}

static bool is_left_out(const comparison_case *of)
{
    return of->without_f64 || of->without_control;
}

static bool has_failed(const comparison_case *of)
{
    return of->failed;
}

static const char *verdict_of(const comparison *found, const comparison_pair *pair)
{
    if (count_cases(pair, is_left_out) == pair->count)
        return "nothing compared";
    if (count_cases(pair, has_failed) > 0 && pair->total.beyond == 0)
        return "not all compared";
    if (!comparison_pair_agrees(pair))
        return comparison_pair_is_control(found, pair) ? "other bits (control)" : "different";
    return pair->total.differing != 0                            ? "equal within the tolerance"
           : count_cases(pair, comparison_case_is_by_value) != 0 ? "equal by value"
                                                                 : "equal";
}

static void print_pairs(const comparison *found)
{
    static const char *const heads[] = {"A",         "B",       "tensors", "elements",
                                        "differing", "max ulp", "seconds", "verdict"};
    table *const rows = table_create("llrrrrrl");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        table_cell(rows, "%s", heads[i]);
    for (size_t i = 0; i < found->pair_count; i++) {
        const comparison_pair *const pair = &found->pairs[i];
        table_cell(rows, "%s", found->sides[pair->a].name);
        table_cell(rows, "%s", found->sides[pair->b].name);
        table_cell(rows, "%zu", count_cases(pair, comparison_case_is_compared));
        table_cell(rows, "%" PRIu64, pair->total.elements);
        table_cell(rows, "%" PRIu64, pair->total.differing);
        table_cell(rows, "%" PRIu64, pair->total.max_ulp);
        table_cell(rows, "%.3f", pair->seconds);
        table_cell(rows, "%s", verdict_of(found, pair));
    }
    table_print(rows, stdout);
    table_release(rows);
}

/* ---- What differs in a pair ---- */

static void table_numbers(table *rows, const sow_difference *of)
{
    table_cell(rows, "%" PRIu64, of->elements);
    table_cell(rows, "%" PRIu64, of->differing);
    table_cell(rows, "%" PRIu64, of->beyond);
    table_cell(rows, "%" PRIu64, of->max_ulp);
    table_cell(rows, "%.3g", of->max_absolute);
    table_cell(rows, "%.3g", of->mean_absolute);
    table_cell(rows, "%.3g", of->max_relative);
    table_cell(rows, "%.3g", of->mean_relative);
}

static bool differs(const comparison_case *of)
{
    return comparison_case_is_compared(of) && of->difference.differing != 0;
}

static void print_differing(const comparison_pair *pair)
{
    static const char *const heads[] = {"tensor",    "dtype",   "shape",   "elements",
                                        "differing", "beyond",  "max ulp", "max abs",
                                        "mean abs",  "max rel", "mean rel"};
    const size_t differing = count_cases(pair, differs);
    size_t printed = 0;
    table *const rows = table_create("lllrrrrrrrr");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        table_cell(rows, "%s", heads[i]);
    for (size_t i = 0; i < pair->count && printed < ROWS_MAX; i++) {
        const comparison_case *const of = &pair->cases[i];
        if (!differs(of))
            continue;
        table_name(rows, of->label);
        table_cell(rows, "%s", of->dtype_name);
        table_cell(rows, "%s", of->shape);
        table_numbers(rows, &of->difference);
        printed++;
    }
    if (printed > 1) {
        table_cell(rows, "all %zu", count_cases(pair, comparison_case_is_compared));
        table_cell(rows, "%s", "");
        table_cell(rows, "%s", "");
        table_numbers(rows, &pair->total);
    }
    table_print(rows, stdout);
    table_release(rows);
    if (differing > printed)
        output_printf(stdout, "and %zu more, which --json lists\n", differing - printed);
}

static void print_bits(sow_dtype dtype, bool is_unsigned, uint64_t bits, double value)
{
    output_printf(stdout, "0x%0*" PRIx64 "  %s\n", (int)(2 * sow_dtype_size(dtype)), bits,
                  comparison_value(dtype, is_unsigned, bits, value).text);
}

static void print_first(const comparison_pair *pair)
{
    const comparison_case *const of = &pair->cases[pair->total_first];
    const sow_difference *const found = &of->difference;
    uint64_t *const coordinates = need_memory(calloc(of->rank + 1, sizeof *coordinates));
    const uint32_t count = comparison_coordinates(of, found->first_index, coordinates);
    output_text(stdout, "\nfirst difference  ");
    output_name(stdout, of->label);
    output_printf(stdout, " [%" PRIu64 "], at (", found->first_index);
    for (uint32_t i = 0; i < count; i++)
        output_printf(stdout, "%s%" PRIu64, i == 0 ? "" : ", ", coordinates[i]);
    output_text(stdout, ")\n  A  ");
    print_bits(of->dtype, of->is_unsigned, found->first_a_bits, found->first_a);
    output_text(stdout, "  B  ");
    print_bits(of->dtype_b, of->is_unsigned_b, found->first_b_bits, found->first_b);
    free(coordinates);
}

static void print_bin_name(size_t bin)
{
    char name[48];
    if (bin == SOW_ULP_BINS - 1)
        snprintf(name, sizeof name, "NaN");
    else if (bin <= 1)
        snprintf(name, sizeof name, "%zu", bin);
    else if (bin <= 20)
        snprintf(name, sizeof name, "%lu..%lu", 1ul << (bin - 1), (1ul << bin) - 1);
    else
        snprintf(name, sizeof name, "2^%zu..", bin - 1);
    output_printf(stdout, "  %16s  ", name);
}

/* Bars are of the logarithm: one element among 10^9 is to be seen. */
static void print_histogram(const sow_difference *total)
{
    const double most = log2(1 + (double)total->elements);
    output_text(stdout, "\ndistance in ulp, and how many elements (bars: their logarithm)\n");
    for (size_t bin = 0; bin < SOW_ULP_BINS; bin++) {
        if (total->ulps[bin] == 0)
            continue;
        const double fraction = log2(1 + (double)total->ulps[bin]) / most;
        print_bin_name(bin);
        output_printf(stdout, "%14" PRIu64 "  %s\n", total->ulps[bin],
                      terminal_bar(fraction, HISTOGRAM_CELLS, terminal_has_utf8()).text);
    }
    if (total->zero_signs != 0)
        output_printf(stdout, "of distance 0, zeros of other sign: %" PRIu64 "\n",
                      total->zero_signs);
    if (total->nan_pairs != 0 || total->nan_alone != 0)
        output_printf(stdout, "NaN: on one side %" PRIu64 ", on both with other bits %" PRIu64 "\n",
                      total->nan_alone, total->nan_pairs);
}

/* Names of those that were not compared, and why. */
static void print_others(const comparison_pair *pair)
{
    size_t printed = 0, others = 0;
    for (size_t i = 0; i < pair->count; i++) {
        const comparison_case *const of = &pair->cases[i];
        if (comparison_case_is_compared(of) || is_left_out(of))
            continue;
        others++;
        if (printed++ >= ROWS_MAX)
            continue;
        output_text(stdout, of->missing_a     ? "only in B    "
                            : of->missing_b   ? "only in A    "
                            : of->failed      ? "failed       "
                            : of->other_shape ? "other shape  "
                                              : "other dtype  ");
        output_name(stdout, of->label);
        output_printf(stdout, "  %s ", of->dtype_name);
        output_escaped(stdout, of->shape);
        output_text(stdout, "\n");
    }
    if (others > ROWS_MAX)
        output_printf(stdout, "and %zu more, which --json lists\n", others - ROWS_MAX);
}

/* Which side it is that a pair leaves cases out for: a control, or a device, as the host has all. Of two it may be one. */
static void print_left_out(const comparison *found, const comparison_pair *pair, size_t count)
{
    const comparison_side *const a = &found->sides[pair->a], *const b = &found->sides[pair->b];
    const bool control = comparison_pair_is_control(found, pair);
    const bool may_a = control ? a->math != SOW_MATH_OURS : a->details[0] != '\0';
    const bool may_b = control ? b->math != SOW_MATH_OURS : b->details[0] != '\0';
    const bool both = may_a == may_b;
    output_text(stdout, "\n");
    output_escaped(stdout, both || may_b ? b->name : a->name);
    if (both) {
        output_text(stdout, control ? " and " : " or ");
        output_escaped(stdout, a->name);
    }
    output_printf(stdout, " %s: left out (%zu)\n",
                  !control ? "has no double precision, which f64 needs"
                  : both   ? "draw only plain normals, and not in f64"
                           : "draws only plain normals, and not in f64",
                  count);
}

static void print_pair(const comparison *found, const comparison_pair *pair)
{
    const size_t left_out = count_cases(pair, is_left_out);
    if (left_out != 0)
        print_left_out(found, pair, left_out);
    if (pair->total.differing == 0 && comparison_pair_agrees(pair))
        return;
    output_text(stdout, "\n");
    output_escaped(stdout, found->sides[pair->b].name);
    output_text(stdout, " against ");
    output_escaped(stdout, found->sides[pair->a].name);
    output_text(stdout, "\n");
    print_others(pair);
    if (pair->total.differing == 0)
        return;
    print_differing(pair);
    print_first(pair);
    print_histogram(&pair->total);
    compare_samples_print(pair);
}

static const char *conclusion_of(const comparison *found)
{
    bool controls = false;
    for (size_t i = 0; i < found->pair_count; i++)
        controls = controls || comparison_pair_is_control(found, &found->pairs[i]);
    if (!comparison_has_compared(found))
        return "nothing compared";
    if (!comparison_agrees(found))
        return controls ? "ours differ; controls do not count" : "they differ";
    return controls ? "ours agree; controls do not count" : "all agree";
}

void compare_print_table(const comparison *found)
{
    print_head(found);
    print_pairs(found);
    for (size_t i = 0; i < found->pair_count; i++)
        print_pair(found, &found->pairs[i]);
    if (found->pair_count > 1)
        output_printf(stdout, "\n%s\n", conclusion_of(found));
}

void compare_print_quiet(const comparison *found)
{
    for (size_t i = 0; i < found->pair_count; i++) {
        const comparison_pair *const pair = &found->pairs[i];
        if (comparison_pair_agrees(pair) || comparison_pair_is_control(found, pair))
            continue;
        output_escaped(stdout, found->sides[pair->a].name);
        output_text(stdout, " and ");
        output_escaped(stdout, found->sides[pair->b].name);
        output_text(stdout, " differ\n");
    }
}
