/* sowcl verify */
#include <stdbool.h>
#include <stdlib.h>

#include "command.h"
#include "engine.h"
#include "file_plan.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "progress.h"
#include "verify_report.h"

typedef struct verify_options {
    file_plan_options plan;
    const char *device;
    sow_verify_options verify;
    bool json;
} verify_options;

enum { OPTION_DISTANCE = 256 };

static int take(void *user, int letter, const char *value)
{
    verify_options *const chosen = user;
    if (file_plan_has_option(letter))
        return file_plan_take(&chosen->plan, letter, value);
    switch (letter) {
    case 's':
        chosen->plan.has_seed = true;
        return parse_u64("--seed", value, &chosen->plan.seed);
    case OPTION_DISTANCE:
        chosen->verify.distance = 1;
        break;
    case 'd':
        chosen->device = value;
        break;
    case 'j':
        return parse_u32("--threads", value, &chosen->verify.threads);
    default:
        chosen->json = true;
        break;
    }
    return PROCEED;
}

typedef struct verify_work {
    const verify_options *chosen;
    engine used;
    sow_tensor_file *file;
    file_plan plan;
    verify_report told;
} verify_work;

/* PROCEED or an exit code. */
static int hold(verify_work *work, size_t index, verify_row *row)
{
    sow_error error = {0};
    const sow_file_tensor *const of = sow_tensor_file_at(work->file, index);
    const sow_checkpoint_tensor *const tensor = file_plan_find(&work->plan, of->name);
    *row = (verify_row){.name = of->name, .verdict = VERDICT_SAME, .dtype = of->dtype};
    if (tensor == NULL)
        row->verdict = VERDICT_EXTRA;
    else if (!file_plan_fits(of, tensor))
        row->verdict = VERDICT_SHAPE;
    else if (!of->known || of->dtype != tensor->tensor.dtype)
        row->verdict = VERDICT_DTYPE;
    if (row->verdict != VERDICT_SAME)
        return PROCEED;
    const sow_status status = sow_tensor_file_verify(work->file, index, tensor, work->used.context,
                                                     &work->chosen->verify, &row->held, &error);
    if (status != SOW_OK)
        return engine_failure(&work->used, status, &error);
    row->verdict = row->held.differing == 0 ? VERDICT_SAME : VERDICT_DIFFERS;
    return PROCEED;
}

static int hold_all(verify_work *work)
{
    progress line;
    uint64_t done = 0, total = 0;
    int code = PROCEED;
    const size_t count = sow_tensor_file_count(work->file);
    for (size_t i = 0; i < count; i++)
        total += sow_tensor_file_at(work->file, i)->size_bytes;
    progress_start(&line, work->chosen->json);
    for (size_t i = 0; i < count && code == PROCEED; i++) {
        code = hold(work, i, &work->told.rows[work->told.count++]);
        done += sow_tensor_file_at(work->file, i)->size_bytes;
        progress_update(&line, done, total);
    }
    progress_end(&line);
    return code;
}

static void add_missing(verify_work *work)
{
    for (size_t i = 0; i < work->plan.count; i++) {
        const char *const name = work->plan.by_name[i]->name;
        if (sow_tensor_file_find(work->file, name) == sow_tensor_file_count(work->file))
            work->told.rows[work->told.count++] =
                (verify_row){.name = name, .verdict = VERDICT_MISSING};
    }
}

/* What may lie in the command rather than in the file. */
static void tell_doubts(const verify_work *work)
{
    const verify_report *const told = &work->told;
    size_t extra = 0;
    for (size_t i = 0; i < told->count; i++)
        extra += told->rows[i].verdict == VERDICT_EXTRA;
    if (extra != 0 && work->chosen->plan.model == NULL)
        message("recipe %s gives nothing to the extra tensors (%zu): if it goes by kinds, --model "
                "MODEL tells them",
                told->recipe, extra);
    if (!work->plan.seed_is_told)
        message("the file names no seed: 0 was taken (--seed N)");
}

