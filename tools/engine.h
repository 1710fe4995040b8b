/* What draws the numbers: an OpenCL device or the host. */
#ifndef ENGINE_H
#define ENGINE_H

#include <stdbool.h>

#include "sowcl/model.h"

typedef struct engine {
    sow_context *context; /* NULL: the host */
    char name[128];       /* the device's, or "host" */
} engine;

/* The selector in force: the option's, else SOWCL_DEVICE, else NULL for the default. */
const char *engine_selector(const char *option);
bool engine_selector_is_host(const char *selector);
/* An option's empty selector, which would fit any device: EXIT_MISUSE after its message. */
int engine_refuse_empty(const char *option);

/* "exact" or "clblast": what multiplies in the making of orthogonal matrices. */
int engine_parse_products(const char *option, const char *text, bool *by_clblast);

/* Opens what the selector in force names; by default the best device, or the host with a note when there
 * is none. by_clblast needs a device. PROCEED, or an exit code after its message. engine_close is due either way. */
int engine_open(engine *opened, const char *option, bool by_clblast);
void engine_close(engine *opened);

/* Prints what went wrong: error (NULL: the status's text) and a failed program's build log. Returns the
 * exit code. */
int engine_failure(const engine *used, sow_status status, const sow_error *error);

/* How many processors the host has online, at least 1, and its memory; 0 if unknown. */
uint32_t engine_host_processors(void);
uint64_t engine_host_bytes(void);

#endif
