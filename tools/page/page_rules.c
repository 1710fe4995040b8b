/* The rules of comparison. */
#include <inttypes.h>

#include "html.h"
#include "page.h"

static void write_tolerance(FILE *to, const sow_tolerance *of)
{
    if (of->ulp == 0 && !(of->atol > 0) && !(of->rtol > 0)) {
        fputs("<li>Nothing is let pass: two elements agree if all of their bits do.</li>\n", to);
        return;
    }
    fprintf(to,
            "<li>Let pass are elements at most %" PRIu64
            " representable value%s apart, those with |a &#8722; b| &#8804; %s + %s |b|, and NaNs "
            "against NaNs. They still count as differing, not as beyond the tolerance.</li>\n",
            of->ulp, of->ulp == 1 ? "" : "s", html_real(of->atol).text, html_real(of->rtol).text);
}

void page_write_rules(FILE *to, const comparison *told)
{
    fputs("<section>\n<h2>The rules</h2>\n<ul>\n", to);
    write_tolerance(to, &told->tolerance);
    fputs("<li>The distance of two elements, in ulp, is the number of steps from one to the other "
          "along the values that "
          "the dtype has, subnormals and zero included; +0 and &#8722;0 are one value, but other "
          "bits.</li>\n"
          "<li>A NaN differs from all that does not have its bits, and has no distance.</li>\n"
          "<li>Relative differences are of |a &#8722; b| over the larger of |a| and |b|.</li>\n"
          "<li>The exact law is that of the initializer, rounded to the dtype as the draws are; "
          "probabilities are exact "
          "for every bar. A bar is off by more than 3 standard errors 3 times in 1000.</li>\n",
          to);
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
    fputs("</ul>\n</section>\n", to);
}
