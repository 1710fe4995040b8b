#include "compare_sides.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "message.h"
#include "sowcl/bench.h"
#ifdef SOWCL_HAVE_OPENCL
#include "sowcl/sowcl.h"
#endif

/* A side more, its name made unique. */
static engine *add_side(compare_sides *sides, const char *name, const char *details,
                        const char *index)
{
    const size_t count = sides->count;
    sides->told = need_memory(realloc(sides->told, (count + 1) * sizeof *sides->told));
    sides->engines = need_memory(realloc(sides->engines, (count + 1) * sizeof *sides->engines));
    comparison_side *const told = &sides->told[count];
    engine *const opened = &sides->engines[count];
    bool taken = false;
    for (size_t i = 0; i < count; i++)
        taken = taken || strcmp(sides->told[i].name, name) == 0;
    memset(told, 0, sizeof *told);
    memset(opened, 0, sizeof *opened);
    snprintf(told->name, sizeof told->name, taken ? "%s (%s)" : "%s", name, index);
    snprintf(told->details, sizeof told->details, "%s", details);
    snprintf(opened->name, sizeof opened->name, "%.127s", told->name);
    sides->count++;
    return opened;
}

static void add_host(compare_sides *sides)
{
    add_side(sides, "host", "", "again");
}

#ifdef SOWCL_HAVE_OPENCL
/* The context of a device that a side has already; NULL: none. */
static sow_context *find_context(const compare_sides *sides, cl_device_id device)
{
    for (size_t i = 0; i < sides->count; i++)
        if (sides->engines[i].context != NULL &&
            sow_context_cl_device(sides->engines[i].context) == device)
            return sides->engines[i].context;
    return NULL;
}

/* "OpenCL 3.0 PoCL 3.1", without the build's details that PoCL sets apart by two spaces. */
static int version_length(const char *version)
{
    const char *const rest = strstr(version, "  ");
    return rest != NULL ? (int)(rest - version) : (int)strlen(version);
}

static int open_device(compare_sides *sides, const sow_device_info *info)
{
    char index[32], details[320];
    sow_error error = {0};
    const sow_options options = {.skip_self_test = 1};
    sow_context *context = find_context(sides, info->device);
    const bool again = context != NULL;
    snprintf(index, sizeof index, "%u:%u", info->platform_index, info->device_index);
    snprintf(details, sizeof details, "%s, %.*s, driver %.80s", info->platform_name,
             version_length(info->platform_version), info->platform_version, info->driver_version);
    if (!again) {
        const sow_status status = sow_context_open(&context, index, &options, &error);
        if (status != SOW_OK)
            return engine_failure(&(engine){.context = NULL}, status, &error);
    }
    add_side(sides, info->name, details, again ? "again" : index)->context = context;
    return PROCEED;
}

static int open_selector(compare_sides *sides, const char *selector)
{
    sow_device_info info;
    sow_error error = {0};
    if (engine_selector_is_host(selector)) {
        add_host(sides);
        return PROCEED;
    }
    const sow_status status = sow_device_select(selector, &info, &error);
    return status == SOW_OK ? open_device(sides, &info)
                            : engine_failure(&(engine){.context = NULL}, status, &error);
}

/* Every device that is not A. */
static void open_all(compare_sides *sides)
{
    size_t capacity = 0, count = 0;
    if (sow_device_list(NULL, 0, &capacity) != SOW_OK || capacity == 0)
        return;
    sow_device_info *const list = need_memory(calloc(capacity, sizeof *list));
    if (sow_device_list(list, capacity, &count) != SOW_OK)
        count = 0;
    for (size_t i = 0; i < count && i < capacity; i++)
        if (find_context(sides, list[i].device) == NULL && open_device(sides, &list[i]) != PROCEED)
            sides->failed = true;
    free(list);
}
#else
static int open_selector(compare_sides *sides, const char *selector)
{
    engine opened;
    if (!engine_selector_is_host(selector))
        return engine_open(&opened, selector, false); /* which says why not */
    add_host(sides);
    return PROCEED;
}

static void open_all(compare_sides *sides)
{
    (void)sides;
}
#endif

static int open_partners(compare_sides *sides, const compare_options *chosen)
{
    int code = PROCEED;
    for (size_t i = 0; i < chosen->with_count && code == PROCEED; i++) {
        code = open_selector(sides, chosen->with[i]);
        if (code == PROCEED && !chosen->quiet &&
            sides->engines[sides->count - 1].context == sides->engines[0].context)
            message("--with (%s): this is A itself (%s)", chosen->with[i], sides->told[0].name);
    }
    if (chosen->with_count > 0)
        return code;
    if (sides->engines[0].context != NULL)
        add_host(sides);
    open_all(sides);
    return PROCEED;
}

static bool is_first_of_context(const compare_sides *sides, size_t side)
{
    for (size_t i = 0; i < side; i++)
        if (sides->engines[i].context == sides->engines[side].context)
            return false;
    return true;
}

/* For each place where draws are made: its library's functions, and a device's native ones. */
static void add_controls(compare_sides *sides)
{
    const size_t count = sides->count;
    for (size_t i = 0; i < count; i++) {
        sow_context *const context = sides->engines[i].context;
        char name[192];
        if (!is_first_of_context(sides, i))
            continue;
        snprintf(name, sizeof name, "%.160s, its library", sides->told[i].name);
        add_side(sides, name, "", "again")->context = context;
        sides->told[sides->count - 1].math = SOW_MATH_LIBRARY;
        if (context == NULL)
            continue;
        snprintf(name, sizeof name, "%.160s, native", sides->told[i].name);
        add_side(sides, name, "", "again")->context = context;
        sides->told[sides->count - 1].math = SOW_MATH_NATIVE;
    }
}

/* Of all that draw at the same place. */
static int measure(compare_sides *sides, size_t first)
{
    sow_math_times times;
    const sow_status status = sow_math_times_measure(&times, sides->engines[first].context);
    if (status != SOW_OK)
        return engine_failure(&sides->engines[first], status, NULL);
    for (size_t i = first; i < sides->count; i++) {
        comparison_side *const told = &sides->told[i];
        if (sides->engines[i].context != sides->engines[first].context)
            continue;
        told->cpu_ns = times.cpu_ns[told->math];
        told->wall_ns = times.wall_ns[told->math];
    }
    return PROCEED;
}

int compare_sides_measure(compare_sides *sides)
{
    int code = PROCEED;
    for (size_t i = 0; i < sides->count && code == PROCEED; i++)
        if (is_first_of_context(sides, i))
            code = measure(sides, i);
    return code;
}

int compare_sides_open(compare_sides *sides, const compare_options *chosen)
{
    *sides = (compare_sides){.told = NULL};
    int code = open_selector(sides, chosen->on != NULL ? chosen->on : "host");
    if (code == PROCEED)
        code = open_partners(sides, chosen);
    if (code != PROCEED)
        return code;
    if (chosen->library_math)
        add_controls(sides);
    if (sides->count > 1)
        return PROCEED;
    if (sides->failed)
        return EXIT_MISUSE;
    message("no OpenCL device found: nothing to compare %s with", sides->told[0].name);
    return EXIT_NOTHING;
}

void compare_sides_close(compare_sides *sides)
{
    for (size_t i = sides->count; i-- > 0;)
        if (is_first_of_context(sides, i))
            engine_close(&sides->engines[i]);
    free(sides->told);
    free(sides->engines);
    *sides = (compare_sides){.told = NULL};
}
