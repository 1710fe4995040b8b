/* Text for HTML and the SVG in it. */
#ifndef HTML_H
#define HTML_H

#include <stdint.h>
#include <stdio.h>

/* Text as it reads: markup escaped, control characters as \n or \x1b, bytes that are no UTF-8 as \xff. */
void html_text(FILE *to, const char *text);

/* A tensor's name, cut if it is long. */
void html_name(FILE *to, const char *name);

/* <tag>text</tag> */
void html_element(FILE *to, const char *tag, const char *text);

/* "124,439,808" */
typedef struct html_number {
    char text[32];
} html_number;
html_number html_count(uint64_t count);
/* "0.25 %"; as many digits as there are below 100 if not all are. */
html_number html_share(uint64_t part, uint64_t whole);
/* Four significant digits, "0" and "inf" as words. */
html_number html_real(double value);
/* With a sign. */
html_number html_signed(double value);

#endif
