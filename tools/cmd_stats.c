/* sowcl stats */
#include <stdbool.h>
#include <stdlib.h>

#include "command.h"
#include "engine.h"
#include "file_plan.h"
#include "judge.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "progress.h"
#include "stats_report.h"

typedef struct stats_options {
    file_plan_options plan;
    const char *device;
    uint32_t threads;
    bool json, plot;
} stats_options;

enum { OPTION_PLOT = 256 };

static int take(void *user, int letter, const char *value)
{
    stats_options *const chosen = user;
    if (file_plan_has_option(letter))
        return file_plan_take(&chosen->plan, letter, value);
    switch (letter) {
    case 'd':
        chosen->device = value;
        break;
    case 'j':
        return parse_u32("--threads", value, &chosen->threads);
    case OPTION_PLOT:
        chosen->plot = true;
        break;
    default:
        chosen->json = true;
        break;
    }
    return PROCEED;
}

typedef struct stats_work {
    const stats_options *chosen;
    engine used;
    sow_tensor_file *file;
    file_plan plan;
    progress line;
    uint64_t done_bytes, total_bytes;
} stats_work;

static sow_status find(stats_work *work, size_t index, sow_histogram *histogram, sow_stats *stats,
                       sow_error *error)
{
    const sow_stats_options options = {.histogram = histogram,
                                       .host = {.threads = work->chosen->threads}};
    const sow_status status =
        sow_tensor_file_stats(work->file, index, work->used.context, &options, stats, error);
    /* no doubles there: the host finds the same */
    return status == SOW_ERR_NO_F64
               ? sow_tensor_file_stats(work->file, index, NULL, &options, stats, error)
               : status;
}

/* With figures and a histogram, which is left out (std 0) where it is too narrow or too wide to be drawn. */
static sow_status find_around(stats_work *work, size_t index, sow_histogram around, stats_row *row,
                              sow_error *error)
{
    row->histogram = around;
    const sow_status status = find(work, index, &row->histogram, &row->stats, error);
    if (status != SOW_OK)
        row->histogram.std = 0;
    return status;
}

/* With a law the histogram is centred on it; else on what a first reading has found. */
static sow_status find_row(stats_work *work, size_t index, stats_row *row, sow_error *error)
{
    const bool plots = work->chosen->plot;
    const bool lawful = row->expected.known && row->expected.std > 0;
    if (plots && lawful) {
        const sow_histogram law = {.center = row->expected.mean, .std = row->expected.std};
        const sow_status drawn = find_around(work, index, law, row, error);
        if (drawn != SOW_ERR_PARAMETER)
            return drawn;
    }
    const sow_status status = find(work, index, NULL, &row->stats, error);
    if (status != SOW_OK || !plots || row->stats.std == 0)
        return status;
    const sow_histogram found = {.center = row->stats.mean, .std = row->stats.std};
    const sow_status drawn = find_around(work, index, found, row, error);
    return drawn == SOW_ERR_PARAMETER ? SOW_OK : drawn;
}

/* PROCEED or an exit code. */
static int examine(stats_work *work, size_t index, stats_row *row)
{
    sow_error error = {0};
    const sow_file_tensor *const of = sow_tensor_file_at(work->file, index);
    const sow_checkpoint_tensor *tensor = file_plan_find(&work->plan, of->name);
    *row = (stats_row){.of = of};
    if (tensor != NULL && !file_plan_fits(of, tensor)) {
        row->flags = FLAG_SHAPE;
        tensor = NULL;
    } else if (tensor == NULL && work->plan.by_name != NULL)
        row->flags = FLAG_EXTRA;
    row->tensor = tensor;
    row->expected = expectation_of(tensor);
    if (!of->known) {
        row->flags |= FLAG_UNKNOWN;
        return PROCEED;
    }
    const sow_status status = find_row(work, index, row, &error);
    if (status != SOW_OK)
        return engine_failure(&work->used, status, &error);
    row->flags |= judge(of, &row->stats, &row->expected);
    return PROCEED;
}

/* What the model has and the file has not. */
static void add_missing(const stats_work *work, stats_report *told)
{
    const size_t count = work->plan.count;
    told->missing = need_memory(calloc(count + 1, sizeof *told->missing));
    for (size_t i = 0; i < count; i++) {
        const char *const name = work->plan.by_name[i]->name;
        if (sow_tensor_file_find(work->file, name) == sow_tensor_file_count(work->file))
            told->missing[told->missing_count++] = name;
    }
}