static int report(verify_work *work)
{
    verify_report *const told = &work->told;
    told->file = work->chosen->plan.file;
    told->device = work->used.name;
    told->recipe = work->plan.recipe_name;
    told->seed = work->plan.seed;
    told->distance = work->chosen->verify.distance != 0;
    if (work->chosen->json)
        verify_report_print_json(told);
    else
        verify_report_print(told);
    tell_doubts(work);
    return verify_report_is_same(told) ? EXIT_DONE : EXIT_DIFFERENT;
}

static int nothing(const char *file)
{
    message("nothing to verify (%s): the file has no tensors", file);
    return EXIT_NOTHING;
}

static int verify(verify_work *work)
{
    sow_error error = {0};
    const file_plan_options *const options = &work->chosen->plan;
    const sow_status status = sow_tensor_file_open(&work->file, options->file, &error);
    if (status != SOW_OK)
        return engine_failure(&work->used, status, &error);
    if (options->model == NULL && sow_tensor_file_count(work->file) == 0)
        return nothing(options->file);
    int code = file_plan_make(&work->plan, work->file, options);
    if (code != PROCEED)
        return code;
    code = engine_open(&work->used, work->chosen->device, false);
    if (code != PROCEED)
        return code;
    work->told.rows = need_memory(
        calloc(sow_tensor_file_count(work->file) + work->plan.count + 1, sizeof *work->told.rows));
    code = hold_all(work);
    if (code != PROCEED)
        return code;
    add_missing(work);
    return work->told.count != 0 ? report(work) : nothing(options->file);
}

static int run(const command *self, int argc, char **argv)
{
    verify_options chosen = {.device = NULL};
    verify_work work = {.chosen = &chosen};
    int operand = 0;
    output_fail_with(EXIT_MISUSE); /* 1 is for what differs */
    int code = options_read(self, argc, argv, take, &chosen, &operand);
    if (code == PROCEED && operand == argc)
        code = misuse("verify has no file: sowcl verify %s", self->synopsis);
    if (code == PROCEED && argc - operand > 1)
        code = misuse("verify takes one file (%s)", argv[operand + 1]);
    if (code == PROCEED) {
        chosen.plan.file = argv[operand];
        code = verify(&work);
        if (code == EXIT_FAILED && work.told.file == NULL)
            code = EXIT_MISUSE; /* nothing was reported */
    }
    engine_close(&work.used);
    free(work.told.rows);
    file_plan_clear(&work.plan);
    sow_tensor_file_release(work.file);
    file_plan_options_clear(&chosen.plan);
    return code;
}

static const option_row options[] = {
    {FILE_PLAN_RECIPE, "recipe", "NAME",
     "the recipe, built in or a file; default: the one\n"
     "that the file names, or else the model"},
    {'s', "seed", "N", "seed; default: the one that the file names, or 0"},
    {FILE_PLAN_MODEL, "model", "MODEL",
     "the description that the file was made from: tells\n"
     "kinds, layouts, parameters, aliases, and with them\n"
     "what is missing; default: the file's own names, and\n"
     "what 'sowcl init' wrote beside them"},
    {FILE_PLAN_PARAMETER, "parameter", "NAME=NUMBER",
     "a number that the recipe's expressions name; repeatable"},
    {OPTION_DISTANCE, "distance", NULL,
     "tell of each tensor how far it is from its initial\n"
     "values w0: ||w - w0|| / ||w0||, the cosine between\n"
     "w and w0, and the largest |w - w0|"},
    {.name = NULL},
};

const command command_verify = {
    .name = "verify",
    .synopsis = "FILE [options]",
    .about = "Tell whether a file is exactly an initialisation: its recipe's, from its seed.",
    .details =
        "FILE is a .safetensors file or an index of shards. Its values are drawn again, in the\n"
        "dtypes of the file, and compared bit for bit. The exit code is diff's: 0 same, 1\n"
        "different (with --distance, too), 2 trouble, 77 nothing to verify.",
    .options = options,
    .shared = "djJ",
    .run = run,
};
