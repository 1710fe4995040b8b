/* The distributions: for each law and dtype the largest sample, of all pairs that differ, and once where all are equal. */
#include <stdlib.h>
#include <string.h>

#include "compare_charts.h"
#include "html.h"
#include "message.h"
#include "page.h"

enum { FIGURES_SHOWN = 6, FIGURES_MOST = 24 };

typedef struct entry {
    const comparison_pair *pair;
    const comparison_case *of;
    bool equal;
} entry;

static size_t list_entries(const comparison *told, entry *list)
{
    size_t count = 0;
    for (size_t i = 0; i < told->pair_count; i++) {
        const comparison_pair *pair = &told->pairs[i];
        for (size_t j = 0; j < pair->count; j++)
            if (comparison_case_is_sampled(&pair->cases[j]))
                list[count++] =
                    (entry){pair, &pair->cases[j], pair->cases[j].difference.differing == 0};
    }
    return count;
}

/* Those that differ first, the largest first, then as they came. */
static int compare_entries(const void *left, const void *right)
{
    const entry *a = left, *b = right;
    const uint64_t size_a = a->of->difference.elements, size_b = b->of->difference.elements;
    if (a->equal != b->equal)
        return a->equal ? 1 : -1;
    if (size_a != size_b)
        return size_a < size_b ? 1 : -1;
    if (a->pair != b->pair)
        return a->pair < b->pair ? -1 : 1;
    return (a->of > b->of) - (a->of < b->of);
}

static const char *law_of(const entry *of)
{
    const char *expression = of->of->expression;
    return expression != NULL && expression[0] != '\0' ? expression : of->of->label;
}

/* Whether an earlier one shows the same. */
static bool is_shown(const entry *list, size_t count, const entry *of)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(law_of(&list[i]), law_of(of)) == 0 && list[i].of->dtype == of->of->dtype &&
            list[i].equal == of->equal && (of->equal || list[i].pair == of->pair))
            return true;
    return false;
}

/* Keeps the first of each law; returns how many. */
static size_t choose(entry *list, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept < FIGURES_MOST && !is_shown(list, kept, &list[i]))
            list[kept++] = list[i];
    return kept;
}

/* ---- One distribution ---- */

typedef struct summaries {
    sow_sample_summary a, b;
    bool both;
} summaries;

static void write_numbers(FILE *to, const summaries *of, const char *name, const char *exact,
                          html_number a, html_number b)
{
    fprintf(to,
            "<tr><th scope=\"row\">%s</th><td class=\"number\">%s</td><td class=\"number\">%s</td>",
            name, exact, a.text);
    if (of->both)
        fprintf(to, "<td class=\"number\">%s</td>", b.text);
    fputs("</tr>\n", to);
}

static html_number precise(double value)
{
    html_number made;
    snprintf(made.text, sizeof made.text, "%.8g", value);
    return made;
}

static void write_table(FILE *to, const entry *of, const summaries *found)
{
    const sow_sample_summary *a = &found->a, *b = &found->b;
    fputs("<div class=\"wide\" tabindex=\"0\" role=\"region\" "
          "aria-label=\"Figures\">\n<table>\n<thead><tr><th "
          "scope=\"col\"></th><th scope=\"col\" class=\"number\">exact</th>",
          to);
    fprintf(to, "<th scope=\"col\" class=\"number\">%s</th>",
            found->both ? page_letter_of(of->pair->a).text : "drawn");
    if (found->both)
        fprintf(to, "<th scope=\"col\" class=\"number\">%s</th>", page_letter_of(of->pair->b).text);
    fputs("</tr></thead>\n<tbody>\n", to);
    write_numbers(to, found, "draws", "", html_count(a->count), html_count(b->count));
    if (a->nans + b->nans + a->infinities + b->infinities != 0) {
        write_numbers(to, found, "NaN", "0", html_count(a->nans), html_count(b->nans));
        write_numbers(to, found, "infinite", "0", html_count(a->infinities),
                      html_count(b->infinities));
    }
    write_numbers(to, found, "mean", precise(a->expected_mean).text, precise(a->mean),
                  precise(b->mean));
    write_numbers(to, found, "std", precise(a->expected_std).text, precise(a->std),
                  precise(b->std));
    write_numbers(to, found, "min", "", precise(a->min), precise(b->min));
    write_numbers(to, found, "max", "", precise(a->max), precise(b->max));
    write_numbers(to, found, "skewness", "", html_signed(a->skewness), html_signed(b->skewness));
    write_numbers(to, found, "excess kurtosis", "", html_signed(a->excess_kurtosis),
                  html_signed(b->excess_kurtosis));
    write_numbers(to, found, "Kolmogorov&#8211;Smirnov distance", "", html_real(a->ks),
                  html_real(b->ks));
    write_numbers(to, found, "its probability", "", html_real(a->ks_p), html_real(b->ks_p));
    fputs("</tbody>\n</table>\n</div>\n", to);
}

