#include "words.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Longer words are compared by their beginnings. */
enum { WORD_MAX = 63 };

/* Bytes of the control character that starts at text: 0 if it is none. C1 controls are two bytes in
 * UTF-8, 0xc2 0x80 to 0xc2 0x9f. */
static size_t control_length(const char *text, size_t length)
{
    const unsigned char first = (unsigned char)text[0];
    if (first < 0x20 || first == 0x7f)
        return 1;
    if (first == 0xc2 && length > 1) {
        const unsigned char second = (unsigned char)text[1];
        return second >= 0x80 && second <= 0x9f ? 2 : 0;
    }
    return 0;
}

static int print_control(char *out, size_t size, const char *text, size_t length)
{
    if (length == 1 && text[0] == '\n')
        return snprintf(out, size, "\\n");
    if (length == 1 && text[0] == '\t')
        return snprintf(out, size, "\\t");
    return snprintf(out, size, "\\x%02x", (unsigned)(unsigned char)text[length - 1]);
}

static bool continues_character(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Length of the text without a character that its cut, before `next`, would leave unfinished. */
static size_t whole_characters(const char *text, size_t length, char next)
{
    if (!continues_character(next))
        return length;
    while (length > 0 && continues_character(text[length - 1]))
        length--;
    return length > 0 ? length - 1 : 0;
}

sowi_shown sowi_show_part(const char *text, size_t length)
{
    sowi_shown shown;
    const size_t room = sizeof shown.text - sizeof "\\xff...";
    size_t used = 0, i = 0;
    while (i < length && used < room) {
        const size_t control = control_length(text + i, length - i);
        if (control == 0) {
            shown.text[used++] = text[i++];
            continue;
        }
        used +=
            (size_t)print_control(shown.text + used, sizeof shown.text - used, text + i, control);
        i += control;
    }
    if (i < length) {
        used = whole_characters(shown.text, used, text[i]);
        memcpy(shown.text + used, "...", 3);
        used += 3;
    }
    shown.text[used] = '\0';
    return shown;
}

sowi_shown sowi_show(const char *text)
{
    return sowi_show_part(text, strlen(text));
}

static size_t smallest(size_t a, size_t b, size_t c)
{
    const size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Levenshtein's distance, one row at a time. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t row[WORD_MAX + 1];
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            const size_t above = row[j];
            const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = smallest(above + 1, row[j - 1] + 1, replaced);
            diagonal = above;
        }
    }
    return row[b_length];
}

static size_t at_most(size_t length)
{
    return length < WORD_MAX ? length : WORD_MAX;
}

void sowi_nearest_offer(sowi_nearest *nearest, const char *candidate)
{
    const size_t distance = edit_distance(nearest->word, at_most(nearest->length), candidate,
                                          at_most(strlen(candidate)));
    const bool begins =
        nearest->length > 0 && strncmp(candidate, nearest->word, nearest->length) == 0;
    if (nearest->best != NULL && begins < nearest->begins)
        return;
    if (nearest->best == NULL || begins > nearest->begins || distance < nearest->distance) {
        nearest->best = candidate;
        nearest->distance = distance;
        nearest->begins = begins;
    }
}

const char *sowi_nearest_of(const char *word, size_t length, const char *const *words, size_t count)
{
    sowi_nearest nearest = {.word = word, .length = length};
    for (size_t i = 0; i < count; i++)
        sowi_nearest_offer(&nearest, words[i]);
    return nearest.best;
}
