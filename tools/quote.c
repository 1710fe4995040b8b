#include "quote.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

enum { NAME_MAX_CHARACTERS = 120 };

char *quote_name(const char *name)
{
    static const char cut[] = "\xe2\x80\xa6"; /* an ellipsis */
    const char *const shown = name[0] != '\0' ? name : "\"\"";
    size_t length = 0, characters = 0;
    while (shown[length] != '\0') { /* a character of UTF-8 ends before the next one's first byte */
        if (((unsigned char)shown[length] & 0xc0) != 0x80 && characters++ == NAME_MAX_CHARACTERS)
            break;
        length++;
    }
    char *const quoted = need_memory(malloc(length + sizeof cut));
    memcpy(quoted, shown, length);
    memcpy(quoted + length, cut, sizeof cut);
    if (shown[length] == '\0')
        quoted[length] = '\0';
    return quoted;
}

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
