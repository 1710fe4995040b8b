/* Selectors: from a text to one device. */
#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "sowcl/sowcl.h"

static bool same_words(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++)
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
            return false;
    return *a == *b;
}

static bool contains(const char *text, const char *part)
{
    const size_t length = strlen(part);
    for (; *text != '\0'; text++) {
        size_t i = 0;
        while (i < length && text[i] != '\0' &&
               tolower((unsigned char)text[i]) == tolower((unsigned char)part[i]))
            i++;
        if (i == length)
            return true;
    }
    return false;
}

/* "P:D", digits only. */
static bool parse_indices(const char *selector, unsigned long *platform, unsigned long *device)
{
    if (strspn(selector, "0123456789:") != strlen(selector) || !isdigit((unsigned char)*selector))
        return false;
    char *end;
    *platform = strtoul(selector, &end, 10);
    if (*end != ':' || !isdigit((unsigned char)end[1]))
        return false;
    *device = strtoul(end + 1, &end, 10);
    return *end == '\0';
}

static bool fits(const sow_device_info *info, const char *selector)
{
    unsigned long platform, device;
    if (parse_indices(selector, &platform, &device))
        return info->platform_index == platform && info->device_index == device;
    return contains(info->platform_name, selector) || contains(info->platform_vendor, selector) ||
           contains(info->platform_version, selector) || contains(info->name, selector);
}

static bool has_type(const sow_device_info *info, const char *selector)
{
    if (selector == NULL || *selector == '\0')
        return true;
    return (info->type & (same_words(selector, "gpu") ? CL_DEVICE_TYPE_GPU : CL_DEVICE_TYPE_CPU)) !=
           0;
}

static bool by_rank(const char *selector)
{
    return selector == NULL || *selector == '\0' || same_words(selector, "cpu") ||
           same_words(selector, "gpu");
}

/* The best-ranked device of the selector's type; the first of equals. NULL if there is none. */
static const sow_device_info *select_best(const sow_device_info *list, size_t count,
                                          const char *selector)
{
    const sow_device_info *best = NULL;
    for (size_t i = 0; i < count; i++)
        if (has_type(&list[i], selector) && (best == NULL || list[i].rank < best->rank))
            best = &list[i];
    return best;
}

static sow_status fail_ambiguous(const sow_device_info *list, size_t count, const char *selector,
                                 sow_error *error)
{
    char names[384] = "";
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (!fits(&list[i], selector) || used >= sizeof names)
            continue;
        const int length = snprintf(names + used, sizeof names - used,
                                    "%s%" PRIu32 ":%" PRIu32 " %s", used == 0 ? "" : "; ",
                                    list[i].platform_index, list[i].device_index, list[i].name);
        used += length < 0 ? 0 : (size_t)length;
    }
    return sowi_fail(error, SOW_ERR_AMBIGUOUS, "device (%.64s): more than one fits: %s", selector,
                     names);
}

static sow_status select_match(const sow_device_info *list, size_t count, const char *selector,
                               const sow_device_info **found, sow_error *error)
{
    *found = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!fits(&list[i], selector))
            continue;
        if (*found != NULL)
            return fail_ambiguous(list, count, selector, error);
        *found = &list[i];
    }
    return SOW_OK;
}

static sow_status list_all(sow_device_info **list, size_t *count)
{
    *list = NULL;
    sow_status status = sow_device_list(NULL, 0, count);
    if (status != SOW_OK || *count == 0)
        return status;
    *list = calloc(*count, sizeof **list);
    if (*list == NULL)
        return SOW_ERR_NO_MEMORY;
    const size_t capacity = *count;
    status = sow_device_list(*list, capacity, count);
    if (*count > capacity) /* a device came in between */
        *count = capacity;
    return status;
}

sow_status sow_device_select(const char *selector, sow_device_info *info, sow_error *error)
{
    if (info == NULL)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "info (NULL): where to write the device");
    sow_device_info *list;
    size_t count;
    sow_status status = list_all(&list, &count);
    const sow_device_info *found = NULL;
    if (status != SOW_OK)
        status = sowi_fail(error, status, "%s", sow_status_text(status));
    else if (by_rank(selector))
        found = select_best(list, count, selector);
    else
        status = select_match(list, count, selector, &found, error);
    if (status == SOW_OK && found != NULL)
        *info = *found;
    else if (status == SOW_OK)
        status = sowi_fail(error, SOW_ERR_NO_DEVICE, "device (%.64s): no such OpenCL device",
                           selector == NULL || *selector == '\0' ? "any" : selector);
    free(list);
    return status;
}
