#include "table.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "output.h"
#include "quote.h"

enum { COLUMNS_MAX = 16 };

struct table {
    const char *alignment;
    size_t columns;
    size_t count, capacity;
    char **cells;
    int width[COLUMNS_MAX];
};

table *table_create(const char *alignment)
{
    table *const rows = need_memory(calloc(1, sizeof *rows));
    rows->alignment = alignment;
    rows->columns = strlen(alignment);
    return rows;
}

void table_release(table *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        free(rows->cells[i]);
    free(rows->cells);
    free(rows);
}

/* Characters, taking the text for UTF-8. */
static int text_width(const char *text)
{
    int width = 0;
    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

void table_cell(table *rows, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *const text = format_text(format, arguments);
    va_end(arguments);
    if (rows->count == rows->capacity) {
        rows->capacity = 2 * rows->capacity + 64;
        rows->cells = need_memory(realloc(rows->cells, rows->capacity * sizeof *rows->cells));
    }
    char *const cell = escape_text(text);
    free(text);
    const int width = text_width(cell);
    int *const widest = &rows->width[rows->count % rows->columns];
    *widest = width > *widest ? width : *widest;
    rows->cells[rows->count++] = cell;
}

void table_name(table *rows, const char *name)
{
    char *const cell = quote_name(name);
    table_cell(rows, "%s", cell);
    free(cell);
}

int table_width(const table *rows)
{
    int width = 2 * ((int)rows->columns - 1);
    for (size_t i = 0; i < rows->columns; i++)
        width += rows->width[i];
    return width;
}

void table_print(const table *rows, FILE *to)
{
    for (size_t i = 0; i < rows->count; i++) {
        const size_t column = i % rows->columns;
        const bool last = column + 1 == rows->columns;
        const int padding = rows->width[column] - text_width(rows->cells[i]);
        if (rows->alignment[column] == 'r')
            output_printf(to, "%*s%s", padding, "", rows->cells[i]);
        else
            output_printf(to, "%s%*s", rows->cells[i], last ? 0 : padding, "");
        output_text(to, last ? "\n" : "  ");
    }
}
