/* Messages on standard error. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdarg.h>

/* "sowcl: text" and a newline. Control characters in it are escaped, but for newlines. */
__attribute__((format(printf, 1, 2))) void message(const char *format, ...);

/* The same, for a wrong command line. Returns EXIT_MISUSE. */
__attribute__((format(printf, 1, 2))) int misuse(const char *format, ...);

/* Ends the program when memory is NULL. Returns memory. */
void *need_memory(void *memory);

/* vsprintf into memory of its own, to be freed. */
char *format_text(const char *format, va_list arguments);

/* A copy of the text with control characters as \n, \t, \r or \xNN, to be freed. */
char *escape_text(const char *text);

#endif
