/* sowcl devices */
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "engine.h"
#include "json_output.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "table.h"
#ifdef SOWCL_HAVE_OPENCL
#include "sowcl/sowcl.h"
#endif

/* A device, or the host, as it is printed. */
typedef struct device_row {
    bool is_default;
    char selector[24];
    const char *type, *rank;
    char name[128], vendor[128], platform[128], version[128], driver[128];
    uint64_t bytes, max_alloc_bytes;
    uint32_t units;
    bool has_f64;
} device_row;

#ifdef SOWCL_HAVE_OPENCL
static const char *type_name(cl_device_type type)
{
    if (type & CL_DEVICE_TYPE_GPU)
        return "gpu";
    return type & CL_DEVICE_TYPE_CPU ? "cpu" : "accelerator";
}

static const char *rank_name(sow_device_rank rank)
{
    switch (rank) {
    case SOW_RANK_GPU:
        return "gpu";
    case SOW_RANK_CPU:
        return "cpu";
    case SOW_RANK_LLVMPIPE:
        return "llvmpipe";
    case SOW_RANK_SIMULATOR:
        return "simulator";
    }
    return "unknown";
}

static void describe(device_row *row, const sow_device_info *info)
{
    snprintf(row->selector, sizeof row->selector, "%" PRIu32 ":%" PRIu32, info->platform_index,
             info->device_index);
    row->type = type_name(info->type);
    row->rank = rank_name(info->rank);
    memcpy(row->name, info->name, sizeof row->name);
    memcpy(row->vendor, info->vendor, sizeof row->vendor);
    memcpy(row->platform, info->platform_name, sizeof row->platform);
    memcpy(row->version, info->platform_version, sizeof row->version);
    memcpy(row->driver, info->driver_version, sizeof row->driver);
    row->bytes = info->global_bytes;
    row->max_alloc_bytes = info->max_alloc_bytes;
    row->units = info->compute_units;
    row->has_f64 = info->has_f64 != 0;
}

/* The OpenCL devices, with room for the host behind them; *count is without it. */
static sow_status list_devices(device_row **rows, size_t *count)
{
    sow_device_info *list = NULL;
    size_t capacity = 0;
    sow_status status = sow_device_list(NULL, 0, &capacity);
    *count = capacity;
    list = need_memory(calloc(capacity + 1, sizeof *list));
    if (status == SOW_OK)
        status = sow_device_list(list, capacity, count);
    *count = status != SOW_OK ? 0 : *count < capacity ? *count : capacity;
    *rows = need_memory(calloc(*count + 1, sizeof **rows));
    for (size_t i = 0; i < *count; i++)
        describe(&(*rows)[i], &list[i]);
    free(list);
    return status;
}

/* Marks the device that commands take by default, as SOWCL_DEVICE has it. */
static void mark_default(device_row *rows, size_t count)
{
    const char *const selector = engine_selector(NULL);
    char chosen[sizeof rows->selector] = "host";
    sow_device_info info;
    sow_error error = {0};
    if (!engine_selector_is_host(selector)) {
        const sow_status status = sow_device_select(selector, &info, &error);
        if (status == SOW_OK)
            snprintf(chosen, sizeof chosen, "%" PRIu32 ":%" PRIu32, info.platform_index,
                     info.device_index);
        else if (selector != NULL)
            message("SOWCL_DEVICE: %s", error.text);
        if (status != SOW_OK && selector != NULL)
            return;
    }
    for (size_t i = 0; i < count; i++)
        rows[i].is_default = strcmp(rows[i].selector, chosen) == 0;
}
#else
static sow_status list_devices(device_row **rows, size_t *count)
{
    *count = 0;
    *rows = need_memory(calloc(1, sizeof **rows));
    return SOW_OK;
}

static void mark_default(device_row *rows, size_t count)
{
    const char *const selector = engine_selector(NULL);
    rows[count - 1].is_default = selector == NULL || engine_selector_is_host(selector);
}
#endif

