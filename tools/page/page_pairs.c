/* Each pair of sides: its cases, the worst first. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "by_value.h"
#include "compare_charts.h"
#include "html.h"
#include "message.h"
#include "page.h"

enum { ROWS_SHOWN = 12 };

/* ---- Cases ---- */

static int compare_counts(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* The worse one first, then as they came. */
static int compare_cases(const void *left, const void *right)
{
    const comparison_case *a = *(const comparison_case *const *)left;
    const comparison_case *b = *(const comparison_case *const *)right;
    int order = (int)page_case_outcome(b) - (int)page_case_outcome(a);
    if (order == 0)
        order = compare_counts(b->difference.max_ulp, a->difference.max_ulp);
    if (order == 0)
        order = compare_counts(b->difference.differing, a->difference.differing);
    return order != 0 ? order : (a > b) - (a < b);
}

/* style: of what differs. */
static void write_outcome(FILE *to, const comparison_case *of, const char *style)
{
    const page_outcome outcome = page_case_outcome(of);
    const bool valued = comparison_case_is_by_value(of);
    if (outcome == PAGE_SAME)
        fprintf(to, "<td class=\"same\">&#61; same %s</td>", valued ? "values" : "bits");
    else if (outcome == PAGE_SKIPPED)
        fprintf(to, "<td class=\"none\">%s</td>",
                of->without_f64 ? "a side has no double precision" : "no control of this");
    else if (outcome == PAGE_ABSENT)
        fprintf(to, "<td class=\"diff\">&#8800; %s</td>", page_case_reason(of));
    else
        fprintf(to, "<td class=\"%s\">%s</td>", outcome == PAGE_WITHIN ? "near" : style,
                outcome == PAGE_WITHIN ? "&#8776; within tolerance"
                : valued               ? "&#8800; other values"
                                       : "&#8800; other bits");
}

static void write_figures(FILE *to, const comparison_case *of)
{
    const sow_difference *found = &of->difference;
    const page_outcome outcome = page_case_outcome(of);
    if (outcome == PAGE_ABSENT || outcome == PAGE_SKIPPED) {
        fputs("<td></td><td></td><td></td><td></td>", to);
        return;
    }
    fprintf(to, "<td class=\"number\">%s</td><td class=\"number\">%s",
            html_count(found->elements).text, html_count(found->differing).text);
    if (found->differing != 0)
        fprintf(to, "<br><small>%s</small>", html_share(found->differing, found->elements).text);
    fprintf(to, "</td><td class=\"number\">%s</td><td class=\"number\">%s</td>",
            html_count(found->max_ulp).text, html_real(found->max_absolute).text);
}

static void write_case(FILE *to, const comparison_case *of, const char *style)
{
    fputs("<tr><th scope=\"row\"><code>", to);
    html_name(to, of->label);
    fputs("</code>", to);
    if (of->expression != NULL && of->expression[0] != '\0' &&
        strcmp(of->expression, of->label) != 0) {
        fputs("<br><small>", to);
        html_name(to, of->expression);
        fputs("</small>", to);
    }
    fputs("</th><td>", to);
    html_text(to, of->shape);
    fputs("</td><td>", to);
    html_text(to, of->dtype_name);
    fputs("</td>", to);
    write_figures(to, of);
    write_outcome(to, of, style);
    fputs("</tr>\n", to);
}

static void write_rows(FILE *to, const comparison_case *const *sorted, size_t count,
                       const char *style)
{
    fputs("<div class=\"wide\" tabindex=\"0\" role=\"region\" "
          "aria-label=\"Cases\">\n<table>\n<thead><tr>"
          "<th scope=\"col\">What</th><th scope=\"col\">Shape</th><th scope=\"col\">Dtype</th>"
          "<th scope=\"col\" class=\"number\">Elements</th><th scope=\"col\" "
          "class=\"number\">Differ</th>"
          "<th scope=\"col\" class=\"number\">Max ulp</th>"
          "<th scope=\"col\" class=\"number\">Max |a &#8722; b|</th><th scope=\"col\">Outcome</th>"
          "</tr></thead>\n<tbody>\n",
          to);
    for (size_t i = 0; i < count; i++)
        write_case(to, sorted[i], style);
    fputs("</tbody>\n</table>\n</div>\n", to);
}

static void write_cases(FILE *to, const comparison *told, const comparison_pair *pair)
{
    const char *style = page_difference_class(told, pair, PAGE_DIFFERENT);
    const comparison_case **sorted = need_memory(malloc((pair->count + 1) * sizeof *sorted));
    for (size_t i = 0; i < pair->count; i++)
        sorted[i] = &pair->cases[i];
    qsort(sorted, pair->count, sizeof *sorted, compare_cases);
    size_t shown = 0;
    while (shown < pair->count && shown < ROWS_SHOWN &&
           (pair->count <= ROWS_SHOWN || page_case_outcome(sorted[shown]) != PAGE_SAME))
        shown++;
    if (shown > 0)
        write_rows(to, sorted, shown, style);
    if (shown < pair->count) {
        fprintf(to, "<details><summary>%s%zu%s</summary>\n", shown == 0 ? "All " : "The other ",
                pair->count - shown, pair->count - shown == 1 ? " case" : " cases");
        write_rows(to, sorted + shown, pair->count - shown, style);
        fputs("</details>\n", to);
    }
    free(sorted);
}

/* ---- What differs ---- */

static void write_coordinates(FILE *to, const comparison_case *of, uint64_t index)
{
    uint64_t *const at = need_memory(calloc(of->rank + 1, sizeof *at));
    const uint32_t count = comparison_coordinates(of, index, at);
    for (uint32_t i = 0; i < count && count > 1; i++)
        fprintf(to, "%s%" PRIu64, i == 0 ? " (" : ", ", at[i]);
    fputs(count > 1 ? ")" : "", to);
    free(at);
}

static void write_value(FILE *to, const char *side, sow_dtype dtype, bool is_unsigned,
                        uint64_t bits, double value)
{
    fprintf(to, "<dt>%s there</dt><dd><code>0x%0*" PRIx64 "</code> = %s</dd>\n", side,
            (int)(2 * sow_dtype_size(dtype)), bits,
            comparison_value(dtype, is_unsigned, bits, value).text);
}

static void write_first(FILE *to, const comparison_pair *pair)
{
    const comparison_case *of = &pair->cases[pair->total_first];
    fputs("<dt>First difference</dt><dd><code>", to);
    html_name(to, of->label);
    fprintf(to, "</code>, element %s", html_count(pair->total.first_index).text);
    write_coordinates(to, of, pair->total.first_index);
    fputs("</dd>\n", to);
    write_value(to, page_letter_of(pair->a).text, of->dtype, of->is_unsigned,
                pair->total.first_a_bits, pair->total.first_a);
    write_value(to, page_letter_of(pair->b).text, of->dtype_b, of->is_unsigned_b,
                pair->total.first_b_bits, pair->total.first_b);
}

static void write_count(FILE *to, const char *name, uint64_t count)
{
    if (count != 0)
        fprintf(to, "<dt>%s</dt><dd>%s</dd>\n", name, html_count(count).text);
}

static void write_facts(FILE *to, const comparison_pair *pair)
{
    const sow_difference *found = &pair->total;
    fprintf(to, "<dl class=\"facts\">\n<dt>Differ</dt><dd>%s of %s elements (%s)</dd>\n",
            html_count(found->differing).text, html_count(found->elements).text,
            html_share(found->differing, found->elements).text);
    if (found->beyond != found->differing)
        fprintf(to, "<dt>Beyond the tolerance</dt><dd>%s</dd>\n", html_count(found->beyond).text);
    write_first(to, pair);
    fprintf(to, "<dt>Largest distance</dt><dd>%s ulp</dd>\n", html_count(found->max_ulp).text);
    fprintf(to, "<dt>|a &#8722; b|</dt><dd>at most %s, %s on average</dd>\n",
            html_real(found->max_absolute).text, html_real(found->mean_absolute).text);
    fprintf(to, "<dt>Relative</dt><dd>at most %s, %s on average</dd>\n",
            html_real(found->max_relative).text, html_real(found->mean_relative).text);
    write_count(to, "NaN on one side", found->nan_alone);
    write_count(to, "NaNs of other bits", found->nan_pairs);
    write_count(to, "Zeros of other signs", found->zero_signs);
    fputs("</dl>\n", to);
}

static void write_distances(FILE *to, const sow_difference *found, size_t number)
{
    char id[32];
    snprintf(id, sizeof id, "ulp-%zu", number);
    fputs("<figure>\n", to);
    chart_ulps(to, id, found);
    fputs("<details><summary>The counts</summary>\n<table><thead><tr><th scope=\"col\">Distance, "
          "ulp</th><th scope=\"col\" class=\"number\">Elements</th></tr></thead><tbody>\n",
          to);
    for (size_t bin = 0; bin < SOW_ULP_BINS; bin++) {
        char name[80];
        chart_ulp_name(name, bin);
        if (bin <= chart_ulp_last(found) || found->ulps[bin] != 0)
            fprintf(to, "<tr><th scope=\"row\">%s</th><td class=\"number\">%s</td></tr>\n", name,
                    html_count(found->ulps[bin]).text);
    }
    fputs("</tbody></table></details>\n</figure>\n", to);
}

/* ---- Pairs ---- */

static void write_title(FILE *to, const comparison *told, const comparison_pair *pair,
                        size_t number)
{
    fprintf(to, "<h3 id=\"pair-%zu\"><b class=\"letter\">%s</b> ", number,
            page_letter_of(pair->a).text);
    html_text(to, told->sides[pair->a].name);
    fprintf(to, " <span class=\"and\">and</span> <b class=\"letter\">%s</b> ",
            page_letter_of(pair->b).text);
    html_text(to, told->sides[pair->b].name);
    fprintf(to, "%s</h3>\n",
            comparison_pair_is_control(told, pair) ? " <small>control</small>" : "");
}

static void write_pair(FILE *to, const comparison *told, size_t i)
{
    const comparison_pair *pair = &told->pairs[i];
    const page_outcome outcome = page_pair_outcome(pair);
    const by_value values = by_value_of_pair(pair);
    fputs("<article>\n", to);
    write_title(to, told, pair, i + 1);
    if (outcome == PAGE_NOTHING)
        fputs("<p>Nothing was compared.</p>\n", to);
    else if (pair->total.differing == 0)
        fprintf(to, "<p>All %s elements that both have are the same, %s.</p>\n",
                html_count(pair->total.elements).text, by_value_rule(&values).text);
    if (pair->total.differing != 0) {
        fputs("<div class=\"beside\">\n", to);
        write_facts(to, pair);
        write_distances(to, &pair->total, i + 1);
        fputs("</div>\n", to);
    }
    if (pair->count > 0)
        write_cases(to, told, pair);
    fputs("</article>\n", to);
}

void page_write_pairs(FILE *to, const comparison *told)
{
    if (told->pair_count == 0)
        return;
    fputs("<section>\n<h2>Pair by pair</h2>\n", to);
    for (size_t i = 0; i < told->pair_count; i++)
        write_pair(to, told, i);
    fputs("</section>\n", to);
}
