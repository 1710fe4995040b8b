/* The headline, and who equals whom. */
#include <ctype.h>
#include <string.h>

#include "by_value.h"
#include "html.h"
#include "page.h"

/* Names of one reason that are told under the verdict. */
enum { NAMES_MAX = 8 };

page_outcome page_case_outcome(const comparison_case *of)
{
    if (of->missing_a || of->missing_b || of->other_shape || of->other_dtype || of->failed)
        return PAGE_ABSENT;
    if (of->without_f64 || of->without_control)
        return PAGE_SKIPPED;
    return of->difference.beyond != 0      ? PAGE_DIFFERENT
           : of->difference.differing != 0 ? PAGE_WITHIN
                                           : PAGE_SAME;
}

page_outcome page_pair_outcome(const comparison_pair *of)
{
    page_outcome worst = PAGE_NOTHING;
    for (size_t i = 0; i < of->count; i++) {
        const page_outcome outcome = page_case_outcome(&of->cases[i]);
        if (outcome == PAGE_SKIPPED)
            continue;
        worst = worst == PAGE_NOTHING || outcome > worst ? outcome : worst;
    }
    return worst;
}

static const char *const reasons[] = {"not in the first", "not in the second", "another shape",
                                      "a dtype that sowcl has not", "a side could not draw it"};
enum { REASONS = sizeof reasons / sizeof *reasons };

const char *page_case_reason(const comparison_case *of)
{
    return of->failed        ? reasons[4]
           : of->missing_a   ? reasons[0]
           : of->missing_b   ? reasons[1]
           : of->other_shape ? reasons[2]
           : of->other_dtype ? reasons[3]
                             : NULL;
}

page_letter page_letter_of(size_t side)
{
    page_letter made;
    if (side < 26)
        snprintf(made.text, sizeof made.text, "%c", (char)('A' + (int)side));
    else
        snprintf(made.text, sizeof made.text, "%zu", side + 1);
    return made;
}

/* ---- The headline ---- */

typedef struct tally {
    size_t pairs, controls; /* not controls; those */
    size_t different;       /* of the pairs */
    page_outcome worst;     /* of the pairs */
    uint64_t elements;      /* of the pairs; of controls if there are no pairs */
    by_value values;
} tally;

static tally count_outcomes(const comparison *told)
{
    tally made = {.worst = PAGE_NOTHING, .values = by_value_of(told)};
    uint64_t control_elements = 0;
    for (size_t i = 0; i < told->pair_count; i++) {
        const comparison_pair *pair = &told->pairs[i];
        const page_outcome outcome = page_pair_outcome(pair);
        if (comparison_pair_is_control(told, pair)) {
            made.controls++;
            control_elements += pair->total.elements;
            continue;
        }
        made.pairs++;
        made.elements += pair->total.elements;
        made.different += outcome == PAGE_DIFFERENT || outcome == PAGE_ABSENT;
        if (outcome != PAGE_NOTHING && (made.worst == PAGE_NOTHING || outcome > made.worst))
            made.worst = outcome;
    }
    if (made.pairs == 0)
        made.elements = control_elements;
    return made;
}

static void write_headline(FILE *to, const tally *of)
{
    if (of->pairs == 0 && of->controls != 0)
        fputs("<p class=\"verdict plain\">Ours against the library&#8217;s functions</p>\n", to);
    else if (of->worst == PAGE_NOTHING)
        fputs("<p class=\"verdict plain\">Nothing was compared</p>\n", to);
    else if (of->worst == PAGE_SAME && of->pairs == 1)
        fprintf(to, "<p class=\"verdict same\">&#61; The same %s on both sides</p>\n",
                of->values.count != 0 ? "values" : "bits");
    else if (of->worst == PAGE_SAME)
        fprintf(to, "<p class=\"verdict same\">&#61; The same bits on all %zu sides</p>\n",
                of->pairs + 1);
    else if (of->worst == PAGE_WITHIN)
        fprintf(to, "<p class=\"verdict near\">&#8776; Other %s, within the tolerance</p>\n",
                of->values.count != 0 ? "values" : "bits");
    else if (of->pairs == 1)
        fputs("<p class=\"verdict diff\">&#8800; Different</p>\n", to);
    else
        fprintf(to, "<p class=\"verdict diff\">&#8800; Different: %zu of %zu pairs</p>\n",
                of->different, of->pairs);
}

static void write_summary(FILE *to, const tally *of)
{
    fprintf(to, "<p>%s element%s held against each other, %s.", html_count(of->elements).text,
            of->elements == 1 ? " was" : "s were", by_value_rule(&of->values).text);
    if (of->controls != 0)
        fprintf(
            to,
            " %zu pair%s %s: one side draws by its library&#8217;s functions instead of ours. Such "
            "pairs may differ, and are left out of the verdict.",
            of->controls, of->controls == 1 ? "" : "s",
            of->controls == 1 ? "is a control" : "are controls");
    fputs("</p>\n", to);
}

