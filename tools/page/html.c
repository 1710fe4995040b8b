#include "html.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "quote.h"

/* The length of the UTF-8 character at text; 0: there is none. */
static size_t character_length(const unsigned char *text)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } forms[] = {{0x80, 0, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    for (size_t length = 1; length <= 4; length++) {
        if ((text[0] & forms[length - 1].mask) != forms[length - 1].lead)
            continue;
        uint32_t code = text[0] & (unsigned char)~forms[length - 1].mask;
        for (size_t i = 1; i < length; i++) {
            if ((text[i] & 0xc0) != 0x80)
                return 0;
            code = code << 6 | (text[i] & 0x3f);
        }
        const bool surrogate = code >= 0xd800 && code < 0xe000;
        const bool no_character = (code & 0xfffe) == 0xfffe; /* XML takes no U+FFFE, U+FFFF */
        return code >= forms[length - 1].least && code < 0x110000 && !surrogate && !no_character
                   ? length
                   : 0;
    }
    return 0;
}

static void write_character(FILE *to, const unsigned char *at, size_t length)
{
    if (*at == '<')
        fputs("&lt;", to);
    else if (*at == '>')
        fputs("&gt;", to);
    else if (*at == '&')
        fputs("&amp;", to);
    else if (*at == '"')
        fputs("&quot;", to);
    else if (*at == '\'')
        fputs("&#39;", to);
    else
        fwrite(at, 1, length, to);
}

void html_text(FILE *to, const char *text)
{
    char *const escaped = escape_text(text);
    const unsigned char *at = (const unsigned char *)escaped;
    while (*at != '\0') {
        const size_t length = character_length(at);
        if (length == 0)
            fprintf(to, "\\x%02x", *at);
        else
            write_character(to, at, length);
        at += length == 0 ? 1 : length;
    }
    free(escaped);
}

void html_name(FILE *to, const char *name)
{
    char *const shown = quote_name(name);
    html_text(to, shown);
    free(shown);
}

void html_element(FILE *to, const char *tag, const char *text)
{
    fprintf(to, "<%s>", tag);
    html_text(to, text);
    fprintf(to, "</%.*s>", (int)strcspn(tag, " "), tag);
}

html_number html_count(uint64_t count)
{
    char digits[24];
    html_number made;
    const int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
    size_t used = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            made.text[used++] = ',';
        made.text[used++] = digits[i];
    }
    made.text[used] = '\0';
    return made;
}

html_number html_share(uint64_t part, uint64_t whole)
{
    html_number made = {"0"};
    const double share = whole == 0 ? 0 : 100 * (double)part / (double)whole;
    if (part == whole && part != 0)
        strcpy(made.text, "100 %");
    else if (share >= 99.95)
        strcpy(made.text, "&gt; 99.9 %");
    else if (part != 0 && share < 1e-4)
        strcpy(made.text, "&lt; 0.0001 %");
    else if (part != 0)
        snprintf(made.text, sizeof made.text, "%.3g %%", share);
    return made;
}

static html_number format_real(const char *format, double value)
{
    html_number made = {"NaN"};
    if (value == 0)
        strcpy(made.text, "0");
    else if (isinf(value))
        strcpy(made.text, value > 0 ? "inf" : "&#8722;inf");
    else if (!isnan(value))
        snprintf(made.text, sizeof made.text, format, value);
    return made;
}

html_number html_real(double value)
{
    return format_real("%.4g", value);
}

html_number html_signed(double value)
{
    return format_real("%+.4g", value);
}
