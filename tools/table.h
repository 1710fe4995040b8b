/* Text in aligned columns. */
#ifndef TABLE_H
#define TABLE_H

#include <stdio.h>

typedef struct table table;

/* alignment: a letter per column, l or r; it must outlive the table. */
table *table_create(const char *alignment);
void table_release(table *rows);
/* Appends a cell, from left to right, row by row. Control characters are escaped. */
__attribute__((format(printf, 2, 3))) void table_cell(table *rows, const char *format, ...);
/* The same of a tensor's name, cut if it is very long. */
void table_name(table *rows, const char *name);
/* Characters of the longest line that may be printed. */
int table_width(const table *rows);
/* Two spaces between columns, none after the last. */
void table_print(const table *rows, FILE *to);

#endif
