/* Options whose value is a list of names. */
#include <stdio.h>
#include <string.h>

#include "message.h"
#include "nearest.h"
#include "options.h"

static int unknown_name(const char *option, const char *word, const char *const *names)
{
    char all[256] = "";
    size_t length = 0;
    nearest search = {.word = word};
    for (size_t i = 0; names[i] != NULL && length < sizeof all; i++) {
        nearest_offer(&search, names[i]);
        length += (size_t)snprintf(all + length, sizeof all - length, " %s", names[i]);
    }
    if (search.best != NULL)
        return misuse("%s (%s): did you mean %s?", option, word, search.best);
    return misuse("%s (%s): any of%s, with commas between", option, word, all);
}

int parse_list(const char *option, const char *text, const char *const *names, uint32_t *bits)
{
    *bits = 0;
    for (const char *from = text; from != NULL;) {
        const char *const comma = strchr(from, ',');
        const size_t length = comma != NULL ? (size_t)(comma - from) : strlen(from);
        size_t i = 0;
        while (names[i] != NULL &&
               (strlen(names[i]) != length || strncmp(names[i], from, length) != 0))
            i++;
        if (names[i] == NULL) {
            char word[64];
            snprintf(word, sizeof word, "%.*s", (int)(length < 63 ? length : 63), from);
            return unknown_name(option, word, names);
        }
        *bits |= UINT32_C(1) << i;
        from = comma != NULL ? comma + 1 : NULL;
    }
    return PROCEED;
}
