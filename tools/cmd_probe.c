/* sowcl probe */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "engine.h"
#include "json_output.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "probe_report.h"
#include "progress.h"
#ifdef SOWCL_HAVE_OPENCL
#include "sowcl/sowcl.h"
#endif

typedef struct chosen {
    const char *device;
    sow_probe_options probed;
    bool all, details, json;
} chosen;

/* What is under way: the probes made so far. */
typedef struct session {
    const chosen *options;
    json_t *probes; /* with --json */
    unsigned printed;
    int code;
} session;

enum { OPTION_ALL = 256, OPTION_DETAILS };

static int take(void *user, int letter, const char *value)
{
    chosen *const options = user;
    switch (letter) {
    case 'n':
        return parse_u64_within("--cases", value, 1, SOW_PROBE_MOST_CASES, &options->probed.cases);
    case OPTION_ALL:
        options->all = true;
        return PROCEED;
    case OPTION_DETAILS:
        options->details = true;
        return PROCEED;
    case 'd':
        options->device = value;
        return PROCEED;
    case 's':
        return parse_u64("--seed", value, &options->probed.seed);
    default:
        options->json = true;
        return PROCEED;
    }
}

static int on_progress(void *user, uint64_t done, uint64_t total)
{
    progress_count(user, done, total, "cases");
    return 0;
}

static void tell(session *under_way, const sow_probe *probe)
{
    if (under_way->options->json) {
        json_append(under_way->probes, probe_report_json(probe));
        return;
    }
    if (under_way->printed++ > 0)
        output_text(stdout, "\n");
    probe_report_print(probe, under_way->options->details);
}

/* What the library refuses is an option's value, and its text begins with the name. */
static int failure(const engine *used, sow_status status, const sow_error *error)
{
    return status == SOW_ERR_ARGUMENT ? misuse("--%s", error->text)
                                      : engine_failure(used, status, error);
}

/* An exit code: whether the contract holds. */
static int probe_engine(session *under_way, const engine *used)
{
    progress line;
    sow_probe *probe = NULL;
    sow_error error = {0};
    sow_probe_options probed = under_way->options->probed;
    probed.progress = on_progress;
    probed.user = &line;
    progress_start(&line, under_way->options->json);
    const sow_status status = sow_probe_run(&probe, used->context, &probed, &error);
    progress_end(&line);
    if (status != SOW_OK)
        return failure(used, status, &error);
    tell(under_way, probe);
    const int code = sow_probe_holds(probe) ? EXIT_DONE : EXIT_FAILED;
    sow_probe_release(probe);
    return code;
}

/* One device or the host; the worst exit code is kept. */
static void probe_selected(session *under_way, const char *selector)
{
    engine used;
    int code = engine_open(&used, selector, false);
    if (code == PROCEED)
        code = probe_engine(under_way, &used);
    engine_close(&used);
    if (code > under_way->code)
        under_way->code = code;
}

/* False: the devices cannot be listed. */
static bool probe_devices(session *under_way)
{
#ifdef SOWCL_HAVE_OPENCL
    size_t capacity = 0, count = 0;
    sow_device_info *list = NULL;
    sow_status status = sow_device_list(NULL, 0, &capacity);
    if (status == SOW_OK) {
        list = need_memory(calloc(capacity + 1, sizeof *list));
        status = sow_device_list(list, capacity, &count);
    }
    for (size_t i = 0; i < count && i < capacity && status == SOW_OK; i++) {
        char selector[24];
        snprintf(selector, sizeof selector, "%" PRIu32 ":%" PRIu32, list[i].platform_index,
                 list[i].device_index);
        probe_selected(under_way, selector);
    }
    free(list);
    if (status != SOW_OK)
        message("the OpenCL devices cannot be listed: %s", sow_status_text(status));
    else if (count == 0)
        message("no OpenCL device found: only host");
    return status == SOW_OK;
#else
    (void)under_way;
    message("this build knows no OpenCL: only host");
    return true;
#endif
}

static int run(const command *self, int argc, char **argv)
{
    chosen options = {0};
    int operand = 0;
    const int code = options_read(self, argc, argv, take, &options, &operand);
    if (code != PROCEED)
        return code;
    if (operand < argc)
        return misuse("probe takes no argument (%s)", argv[operand]);
    if (options.all && options.device != NULL)
        return misuse("--all with --device (%s): one of them", options.device);
    session under_way = {.options = &options, .code = EXIT_DONE};
    if (options.json)
        under_way.probes = need_memory(json_array());
    if (!options.all)
        probe_selected(&under_way, options.device);
    else if (!probe_devices(&under_way))
        under_way.code = EXIT_FAILED;
    if (options.all)
        probe_selected(&under_way, "host");
    if (options.json && json_array_size(under_way.probes) > 0) {
        json_t *const object = need_memory(json_object());
        json_put(object, "holds", json_boolean(under_way.code == EXIT_DONE));
        json_put(object, "probes", under_way.probes);
        json_finish(object);
    } else {
        json_decref(under_way.probes);
    }
    return under_way.code;
}

const command command_probe = {
    .name = "probe",
    .synopsis = "[--device SEL | --all] [options]",
    .about = "Test the arithmetic of a device that the bits depend on, against exact results.",
    .details =
        "Each operation that a bit depends on is tried on hard and random operands, in the\n"
        "vectors and with the build options that fills have. What is wrong is told with all\n"
        "that a driver bug report needs. What no bit depends on (subnormal numbers, sqrt,\n"
        "log, native_ functions) is told for information.\n"
        "\n"
        "Exit code 0: the bit contract holds; 1: an operation breaks it, or the probe failed.",
    .options =
        (const option_row[]){
            {OPTION_ALL, "all", NULL, "every OpenCL device found, and the host"},
            {'n', "cases", "N",
             "cases of each operation, rounded up to a multiple\n"
             "of 1024; default: 1000000, on simulators 10000"},
            {OPTION_DETAILS, "details", NULL,
             "the kernel and the first difference of what is told\n"
             "for information, too"},
            {0, NULL, NULL, NULL},
        },
    .shared = "dsJ",
    .run = run,
};
