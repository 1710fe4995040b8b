#include "by_value.h"

#include <stdio.h>
#include <string.h>

/* Whether a list "f32/f16, i64/U64" has the name. */
static bool has_name(const char *list, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = list; (at = strstr(at, name)) != NULL; at += length)
        if ((at == list || at[-1] == ' ') && (at[length] == '\0' || at[length] == ','))
            return true;
    return false;
}

/* Or ", ..." where there is no room. */
static void add_name(by_value *to, const char *name)
{
    static const char more[] = ", ...";
    const size_t length = strlen(to->dtypes), room = sizeof to->dtypes - length;
    if (has_name(to->dtypes, name) || has_name(to->dtypes, "..."))
        return;
    const bool fits = strlen(name) + 2 + sizeof more <= room;
    snprintf(to->dtypes + length, room, "%s%s", length == 0 ? "" : ", ", fits ? name : "...");
}

static void add_pair(by_value *to, const comparison_pair *pair)
{
    for (size_t i = 0; i < pair->count; i++) {
        const comparison_case *const of = &pair->cases[i];
        to->compared += comparison_case_is_compared(of);
        if (!comparison_case_is_by_value(of))
            continue;
        to->count++;
        add_name(to, of->dtype_name);
    }
}

by_value by_value_of_pair(const comparison_pair *pair)
{
    by_value made = {.count = 0};
    add_pair(&made, pair);
    return made;
}

by_value by_value_of(const comparison *told)
{
    by_value made = {.count = 0};
    for (size_t i = 0; i < told->pair_count; i++)
        add_pair(&made, &told->pairs[i]);
    return made;
}

by_value_text by_value_tell(const by_value *of)
{
    by_value_text made = {.text = ""};
    if (of->count != 0 && of->count == of->compared)
        snprintf(made.text, sizeof made.text, "by value (%s)", of->dtypes);
    else if (of->count != 0)
        snprintf(made.text, sizeof made.text, "%zu tensor%s of different dtypes by value (%s)",
                 of->count, of->count == 1 ? "" : "s", of->dtypes);
    return made;
}

by_value_text by_value_rule(const by_value *of)
{
    by_value_text made = by_value_tell(of);
    if (of->count == 0)
        snprintf(made.text, sizeof made.text, "bit for bit");
    else if (of->count != of->compared) {
        const by_value_text some = made;
        snprintf(made.text, sizeof made.text, "bit for bit; %.220s", some.text);
    }
    return made;
}
