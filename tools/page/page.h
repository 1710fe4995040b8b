/* Parts of a comparison's page. */
#ifndef PAGE_H
#define PAGE_H

#include <stdio.h>

#include "comparison.h"

/* The style sheet's text, for light, dark and paper. */
void page_write_style(FILE *to);

/* How a case, or all of a pair's, came out; the worst last. */
typedef enum page_outcome {
    PAGE_SAME,    /* in every bit; of two dtypes, by value */
    PAGE_NOTHING, /* of what was there to compare */
    PAGE_SKIPPED, /* a case only */
    PAGE_WITHIN,  /* the tolerance */
    PAGE_DIFFERENT,
    PAGE_ABSENT /* on one side, or of another shape */
} page_outcome;

page_outcome page_case_outcome(const comparison_case *of);
page_outcome page_pair_outcome(const comparison_pair *of);

/* The style of what differs: a control's is plain. */
const char *page_difference_class(const comparison *told, const comparison_pair *pair,
                                  page_outcome outcome);

/* "A" to "Z", then "27" and on. */
typedef struct page_letter {
    char text[24];
} page_letter;
page_letter page_letter_of(size_t side);

/* "other shape"; of what could not be compared, NULL of all else. */
const char *page_case_reason(const comparison_case *of);

/* The page's sections, from the headline on. */
void page_write_verdict(FILE *to, const comparison *told);
void page_write_sides(FILE *to, const comparison *told);
void page_write_pairs(FILE *to, const comparison *told);
void page_write_samples(FILE *to, const comparison *told);
void page_write_rules(FILE *to, const comparison *told);

#endif
