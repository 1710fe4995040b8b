/* Words in messages: names made safe to print, and the known word nearest to a mistaken one. */
#ifndef SOWI_WORDS_H
#define SOWI_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* A name as messages show it, returned by value so that it can stand in an argument list:
 * sowi_fail(..., "unknown kind (%s)", sowi_show(kind).text). */
typedef struct sowi_shown {
    char text[160];
} sowi_shown;

/* Control characters (C0, DEL, C1) become \n, \t or \xNN; a long text is cut and ends in "...". */
sowi_shown sowi_show(const char *text);
sowi_shown sowi_show_part(const char *text, size_t length);

/* Finds the candidate of the smallest edit distance; the first of equals. Start with {.word, .length};
 * best is NULL until a candidate was offered. */
typedef struct sowi_nearest {
    const char *word;
    size_t length;
    const char *best;
    size_t distance;
    bool begins; /* best begins with the word */
} sowi_nearest;
void sowi_nearest_offer(sowi_nearest *nearest, const char *candidate);

/* Of a list of words; count must not be 0. */
const char *sowi_nearest_of(const char *word, size_t length, const char *const *words,
                            size_t count);

#endif
