/* JSON objects for --json. 64-bit integers are strings: a double, which many readers use, does not hold
 * them. */
#ifndef JSON_OUTPUT_H
#define JSON_OUTPUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* Values that own nothing else; jansson's json_object_set_new takes them over. */
json_t *json_from_u64(uint64_t number);
json_t *json_from_number(double number);  /* null when not finite */
json_t *json_from_text(const char *text); /* null for NULL; what is not UTF-8 is replaced */
json_t *json_from_digest(const uint8_t digest[16]);
json_t *json_from_shape(uint32_t rank, const uint64_t *shape);

/* Sets a key; value is taken over. Ends the program when out of memory. */
void json_put(json_t *object, const char *key, json_t *value);

/* Appends to an array, in the same way. */
void json_append(json_t *array, json_t *value);

/* Prints the object on standard output and releases it. */
void json_finish(json_t *object);

/* The same for an object whose last member is a list that is too long to be held: prints and releases the
 * object, which has other members, and the list's key; then one element after the other; then the ends. */
void json_begin_list(json_t *object, const char *key);
void json_print_element(json_t *element, bool first);
void json_end_list(void);

#endif
