#include "compare_samples.h"

#include "json_output.h"
#include "message.h"
#include "output.h"
#include "table.h"

enum { ROWS_MAX = 12 };

static bool is_sampled(const comparison_case *of)
{
    return comparison_case_is_sampled(of) && of->sample_b != NULL;
}

static json_t *summary_to_json(const sow_sample_summary *of)
{
    json_t *const object = need_memory(json_object());
    json_put(object, "count", json_from_u64(of->count));
    json_put(object, "nan", json_from_u64(of->nans));
    json_put(object, "inf", json_from_u64(of->infinities));
    json_put(object, "mean", json_from_number(of->mean));
    json_put(object, "std", json_from_number(of->std));
    json_put(object, "skewness", json_from_number(of->skewness));
    json_put(object, "excess_kurtosis", json_from_number(of->excess_kurtosis));
    json_put(object, "min", json_from_number(of->min));
    json_put(object, "max", json_from_number(of->max));
    json_put(object, "ks", json_from_number(of->ks));
    json_put(object, "ks_p", json_from_number(of->ks_p));
    return object;
}

json_t *compare_samples_to_json(const comparison_case *of)
{
    sow_sample_summary a, b;
    sow_sample_difference apart;
    if (!is_sampled(of) || sow_sample_compare(of->sample_a, of->sample_b, &apart) != SOW_OK)
        return json_null();
    json_t *const object = need_memory(json_object());
    sow_sample_summarize(of->sample_a, &a);
    sow_sample_summarize(of->sample_b, &b);
    json_put(object, "expected_mean", json_from_number(a.expected_mean));
    json_put(object, "expected_std", json_from_number(a.expected_std));
    json_put(object, "a", summary_to_json(&a));
    json_put(object, "b", summary_to_json(&b));
    json_put(object, "mean_standard_errors", json_from_number(apart.mean));
    json_put(object, "std_standard_errors", json_from_number(apart.std));
    json_put(object, "ks", json_from_number(apart.ks));
    json_put(object, "ks_p", json_from_number(apart.ks_p));
    return object;
}

static void add_row(table *rows, const comparison_case *of)
{
    sow_sample_summary a, b;
    sow_sample_difference apart;
    if (sow_sample_compare(of->sample_a, of->sample_b, &apart) != SOW_OK)
        return;
    sow_sample_summarize(of->sample_a, &a);
    sow_sample_summarize(of->sample_b, &b);
    table_cell(rows, "%s", of->label);
    table_cell(rows, "%s", of->dtype_name);
    table_cell(rows, "%.3g", a.ks_p);
    table_cell(rows, "%.3g", b.ks_p);
    table_cell(rows, "%+.2g", apart.mean);
    table_cell(rows, "%+.2g", apart.std);
    table_cell(rows, "%.2g", apart.ks);
}

void compare_samples_print(const comparison_pair *pair)
{
    static const char *const heads[] = {"distribution", "dtype",     "A: p",       "B: p",
                                        "mean, s.e.",   "std, s.e.", "KS distance"};
    size_t printed = 0;
    table *const rows = table_create("llrrrrr");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        table_cell(rows, "%s", heads[i]);
    for (size_t i = 0; i < pair->count && printed < ROWS_MAX; i++) {
        if (!is_sampled(&pair->cases[i]))
            continue;
        add_row(rows, &pair->cases[i]);
        printed++;
    }
    if (printed > 0) {
        output_text(
            stdout,
            "\np: chance of so large a distance from the exact law, by Kolmogorov and Smirnov; "
            "then A - B in standard errors\n");
        table_print(rows, stdout);
    }
    table_release(rows);
}
