/* The rules of comparison. */
#include <inttypes.h>

#include "by_value.h"
#include "html.h"
#include "page.h"

static void write_tolerance(FILE *to, const sow_tolerance *of, const by_value *values)
{
    if (of->ulp == 0 && !(of->atol > 0) && !(of->rtol > 0)) {
        fprintf(to, "<li>Nothing is let pass: two elements agree if %s.</li>\n",
                values->count == 0                  ? "all of their bits do"
                : values->count == values->compared ? "they are the same number, or both are NaN"
                                                    : "all of their bits do; those of different "
                                                      "dtypes, if they are the same number, or "
                                                      "both are NaN");
        return;
    }
    fprintf(to,
            "<li>Let pass are elements at most %" PRIu64
            " representable value%s apart, those with |a &#8722; b| &#8804; %s + %s |b|, and NaNs "
            "against NaNs. They still count as differing, not as beyond the tolerance.</li>\n",
            of->ulp, of->ulp == 1 ? "" : "s", html_real(of->atol).text, html_real(of->rtol).text);
}

static void write_bits(FILE *to)
{
    fputs("<li>The distance of two elements, in ulp, is the number of steps from one to the other "
          "along the values that "
          "the dtype has, subnormals and zero included; +0 and &#8722;0 are one value, but other "
          "bits.</li>\n"
          "<li>A NaN differs from all that does not have its bits, and has no distance.</li>\n",
          to);
}

/* As docs/compare.md has it. */
static void write_values(FILE *to, const by_value *values)
{
    fprintf(to,
            "<li>Elements of different dtypes (%s) are compared by value, integers exactly: two "
            "NaNs are equal, +0 and &#8722;0 differ, and are 0 apart. Their distance, in ulp, is "
            "counted in the spacing of the coarser dtype at the larger element, rounded up; of an "
            "infinity it is 2^64 &#8722; 1.</li>\n",
            values->dtypes);
}

/* Whether the page has a picture of draws beside their law. */
static bool has_samples(const comparison *told)
{
    for (size_t i = 0; i < told->pair_count; i++)
        for (size_t j = 0; j < told->pairs[i].count; j++)
            if (comparison_case_is_sampled(&told->pairs[i].cases[j]))
                return true;
    return false;
}

static void write_controls(FILE *to, const comparison *told)
{
    for (size_t i = 0; i < told->side_count; i++) {
        if (told->sides[i].math == SOW_MATH_OURS)
            continue;
        fputs("<li>Controls draw from the same Philox words, in the same pairs, by the transform "
              "of Box and Muller; only "
              "log, sqrt, sin and cos are the library&#8217;s (library), or the fast ones that "
              "OpenCL calls native_* "
              "(native). The compiler may contract as it does by default.</li>\n",
              to);
        break;
    }
}

void page_write_rules(FILE *to, const comparison *told)
{
    const by_value values = by_value_of(told);
    fputs("<section>\n<h2>The rules</h2>\n<ul>\n", to);
    write_tolerance(to, &told->tolerance, &values);
    if (values.count == 0 || values.count != values.compared)
        write_bits(to);
    if (values.count != 0)
        write_values(to, &values);
    fputs("<li>Relative differences are of |a &#8722; b| over the larger of |a| and |b|.</li>\n",
          to);
    if (has_samples(told))
        fputs("<li>The exact law is that of the initializer, rounded to the dtype as the draws "
              "are; probabilities are exact "
              "for every bar. A bar is off by more than 3 standard errors 3 times in 1000.</li>\n",
              to);
    write_controls(to, told);
    fputs("</ul>\n</section>\n", to);
}
