#include "json_output.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "output.h"
#include "sowcl/model.h"

json_t *json_from_u64(uint64_t number)
{
    return json_sprintf("%" PRIu64, number);
}

json_t *json_from_number(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

json_t *json_from_text(const char *text)
{
    if (text == NULL)
        return json_null();
    json_t *const exact = json_string(text);
    if (exact != NULL)
        return exact;
    char *const ascii = need_memory(strdup(text));
    for (char *c = ascii; *c != '\0'; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    json_t *const value = json_string(ascii);
    free(ascii);
    return value;
}

json_t *json_from_digest(const uint8_t digest[16])
{
    char text[33];
    sow_digest_print(digest, text);
    return json_string(text);
}

json_t *json_from_shape(uint32_t rank, const uint64_t *shape)
{
    json_t *const array = need_memory(json_array());
    for (uint32_t i = 0; i < rank; i++)
        json_append(array, json_integer((json_int_t)shape[i]));
    return array;
}

void json_put(json_t *object, const char *key, json_t *value)
{
    need_memory(value);
    if (json_object_set_new(object, key, value) != 0)
        need_memory(NULL);
}

void json_append(json_t *array, json_t *value)
{
    need_memory(value);
    if (json_array_append_new(array, value) != 0)
        need_memory(NULL);
}

/* To be freed; the value is released. */
static char *dump(json_t *value)
{
    char *const text = need_memory(json_dumps(value, JSON_INDENT(1)));
    json_decref(value);
    return text;
}

void json_begin_list(json_t *object, const char *key)
{
    char *const text = dump(object);
    /* without the end, a newline and a brace */
    output_printf(stdout, "%.*s,\n \"%s\": [", (int)strlen(text) - 2, text, key);
    free(text);
}

void json_print_element(json_t *element, bool first)
{
    char *const text = dump(element);
    output_text(stdout, first ? "" : ",");
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
        output_printf(stdout, "\n  %s", line); /* strings have no newlines of their own */
    free(text);
}

void json_end_list(void)
{
    output_text(stdout, "\n ]\n}\n");
}

void json_finish(json_t *object)
{
    char *const text = dump(object);
    output_text(stdout, text);
    output_text(stdout, "\n");
    free(text);
}
