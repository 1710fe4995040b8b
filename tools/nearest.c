#include "nearest.h"

#include <string.h>

enum { LONGEST_WORD = 64 };

static size_t smallest(size_t a, size_t b, size_t c)
{
    const size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Insertions, deletions and substitutions between two words (Levenshtein). */
static size_t edit_distance(const char *a, const char *b)
{
    const size_t length = strlen(b);
    size_t row[LONGEST_WORD + 1];
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < length; j++) {
            const size_t above = row[j + 1];
            row[j + 1] = smallest(above + 1, row[j] + 1, diagonal + (a[i] != b[j]));
            diagonal = above;
        }
    }
    return row[length];
}

void nearest_offer(nearest *search, const char *candidate)
{
    const size_t word_length = strlen(search->word);
    const size_t length = strlen(candidate);
    if (word_length == 0 || word_length > LONGEST_WORD || length > LONGEST_WORD)
        return;
    const size_t distance = edit_distance(search->word, candidate);
    /* Beyond half of the letters it is another word. */
    const size_t limit = (word_length > length ? word_length : length) / 2;
    if (distance <= limit && (search->best == NULL || distance < search->best_distance)) {
        search->best = candidate;
        search->best_distance = distance;
    }
}