static void describe_host(device_row *row)
{
    snprintf(row->selector, sizeof row->selector, "host");
    row->type = "host";
    row->rank = "host";
    snprintf(row->name, sizeof row->name, "this machine's processors");
    snprintf(row->platform, sizeof row->platform, "no OpenCL");
    row->bytes = row->max_alloc_bytes = engine_host_bytes();
    row->units = engine_host_processors();
    row->has_f64 = true;
}

static void print_json(const device_row *rows, size_t count)
{
    json_t *const object = need_memory(json_object());
    json_t *const devices = need_memory(json_array());
    for (size_t i = 0; i < count; i++) {
        const device_row *const row = &rows[i];
        json_t *const device = need_memory(json_object());
        json_put(device, "selector", json_from_text(row->selector));
        json_put(device, "default", json_boolean(row->is_default));
        json_put(device, "type", json_from_text(row->type));
        json_put(device, "rank", json_from_text(row->rank));
        json_put(device, "name", json_from_text(row->name));
        json_put(device, "vendor", json_from_text(row->vendor));
        json_put(device, "platform", json_from_text(row->platform));
        json_put(device, "platform_version", json_from_text(row->version));
        json_put(device, "driver", json_from_text(row->driver));
        json_put(device, "bytes", json_from_u64(row->bytes));
        json_put(device, "max_alloc_bytes", json_from_u64(row->max_alloc_bytes));
        json_put(device, "units", json_integer(row->units));
        json_put(device, "f64", json_boolean(row->has_f64));
        json_append(devices, device);
    }
    json_put(object, "devices", devices);
    json_finish(object);
}

static void print_table(const device_row *rows, size_t count)
{
    static const char *const heads[] = {"",         "select", "type",   "rank",  "name",
                                        "platform", "driver", "memory", "units", "f64"};
    table *const lines = table_create("lllllllrrl");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        table_cell(lines, "%s", heads[i]);
    for (size_t i = 0; i < count; i++) {
        const device_row *const row = &rows[i];
        table_cell(lines, "%s", row->is_default ? "*" : "");
        table_cell(lines, "%s", row->selector);
        table_cell(lines, "%s", row->type);
        table_cell(lines, "%s", row->rank);
        table_cell(lines, "%s", row->name);
        table_cell(lines, "%s", row->platform);
        table_cell(lines, "%s", row->driver[0] != '\0' ? row->driver : "-");
        table_cell(lines, "%s", output_format_bytes(row->bytes).text);
        table_cell(lines, "%" PRIu32, row->units);
        table_cell(lines, "%s", row->has_f64 ? "yes" : "no");
    }
    table_print(lines, stdout);
    table_release(lines);
}

static int run(const command *self, int argc, char **argv)
{
    bool json = false;
    int operand = 0;
    const int code = options_read(self, argc, argv, options_take_json, &json, &operand);
    if (code != PROCEED)
        return code;
    if (operand < argc)
        return misuse("devices takes no argument (%s)", argv[operand]);
    device_row *rows = NULL;
    size_t count = 0;
    const sow_status status = list_devices(&rows, &count);
    if (status != SOW_OK)
        message("the OpenCL devices cannot be listed: %s", sow_status_text(status));
    else if (count == 0)
        message("no OpenCL device found: only host");
    describe_host(&rows[count++]);
    mark_default(rows, count);
    if (json)
        print_json(rows, count);
    else
        print_table(rows, count);
    free(rows);
    return status == SOW_OK ? EXIT_DONE : EXIT_FAILED;
}

const command command_devices = {
    .name = "devices",
    .synopsis = "[--json]",
    .about = "List the OpenCL devices and the host; * marks the default.",
    .details = "The default is SOWCL_DEVICE if set, else the best-ranked device, else the host.",
    .shared = "J",
    .run = run,
};
