/* What standard output is: a terminal or not, and what it can show. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>

/* Columns of the terminal on standard output, 80 if it does not tell; 0: it is none. */
int terminal_width(void);
/* Whether the user's locale, which the program does not take on, has UTF-8. */
bool terminal_has_utf8(void);

/* A bar of at most `cells` columns. */
typedef struct bar_text {
    char text[256];
} bar_text;
/* fraction: of the whole width, from 0 to 1. Cells are divided in eighths, or, without UTF-8, whole. */
bar_text terminal_bar(double fraction, int cells, bool utf8);

#endif
