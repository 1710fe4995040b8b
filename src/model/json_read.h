/* Reading JSON strictly: duplicate and unknown keys are refused, integers are checked, and every message
 * names the value. The functions return the reader's status on refusal. */
#ifndef SOWI_JSON_READ_H
#define SOWI_JSON_READ_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "sowcl/base.h"

typedef struct sowi_json_reader {
    sow_status status; /* of what the file's content does wrong */
    sow_error *error;
} sowi_json_reader;

/* The caller gives *out back by json_decref. A text whose values would take gigabytes is refused unread. */
sow_status sowi_json_parse(json_t **out, const char *text, size_t size,
                           const sowi_json_reader *reader);

/* SOW_OK if value is an object with none but these keys (a list that NULL ends). what: what the object
 * is, for the message. */
sow_status sowi_json_check_object(const json_t *value, const char *what, const char *const *keys,
                                  const sowi_json_reader *reader);

/* The string under key; NULL where there is none and it is not required. Lives as long as object. */
sow_status sowi_json_string(const json_t *object, const char *key, bool required, const char **text,
                            const sowi_json_reader *reader);
/* The same, copied into the arena. SOW_ERR_NO_MEMORY, too. */
sow_status sowi_json_text(const json_t *object, const char *key, bool required, sowi_arena *arena,
                          const char **text, const sowi_json_reader *reader);
/* The array or object under key; NULL where there is none and it is not required. */
sow_status sowi_json_member(const json_t *object, const char *key, json_type type, bool required,
                            json_t **member, const sowi_json_reader *reader);
/* An integer of 0 or more. what: what it is, for the message. */
sow_status sowi_json_count(const json_t *value, const char *what, uint64_t *count,
                           const sowi_json_reader *reader);
/* The "format" of the object is exactly this. */
sow_status sowi_json_check_format(const json_t *object, const char *format,
                                  const sowi_json_reader *reader);

/* The value as messages show it. */
typedef struct sowi_json_shown {
    char text[160];
} sowi_json_shown;
sowi_json_shown sowi_json_show(const json_t *value);

#endif
