/* Text for standard output (or standard error, where that is taken by data), with its failures kept. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

__attribute__((format(printf, 2, 3))) void output_printf(FILE *to, const char *format, ...);
void output_text(FILE *to, const char *text);
/* With control characters escaped. */
void output_escaped(FILE *to, const char *text);
/* The same of a tensor's name, cut if it is very long. */
void output_name(FILE *to, const char *name);

/* True once standard output has failed: whoever prints without end looks. */
bool output_has_failed(void);

/* The exit code when standard output cannot take everything, from now on; EXIT_FAILED otherwise. */
void output_fail_with(int code);

/* Writes what is buffered. Returns code; EXIT_DONE when the reader has gone; that of failure, with a message,
 * when standard output could not take everything. */
int output_finish(int code);

/* All bytes to file descriptor 1, past stdio. PROCEED, or the exit code as of output_finish. */
int output_bytes(const void *data, size_t size);

/* "474.7 MiB" */
typedef struct bytes_text {
    char text[32];
} bytes_text;
bytes_text output_format_bytes(uint64_t bytes);

#endif
