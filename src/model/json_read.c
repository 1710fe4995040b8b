#include "json_read.h"

#include <stdio.h>
#include <string.h>

#include "fail.h"
#include "system_error.h"
#include "words.h"

/* Enough for half a million tensors. jansson takes up to some 160 bytes for each. */
enum { VALUES_MAX = 4000000 };

/* No fewer than the text has: each stands after a bracket or a comma, all but the first. */
static size_t count_values(const char *text, size_t size)
{
    size_t count = 1;
    bool quoted = false;
    for (size_t i = 0; i < size; i++) {
        const char byte = text[i];
        if (quoted && byte == '\\')
            i++;
        else if (byte == '"')
            quoted = !quoted;
        else if (!quoted && (byte == '{' || byte == '[' || byte == ','))
            count++;
    }
    return count;
}

sow_status sowi_json_parse(json_t **out, const char *text, size_t size,
                           const sowi_json_reader *reader)
{
    const size_t values = count_values(text, size);
    if (values > VALUES_MAX)
        return sowi_fail(reader->error, reader->status,
                         "too many values in the JSON text (%zu): %d at most", values, VALUES_MAX);
    json_error_t problem;
    json_t *parsed = json_loadb(text, size, JSON_REJECT_DUPLICATES, &problem);
    if (parsed == NULL && json_error_code(&problem) == json_error_out_of_memory)
        return sowi_fail(reader->error, SOW_ERR_NO_MEMORY, "out of host memory");
    if (parsed == NULL)
        return sowi_fail(reader->error, reader->status, "not valid JSON (line %d, column %d): %s",
                         problem.line, problem.column, sowi_show(problem.text).text);
    *out = parsed;
    return SOW_OK;
}

sowi_json_shown sowi_json_show(const json_t *value)
{
    sowi_json_shown shown = {""};
    switch (json_typeof(value)) {
    case JSON_STRING:
        snprintf(shown.text, sizeof shown.text, "%s", sowi_show(json_string_value(value)).text);
        break;
    case JSON_INTEGER:
        snprintf(shown.text, sizeof shown.text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL:
        snprintf(shown.text, sizeof shown.text, "%.17g", json_real_value(value));
        break;
    case JSON_OBJECT:
        snprintf(shown.text, sizeof shown.text, "an object");
        break;
    case JSON_ARRAY:
        snprintf(shown.text, sizeof shown.text, "a list");
        break;
    case JSON_TRUE:
        snprintf(shown.text, sizeof shown.text, "true");
        break;
    case JSON_FALSE:
        snprintf(shown.text, sizeof shown.text, "false");
        break;
    case JSON_NULL:
        snprintf(shown.text, sizeof shown.text, "null");
        break;
    }
    return shown;
}

static bool is_among(const char *word, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

sow_status sowi_json_check_object(const json_t *value, const char *what, const char *const *keys,
                                  const sowi_json_reader *reader)
{
    if (!json_is_object(value))
        return sowi_fail(reader->error, reader->status, "%s is not an object (%s)", what,
                         sowi_json_show(value).text);
    const char *key;
    json_t *member;
    /* jansson iterates by a pointer that is not const; nothing is changed */
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        if (is_among(key, keys))
            continue;
        sowi_nearest nearest = {.word = key, .length = strlen(key)};
        for (size_t i = 0; keys[i] != NULL; i++)
            sowi_nearest_offer(&nearest, keys[i]);
        return sowi_fail(reader->error, reader->status, "unknown key (%s) in %s: the nearest is %s",
                         sowi_show(key).text, what, nearest.best);
    }
    return SOW_OK;
}

static const char *type_name(json_type type)
{
    switch (type) {
    case JSON_STRING:
        return "text";
    case JSON_ARRAY:
        return "a list";
    default:
        return "an object";
    }
}

sow_status sowi_json_text(const json_t *object, const char *key, bool required, sowi_arena *arena,
                          const char **text, const sowi_json_reader *reader)
{
    const char *found = NULL;
    const sow_status status = sowi_json_string(object, key, required, &found, reader);
    *text = NULL;
    if (status != SOW_OK || found == NULL)
        return status;
    *text = sowi_arena_copy(arena, found);
    return *text != NULL ? SOW_OK : sowi_fail_memory(reader->error);
}

sow_status sowi_json_member(const json_t *object, const char *key, json_type type, bool required,
                            json_t **member, const sowi_json_reader *reader)
{
    json_t *found = json_object_get(object, key);
    if (found == NULL && required)
        return sowi_fail(reader->error, reader->status, "missing key (%s): %s is expected", key,
                         type_name(type));
    if (found != NULL && json_typeof(found) != type)
        return sowi_fail(reader->error, reader->status, "wrong %s (%s): %s is expected", key,
                         sowi_json_show(found).text, type_name(type));
    *member = found;
    return SOW_OK;
}

sow_status sowi_json_string(const json_t *object, const char *key, bool required, const char **text,
                            const sowi_json_reader *reader)
{
    json_t *member = NULL;
    const sow_status status = sowi_json_member(object, key, JSON_STRING, required, &member, reader);
    if (status == SOW_OK)
        *text = json_string_value(member);
    return status;
}

sow_status sowi_json_count(const json_t *value, const char *what, uint64_t *count,
                           const sowi_json_reader *reader)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return sowi_fail(reader->error, reader->status,
                         "wrong %s (%s): an integer of 0 or more is expected", what,
                         sowi_json_show(value).text);
    *count = (uint64_t)json_integer_value(value);
    return SOW_OK;
}

sow_status sowi_json_check_format(const json_t *object, const char *format,
                                  const sowi_json_reader *reader)
{
    const char *found = NULL;
    const sow_status status = sowi_json_string(object, "format", true, &found, reader);
    if (status == SOW_OK && strcmp(found, format) != 0)
        return sowi_fail(reader->error, reader->status, "unknown format (%s): %s is expected",
                         sowi_show(found).text, format);
    return status;
}