static void write_key(FILE *to, const comparison *told, const entry *of, bool both)
{
    fputs("<p class=\"key\"><span><svg viewBox=\"0 0 24 12\" aria-hidden=\"true\"><path "
          "class=\"exact\" "
          "d=\"M0 12V4H24V12\"/></svg>exact</span> ",
          to);
    fputs("<span><svg viewBox=\"0 0 24 12\" aria-hidden=\"true\"><path class=\"line a\" d=\"M0 "
          "6H24\"/><circle "
          "class=\"mark a\" cx=\"12\" cy=\"6\" r=\"2.5\"/></svg>",
          to);
    html_text(to,
              both ? told->sides[of->pair->a].name : "drawn, the same bits on all that are equal");
    fputs("</span>", to);
    if (both) {
        fputs(
            " <span><svg viewBox=\"0 0 24 12\" aria-hidden=\"true\"><path class=\"line b\" d=\"M0 "
            "6H24\"/><path class=\"mark b\" d=\"M12 2l4 4l-4 4l-4 -4z\"/></svg>",
            to);
        html_text(to, told->sides[of->pair->b].name);
        fputs("</span>", to);
    }
    fputs("</p>\n", to);
}

/* How far the two samples are apart, next to what chance does. */
static void write_apart(FILE *to, const entry *of)
{
    sow_sample_difference found;
    if (sow_sample_compare(of->of->sample_a, of->of->sample_b, &found) != SOW_OK)
        return;
    fprintf(to,
            "<p>Between the two: means differ by %s standard errors, standard deviations by %s, "
            "and the "
            "distance of Kolmogorov and Smirnov is %s. Independent samples of this size would "
            "differ by "
            "some 1 standard error; both are drawn from the same words, so they are closer.</p>\n",
            html_signed(found.mean).text, html_signed(found.std).text, html_real(found.ks).text);
}

static void write_entry(FILE *to, const comparison *told, const entry *of, size_t number)
{
    char density[32], quantiles[32];
    const chart_samples samples = {of->of->sample_a, of->equal ? NULL : of->of->sample_b};
    summaries found = {.both = !of->equal};
    snprintf(density, sizeof density, "density-%zu", number);
    snprintf(quantiles, sizeof quantiles, "qq-%zu", number);
    sow_sample_summarize(of->of->sample_a, &found.a);
    if (found.both)
        sow_sample_summarize(of->of->sample_b, &found.b);
    else
        found.b = (sow_sample_summary){.count = 0};
    fputs("<article>\n<h3><code>", to);
    html_name(to, law_of(of));
    fprintf(to, "</code> in %s", sow_dtype_name(of->of->dtype));
    if (strcmp(law_of(of), of->of->label) != 0) {
        fputs(" <small>", to);
        html_name(to, of->of->label);
        fputs("</small>", to);
    }
    fputs("</h3>\n", to);
    write_key(to, told, of, found.both);
    fputs("<div class=\"beside\">\n<figure>\n", to);
    chart_density(to, density, &samples);
    fputs("</figure>\n<figure>\n", to);
    chart_quantiles(to, quantiles, &samples);
    fputs("</figure>\n</div>\n", to);
    write_table(to, of, &found);
    if (found.both)
        write_apart(to, of);
    fputs("</article>\n", to);
}

static size_t case_count(const comparison *told)
{
    size_t count = 0;
    for (size_t i = 0; i < told->pair_count; i++)
        count += told->pairs[i].count;
    return count;
}

void page_write_samples(FILE *to, const comparison *told)
{
    entry *const list = need_memory(malloc((case_count(told) + 1) * sizeof *list));
    const size_t all = list_entries(told, list);
    qsort(list, all, sizeof *list, compare_entries);
    const size_t count = choose(list, all);
    if (count > 0)
        fputs("<section>\n<h2>Distributions</h2>\n<p>Left the density of the draws over that of "
              "the exact law, and how far off each bar is; right the quantiles, out to the 32 "
              "smallest and largest draws, and how far off they are, in the band that holds 99 of "
              "100 samples. The distance of Kolmogorov and Smirnov is taken at the edges of the "
              "sample&#8217;s cells, of which there are some 4,000.</p>\n",
              to);
    for (size_t i = 0; i < count; i++) {
        if (i == FIGURES_SHOWN)
            fprintf(to, "<details><summary>%zu more</summary>\n", count - i);
        write_entry(to, told, &list[i], i + 1);
    }
    if (count > FIGURES_SHOWN)
        fputs("</details>\n", to);
    if (count > 0)
        fputs("</section>\n", to);
    free(list);
}
