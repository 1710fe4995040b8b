/* The log that a context keeps of its last program failure. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"

void sowi_context_set_log(sow_context *context, const char *text)
{
    const size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    if (copy != NULL)
        memcpy(copy, text, size);
    (void)pthread_mutex_lock(&context->log_lock);
    char *last = context->log;
    context->log = copy;
    (void)pthread_mutex_unlock(&context->log_lock);
    free(last);
}

size_t sow_context_build_log(sow_context *context, char *text, size_t size)
{
    if (text != NULL && size > 0)
        text[0] = '\0';
    if (context == NULL)
        return 0;
    (void)pthread_mutex_lock(&context->log_lock);
    const size_t length = context->log == NULL ? 0 : strlen(context->log);
    if (text != NULL && size > 0 && length > 0) {
        const size_t copied = length < size ? length : size - 1;
        memcpy(text, context->log, copied);
        text[copied] = '\0';
    }
    (void)pthread_mutex_unlock(&context->log_lock);
    return length;
}

void sowi_context_log_self_test(sow_context *context, const char *what, uint64_t found,
                                uint64_t expected)
{
    char text[160];
    snprintf(text, sizeof text, "self-test of %s: digest %016" PRIx64 " instead of %016" PRIx64,
             what, found, expected);
    sowi_context_set_log(context, text);
}