/* "Not in the second: x, y and 3 more." */
static void write_reason(FILE *to, const comparison *told, const comparison_pair *pair,
                         const char *reason)
{
    size_t count = 0;
    for (size_t i = 0; i < pair->count; i++) {
        const char *const other = page_case_reason(&pair->cases[i]);
        if (other == NULL || strcmp(other, reason) != 0 || count++ >= NAMES_MAX)
            continue;
        if (count > 1)
            fputs(", ", to);
        else if (told->pair_count > 1)
            fprintf(to, "<p>%s and %s, %s: ", page_letter_of(pair->a).text,
                    page_letter_of(pair->b).text, reason);
        else
            fprintf(to, "<p>%c%s: ", toupper((unsigned char)reason[0]), reason + 1);
        fputs("<code>", to);
        html_name(to, pair->cases[i].label);
        fputs("</code>", to);
    }
    if (count > NAMES_MAX)
        fprintf(to, " and %zu more", count - NAMES_MAX);
    if (count > 0)
        fputs(".</p>\n", to);
}

/* What makes sides different, though no element of it does. */
static void write_absent(FILE *to, const comparison *told)
{
    for (size_t i = 0; i < told->pair_count; i++)
        for (size_t j = 0; j < REASONS && !comparison_pair_is_control(told, &told->pairs[i]); j++)
            write_reason(to, told, &told->pairs[i], reasons[j]);
}

void page_write_verdict(FILE *to, const comparison *told)
{
    const tally found = count_outcomes(told);
    fputs("<header>\n<p class=\"brand\">sowcl compare</p>\n<h1>", to);
    html_text(to, told->what);
    fputs("</h1>\n", to);
    write_headline(to, &found);
    write_absent(to, told);
    write_summary(to, &found);
    fputs("</header>\n", to);
}

/* ---- The sides ---- */

static const comparison_pair *pair_of(const comparison *told, size_t a, size_t b)
{
    for (size_t i = 0; i < told->pair_count; i++) {
        const comparison_pair *pair = &told->pairs[i];
        if ((pair->a == a && pair->b == b) || (pair->a == b && pair->b == a))
            return pair;
    }
    return NULL;
}

/* Every case of the pair was compared, and is the same in every bit. */
static bool is_all_same(const comparison_pair *pair)
{
    for (size_t i = 0; pair != NULL && i < pair->count; i++)
        if (page_case_outcome(&pair->cases[i]) != PAGE_SAME)
            return false;
    return pair != NULL && pair->count > 0;
}

/* A side that both have the bits of, so that they have each other's; the count of sides if there is none. */
static size_t go_between(const comparison *told, size_t a, size_t b)
{
    size_t side = 0;
    while (side < told->side_count &&
           !(is_all_same(pair_of(told, a, side)) && is_all_same(pair_of(told, side, b))))
        side++;
    return side;
}

static void write_cell_without(FILE *to, const comparison *told, size_t row, size_t column)
{
    const size_t between = row == column ? told->side_count : go_between(told, row, column);
    if (between < told->side_count)
        fprintf(to, "<td class=\"same\">&#61;<br><small>through %s</small></td>",
                page_letter_of(between).text);
    else
        fprintf(to, "<td class=\"none\">%s</td>", row == column ? "" : "&#183;");
}

const char *page_difference_class(const comparison *told, const comparison_pair *pair,
                                  page_outcome outcome)
{
    return comparison_pair_is_control(told, pair) ? "plain"
           : outcome == PAGE_WITHIN               ? "near"
                                                  : "diff";
}

static size_t count_absent(const comparison_pair *pair)
{
    size_t count = 0;
    for (size_t i = 0; i < pair->count; i++)
        count += page_case_outcome(&pair->cases[i]) == PAGE_ABSENT;
    return count;
}

/* Of what differs: a share, or how many if they are few. */
static void write_differing(FILE *to, const sow_difference *found)
{
    if (found->differing < 100)
        fprintf(to, "%s of %s", html_count(found->differing).text,
                html_count(found->elements).text);
    else
        fputs(html_share(found->differing, found->elements).text, to);
}