static int examine_all(stats_work *work)
{
    const size_t count = sow_tensor_file_count(work->file);
    stats_report told = {.file = work->chosen->plan.file,
                         .device = work->used.name,
                         .recipe = work->plan.recipe_name,
                         .plots = work->chosen->plot};
    told.rows = need_memory(calloc(count + 1, sizeof *told.rows));
    int code = PROCEED;
    for (size_t i = 0; i < count; i++)
        work->total_bytes += sow_tensor_file_at(work->file, i)->size_bytes;
    progress_start(&work->line, work->chosen->json);
    for (size_t i = 0; i < count && code == PROCEED; i++) {
        code = examine(work, i, &told.rows[told.count++]);
        work->done_bytes += sow_tensor_file_at(work->file, i)->size_bytes;
        progress_update(&work->line, work->done_bytes, work->total_bytes);
    }
    progress_end(&work->line);
    add_missing(work, &told);
    if (code == PROCEED && work->chosen->json)
        stats_report_print_json(&told);
    else if (code == PROCEED)
        stats_report_print(&told);
    free(told.missing);
    free(told.rows);
    return code == PROCEED ? EXIT_DONE : code;
}

/* What only the file's metadata asks for is done without when it cannot be done. */
static int plan(stats_work *work)
{
    const file_plan_options *const options = &work->chosen->plan;
    if (!file_plan_is_known(work->file, options))
        return options->parameter_count == 0
                   ? PROCEED
                   : misuse("--parameter without a recipe (%s): --recipe NAME", options->file);
    const int code = file_plan_make(&work->plan, work->file, options);
    if (code == PROCEED || options->recipe != NULL || options->model != NULL ||
        options->parameter_count != 0)
        return code;
    message("no expected figures are told, for the reason above");
    return PROCEED;
}

static int stats(stats_work *work)
{
    sow_error error = {0};
    const sow_status status = sow_tensor_file_open(&work->file, work->chosen->plan.file, &error);
    if (status != SOW_OK)
        return engine_failure(&work->used, status, &error);
    int code = plan(work);
    if (code == PROCEED)
        code = engine_open(&work->used, work->chosen->device, false);
    if (code == PROCEED)
        code = examine_all(work);
    return code;
}

static int run(const command *self, int argc, char **argv)
{
    stats_options chosen = {.device = NULL};
    stats_work work = {.chosen = &chosen};
    int operand = 0;
    int code = options_read(self, argc, argv, take, &chosen, &operand);
    if (code == PROCEED && operand == argc)
        code = misuse("stats has no file: sowcl stats %s", self->synopsis);
    if (code == PROCEED && argc - operand > 1)
        code = misuse("stats takes one file (%s)", argv[operand + 1]);
    if (code == PROCEED && chosen.json && chosen.plot)
        code = misuse("--json and --plot: choose one");
    if (code == PROCEED) {
        chosen.plan.file = argv[operand];
        code = stats(&work);
    }
    engine_close(&work.used);
    file_plan_clear(&work.plan);
    sow_tensor_file_release(work.file);
    file_plan_options_clear(&chosen.plan);
    return code;
}

static const option_row options[] = {
    {FILE_PLAN_RECIPE, "recipe", "NAME",
     "the recipe that says what to expect, built in or a\n"
     "file; default: the one that the file names, if any"},
    {FILE_PLAN_MODEL, "model", "MODEL",
     "the model's description, for recipes that need the\n"
     "kinds of tensors, their layouts or parameters"},
    {FILE_PLAN_PARAMETER, "parameter", "NAME=NUMBER",
     "a number that the recipe's expressions name; repeatable"},
    {OPTION_PLOT, "plot", NULL, "draw a histogram of each tensor"},
    {.name = NULL},
};

const command command_stats = {
    .name = "stats",
    .synopsis = "FILE [options]",
    .about =
        "Print mean, std, extremes, zeros, NaNs of a file's tensors, and flag what looks wrong.",
    .details =
        "FILE is a .safetensors file, an index of shards or a .npy file. Flags: nan, inf; zero,\n"
        "constant (where draws or a matrix are expected); std, mean (off by more than 5 standard\n"
        "errors of what the recipe gives); shape (not the model's); extra (the recipe gives it\n"
        "nothing); bool (other than 0 and 1); unknown (dtype: no figures, not counted). The exit\n"
        "code is 0 with flags, too.",
    .options = options,
    .shared = "djJ",
    .run = run,
};
