#include "output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "message.h"
#include "quote.h"

/* errno of standard output's first failure; stdio itself does not keep it. */
static int output_errno;
static int failure_code = EXIT_FAILED;

static void keep_failure(FILE *to, int result)
{
    if (to == stdout && result < 0 && output_errno == 0)
        output_errno = errno != 0 ? errno : EIO;
}

void output_printf(FILE *to, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    keep_failure(to, vfprintf(to, format, arguments));
    va_end(arguments);
}

void output_text(FILE *to, const char *text)
{
    keep_failure(to, fputs(text, to));
}

void output_escaped(FILE *to, const char *text)
{
    char *const escaped = escape_text(text);
    output_text(to, escaped);
    free(escaped);
}

void output_name(FILE *to, const char *name)
{
    char *const shown = quote_name(name);
    output_escaped(to, shown);
    free(shown);
}

bool output_has_failed(void)
{
    return output_errno != 0;
}

static int explain(int number)
{
    if (number == EPIPE)
        return EXIT_DONE;
    message("standard output cannot be written (%s)", strerror(number));
    return failure_code;
}

void output_fail_with(int code)
{
    failure_code = code;
}

int output_finish(int code)
{
    keep_failure(stdout, fflush(stdout));
    return output_errno == 0 ? code : explain(output_errno);
}

int output_bytes(const void *data, size_t size)
{
    const char *from = data;
    while (size > 0) {
        const ssize_t written = write(STDOUT_FILENO, from, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return explain(errno);
        from += written;
        size -= (size_t)written;
    }
    return PROCEED;
}

bytes_text output_format_bytes(uint64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = (double)bytes;
    size_t unit = 0;
    while (value >= 1024.0 && unit + 1 < sizeof units / sizeof *units) {
        value /= 1024.0;
        unit++;
    }
    bytes_text formatted;
    snprintf(formatted.text, sizeof formatted.text, "%.*f %s", unit == 0 ? 0 : 1, value,
             units[unit]);
    return formatted;
}
