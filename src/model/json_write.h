/* Writing JSON where its bytes are settled: compact, as the reference writer of safetensors does it. */
#ifndef SOWI_JSON_WRITE_H
#define SOWI_JSON_WRITE_H

#include <stdio.h>

/* Text in quotes, with the escapes of serde_json. */
void sowi_json_write_string(FILE *out, const char *text);

#endif
