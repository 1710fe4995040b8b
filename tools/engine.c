#include "engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "command.h"
#include "message.h"
#ifdef SOWCL_HAVE_OPENCL
#include "sowcl/sowcl.h"
#endif

const char *engine_selector(const char *option)
{
    if (option != NULL)
        return option;
    const char *const variable = getenv("SOWCL_DEVICE");
    return variable != NULL && variable[0] != '\0' ? variable : NULL;
}

bool engine_selector_is_host(const char *selector)
{
    return selector != NULL && strcasecmp(selector, "host") == 0;
}

int engine_parse_products(const char *option, const char *text, bool *by_clblast)
{
    *by_clblast = strcmp(text, "clblast") == 0;
    return *by_clblast || strcmp(text, "exact") == 0
               ? PROCEED
               : misuse("%s (%s): exact or clblast", option, text);
}

#ifdef SOWCL_HAVE_OPENCL
static sow_status open_context(engine *opened, const char *selector, bool by_clblast,
                               sow_error *error)
{
    const sow_options options = {.engine = by_clblast ? SOW_ENGINE_CLBLAST : SOW_ENGINE_EXACT};
    const sow_status status = sow_context_open(&opened->context, selector, &options, error);
    if (status != SOW_OK)
        return status;
    sow_device_info *list = NULL;
    size_t count = 0;
    snprintf(opened->name, sizeof opened->name, "device");
    if (sow_device_list(NULL, 0, &count) != SOW_OK || count == 0)
        return SOW_OK;
    list = need_memory(calloc(count, sizeof *list));
    const size_t capacity = count;
    if (sow_device_list(list, capacity, &count) == SOW_OK)
        for (size_t i = 0; i < count && i < capacity; i++)
            if (list[i].device == sow_context_cl_device(opened->context))
                memcpy(opened->name, list[i].name, sizeof opened->name);
    free(list);
    return SOW_OK;
}

/* Whether a failed build or self-test left its say in the context. */
static bool has_log(sow_status status)
{
    switch (status) {
    case SOW_ERR_BUILD:
    case SOW_ERR_DEVICE: /* of figures and comparisons */
    case SOW_ERR_TEST_CONSTANT:
    case SOW_ERR_TEST_BITS:
    case SOW_ERR_TEST_UNIFORM:
    case SOW_ERR_TEST_NORMAL:
    case SOW_ERR_TEST_TRUNC_NORMAL:
    case SOW_ERR_TEST_STRUCTURE:
    case SOW_ERR_TEST_STFT:
    case SOW_ERR_TEST_ORTHOGONAL:
        return true;
    default:
        return false;
    }
}

static void print_build_log(sow_context *context)
{
    const size_t length = sow_context_build_log(context, NULL, 0);
    if (length == 0)
        return;
    char *const log = need_memory(malloc(length + 1));
    sow_context_build_log(context, log, length + 1);
    message("the build log says:\n%s", log);
    free(log);
}
#else
static sow_status open_context(engine *opened, const char *selector, bool by_clblast,
                               sow_error *error)
{
    (void)opened, (void)by_clblast;
    error->status = selector == NULL ? SOW_ERR_NO_DEVICE : SOW_ERR_NO_OPENCL;
    snprintf(error->text, sizeof error->text, "device (%s): this build knows no OpenCL, only host",
             selector != NULL ? selector : "");
    return error->status;
}
#endif

static int refuse_clblast_on_host(void)
{
    return misuse("--engine clblast on the host: it needs a device; the host's engine is exact");
}

int engine_refuse_empty(const char *option)
{
    return misuse("%s (): host, cpu, gpu, P:D as 'sowcl devices' prints it, or a part of a name",
                  option);
}

/* "device (SEL): ..." is what the variable says, and nobody has typed. */
static void name_variable(sow_error *error)
{
    static const char device[] = "device (";
    char text[sizeof error->text];
    const bool named = strncmp(error->text, device, sizeof device - 1) == 0;
    memcpy(text, error->text, sizeof text);
    snprintf(error->text, sizeof error->text, named ? "SOWCL_DEVICE (%.*s" : "SOWCL_DEVICE: %.*s",
             (int)(sizeof error->text - sizeof "SOWCL_DEVICE: "),
             text + (named ? sizeof device - 1 : 0));
}

int engine_open(engine *opened, const char *option, bool by_clblast)
{
    const char *const selector = engine_selector(option);
    opened->context = NULL;
    snprintf(opened->name, sizeof opened->name, "host");
    if (option != NULL && option[0] == '\0')
        return engine_refuse_empty("--device");
    if (engine_selector_is_host(selector))
        return by_clblast ? refuse_clblast_on_host() : PROCEED;
    sow_error error = {0};
    const sow_status status = open_context(opened, selector, by_clblast, &error);
    if (status == SOW_OK)
        return PROCEED;
    if (selector == NULL && (status == SOW_ERR_NO_DEVICE || status == SOW_ERR_NO_OPENCL)) {
        if (by_clblast)
            return refuse_clblast_on_host();
        message("no OpenCL device found: using host");
        return PROCEED;
    }
    if (option == NULL && selector != NULL)
        name_variable(&error);
    const int code = engine_failure(opened, status, &error);
    if (status == SOW_ERR_NO_DEVICE)
        message("'sowcl devices' lists what there is; 'host' is always");
    return status == SOW_ERR_AMBIGUOUS ? EXIT_MISUSE : code;
}

void engine_close(engine *opened)
{
#ifdef SOWCL_HAVE_OPENCL
    sow_context_release(opened->context);
#endif
    opened->context = NULL;
}

int engine_failure(const engine *used, sow_status status, const sow_error *error)
{
    if (error != NULL && error->status == status && error->text[0] != '\0')
        message("%s", error->text);
    else
        message("%s (%s)", sow_status_text(status), sow_status_name(status));
#ifdef SOWCL_HAVE_OPENCL
    if (used->context != NULL && has_log(status))
        print_build_log(used->context);
#else
    (void)used;
#endif
    return EXIT_FAILED;
}

uint32_t engine_host_processors(void)
{
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (uint32_t)online : 1;
}

uint64_t engine_host_bytes(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long page_bytes = sysconf(_SC_PAGESIZE);
    return pages > 0 && page_bytes > 0 ? (uint64_t)pages * (uint64_t)page_bytes : 0;
}
