#include "message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

void *need_memory(void *memory)
{
    if (memory == NULL) {
        fputs("sowcl: out of memory\n", stderr);
        exit(EXIT_FAILED);
    }
    return memory;
}

/* C0, DEL, and C1 as UTF-8 spells it: terminals obey all three. */
static size_t control_length(const unsigned char *text)
{
    if (text[0] < 0x20 || text[0] == 0x7f)
        return 1;
    if (text[0] == 0xc2 && text[1] >= 0x80 && text[1] < 0xa0)
        return 2;
    return 0;
}

static char *escape_except(const char *text, char kept)
{
    const unsigned char *from = (const unsigned char *)text;
    char *const escaped = need_memory(malloc(4 * strlen(text) + 1));
    char *to = escaped;
    while (*from != '\0') {
        const size_t length = *from == (unsigned char)kept ? 0 : control_length(from);
        if (length == 0)
            *to++ = (char)*from++;
        for (size_t i = 0; i < length; i++, from++) {
            static const char named[] = "\nn\tt\rr";
            const char *const name = strchr(named, *from);
            if (name != NULL)
                to += sprintf(to, "\\%c", name[1]);
            else
                to += sprintf(to, "\\x%02x", *from);
        }
    }
    *to = '\0';
    return escaped;
}

char *escape_text(const char *text)
{
    return escape_except(text, '\0');
}

char *format_text(const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    const size_t size = length > 0 ? (size_t)length + 1 : 1;
    char *const text = need_memory(calloc(size, 1));
    vsnprintf(text, size, format, arguments);
    return text;
}

static void print_message(const char *format, va_list arguments)
{
    char *const text = format_text(format, arguments);
    char *const escaped = escape_except(text, '\n');
    fprintf(stderr, "sowcl: %s\n", escaped);
    free(escaped);
    free(text);
}

void message(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_message(format, arguments);
    va_end(arguments);
}

int misuse(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_message(format, arguments);
    va_end(arguments);
    return EXIT_MISUSE;
}
