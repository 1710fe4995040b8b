/* Stored values as numbers. */
#ifndef VALUE_H
#define VALUE_H

#include <jansson.h>
#include <stdio.h>

#include "sowcl/base.h"

/* Prints the value at data so that it reads back exactly: 9 digits, f64 17. */
void value_print(FILE *to, sow_dtype dtype, const void *data);

/* The same as JSON; i64 as a string. */
json_t *value_to_json(sow_dtype dtype, const void *data);

#endif
