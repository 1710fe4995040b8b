/* What standard output is: a terminal or not, and what it can show. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>

/* Columns of the terminal on standard output, 80 if it does not tell; 0: it is none. */
int terminal_width(void);
/* Whether the user's locale, which the program does not take on, has UTF-8. */
bool terminal_has_utf8(void);

/* The longest bar that reads well. */
enum { BAR_CELLS_MAX = 64 };

/* A bar. */
typedef struct bar_text {
    char text[3 * BAR_CELLS_MAX + 1];
} bar_text;
/* fraction: of `cells` columns, at most BAR_CELLS_MAX, from 0 to 1. Cells are divided in eighths, or, without UTF-8, whole. */
bar_text terminal_bar(double fraction, int cells, bool utf8);

#endif
