#include "quote.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

static const char plain[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";

/* Appends the argument; returns the end. */
static char *append(char *to, const char *argument)
{
    const size_t length = strlen(argument);
    if (length > 0 && strspn(argument, plain) == length) {
        memcpy(to, argument, length);
        return to + length;
    }
    *to++ = '\'';
    for (; *argument != '\0'; argument++) {
        if (*argument == '\'') { /* out, an escaped quote, and in again */
            memcpy(to, "'\\''", 4);
            to += 4;
        } else {
            *to++ = *argument;
        }
    }
    *to++ = '\'';
    return to;
}

char *quote_command(int argc, char **argv)
{
    static const char program[] = "sowcl";
    size_t size = sizeof program;
    for (int i = 0; i < argc; i++)
        size += 4 * strlen(argv[i]) + 3;
    char *const text = need_memory(malloc(size));
    char *to = text + strlen(program);
    memcpy(text, program, sizeof program);
    for (int i = 0; i < argc; i++) {
        *to++ = ' ';
        to = append(to, argv[i]);
    }
    *to = '\0';
    return text;
}
