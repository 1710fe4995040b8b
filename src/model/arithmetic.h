/* Arithmetic in initializer expressions: + - * / ( ) sqrt() min() max() over numbers and parameters. */
#ifndef SOWI_ARITHMETIC_H
#define SOWI_ARITHMETIC_H

#include <stdbool.h>
#include <stddef.h>

#include "sowcl/model.h"

/* A place in a text that is being read, and the numbers that the text can name. */
typedef struct sowi_cursor {
    const char *at;
    const sow_parameter *parameters;
    size_t count;
    sow_error *error;
    unsigned depth; /* of brackets */
} sowi_cursor;

void sowi_cursor_skip_spaces(sowi_cursor *cursor);
/* Skips spaces; passes the character if it comes next. */
bool sowi_cursor_take(sowi_cursor *cursor, char character);
/* Skips spaces; the length of the identifier that comes next, 0 if none. */
size_t sowi_cursor_word(sowi_cursor *cursor);
/* SOW_ERR_SYNTAX with what stands at the cursor and what is allowed there. */
sow_status sowi_cursor_refuse(const sowi_cursor *cursor, const char *allowed);

bool sowi_word_equal(const char *word, size_t length, const char *name);
/* Letters, digits and _, not beginning with a digit. */
bool sowi_is_identifier(const char *text);
/* The functions' names and inf: no parameter may be called so. */
bool sowi_is_arithmetic_word(const char *text);
/* True if the expression takes a number of that name. */
bool sowi_is_named_in(const char *expression, const char *name);

/* Reads a value and passes it. Infinities only where the text says inf; anything else that is not finite
 * is refused. SOW_ERR_SYNTAX, SOW_ERR_NO_MEMORY. */
sow_status sowi_arithmetic_read(sowi_cursor *cursor, double *value);

#endif