static void write_cell(FILE *to, const comparison *told, size_t row, size_t column)
{
    const comparison_pair *pair = row == column ? NULL : pair_of(told, row, column);
    if (pair == NULL) {
        write_cell_without(to, told, row, column);
        return;
    }
    const page_outcome outcome = page_pair_outcome(pair);
    const size_t number = (size_t)(pair - told->pairs) + 1;
    if (outcome == PAGE_SAME)
        fprintf(to,
                "<td class=\"same\"><a href=\"#pair-%zu\">&#61;<br><small>same %s</small></a></td>",
                number, by_value_of_pair(pair).count != 0 ? "values" : "bits");
    else if (outcome == PAGE_NOTHING)
        fprintf(to, "<td class=\"none\"><a href=\"#pair-%zu\">not compared</a></td>", number);
    else {
        fprintf(to, "<td class=\"%s\"><a href=\"#pair-%zu\">%s ",
                page_difference_class(told, pair, outcome), number,
                outcome == PAGE_WITHIN ? "&#8776;" : "&#8800;");
        const size_t absent = count_absent(pair);
        if (pair->total.differing != 0) {
            write_differing(to, &pair->total);
            fprintf(to, "<br><small>max %s ulp</small>", html_count(pair->total.max_ulp).text);
        }
        if (absent != 0)
            fprintf(to, "%s<small>%zu not compared</small>",
                    pair->total.differing != 0 ? "<br>" : "", absent);
        fputs("</a></td>", to);
    }
}

static void write_row(FILE *to, const comparison *told, size_t row)
{
    fprintf(to, "<tr><th scope=\"row\"><b class=\"letter\">%s</b> ", page_letter_of(row).text);
    html_text(to, told->sides[row].name);
    fputs("</th>", to);
    for (size_t i = 0; i < told->side_count; i++)
        write_cell(to, told, row, i);
    fputs("</tr>\n", to);
}

static void write_matrix(FILE *to, const comparison *told)
{
    fputs("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Who equals whom\">\n"
          "<table class=\"matrix\">\n",
          to);
    fprintf(to, "<caption>Elements %s, and the largest distance</caption>\n<thead><tr><td></td>",
            by_value_of(told).count != 0 ? "that differ" : "whose bits differ");
    for (size_t i = 0; i < told->side_count; i++)
        fprintf(to, "<th scope=\"col\"><b class=\"letter\">%s</b></th>", page_letter_of(i).text);
    fputs("</tr></thead>\n<tbody>\n", to);
    for (size_t i = 0; i < told->side_count; i++)
        write_row(to, told, i);
    fputs("</tbody>\n</table>\n</div>\n", to);
}

/* Whether there is anything to say of the sides but their names. */
static bool has_details(const comparison *told)
{
    for (size_t i = 0; i < told->side_count; i++)
        if (told->sides[i].details[0] != '\0' || told->sides[i].math != SOW_MATH_OURS)
            return true;
    return false;
}

static bool has_times(const comparison *told)
{
    for (size_t i = 0; i < told->side_count; i++)
        if (told->sides[i].cpu_ns > 0 || told->sides[i].wall_ns > 0)
            return true;
    return false;
}

static void write_time(FILE *to, double ns)
{
    if (ns > 0)
        fprintf(to, "<td class=\"number\">%.3g</td>", ns);
    else
        fputs("<td class=\"number\">&#8211;</td>", to);
}

static void write_side(FILE *to, const comparison *told, size_t i, bool timed)
{
    static const char *const maths[] = {"ours", "library", "native"};
    const comparison_side *side = &told->sides[i];
    fprintf(to, "<tr><th scope=\"row\"><b class=\"letter\">%s</b> ", page_letter_of(i).text);
    html_text(to, side->name);
    fputs("</th><td>", to);
    html_text(to, side->details);
    fprintf(to, "</td><td>%s</td>", maths[side->math]);
    if (timed) {
        write_time(to, side->cpu_ns);
        write_time(to, side->wall_ns);
    }
    fputs("</tr>\n", to);
}

static void write_side_table(FILE *to, const comparison *told)
{
    const bool timed = has_times(told);
    fprintf(
        to,
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"The sides\">\n<table>\n"
        "<caption>The sides%s</caption>\n<thead><tr><th scope=\"col\">Side</th>"
        "<th scope=\"col\">Version</th><th scope=\"col\">Math</th>%s</tr></thead>\n<tbody>\n",
        timed ? ". Times are of normal f32 draws, measured in turns" : "",
        timed ? "<th scope=\"col\" class=\"number\">ns of CPU time an element</th>"
                "<th scope=\"col\" class=\"number\">ns of wall time</th>"
              : "");
    for (size_t i = 0; i < told->side_count; i++)
        write_side(to, told, i, timed);
    fputs("</tbody>\n</table>\n</div>\n", to);
}

void page_write_sides(FILE *to, const comparison *told)
{
    fputs("<section>\n<h2>Who equals whom</h2>\n", to);
    if (told->side_count > 1)
        write_matrix(to, told);
    if (has_details(told))
        write_side_table(to, told);
    fputs("</section>\n", to);
}
