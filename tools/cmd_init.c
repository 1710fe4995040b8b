/* sowcl init */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "checkpoint_load.h"
#include "command.h"
#include "engine.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "progress.h"
#include "report.h"
#include "signals.h"
#include "sowcl/model.h"
#include "target.h"

typedef struct init_options {
    const char *model, *recipe, *output, *device;
    sow_checkpoint_options checkpoint;
    sow_parameter *parameters; /* as many as checkpoint says */
    uint32_t threads;
    uint64_t max_shard_bytes; /* 0: one file */
    bool dry_run, quiet, json, no_moments, by_clblast;
} init_options;

enum {
    OPTION_ONLY = 256,
    OPTION_PARAMETER,
    OPTION_DTYPE,
    OPTION_MAX_SHARD_SIZE,
    OPTION_NO_MOMENTS,
    OPTION_ENGINE
};

static int take_dtype(const char *value, sow_checkpoint_options *checkpoint)
{
    const int code = parse_dtype("--dtype", value, &checkpoint->dtype);
    const sow_dtype dtype = checkpoint->dtype;
    checkpoint->convert = 1;
    if (code != PROCEED)
        return code;
    if (sow_dtype_is_float(dtype))
        return PROCEED;
    return misuse(
        "--dtype (%s): one of f32 f16 bf16 f64 f8_e4m3 f8_e5m2, for it converts floating tensors",
        value);
}

static int take_parameter(const char *value, init_options *chosen)
{
    const size_t count = chosen->checkpoint.parameter_count;
    chosen->parameters =
        need_memory(realloc(chosen->parameters, (count + 1) * sizeof *chosen->parameters));
    chosen->checkpoint.parameters = chosen->parameters;
    const int code = parse_parameter("--parameter", value, &chosen->parameters[count]);
    if (code == PROCEED)
        chosen->checkpoint.parameter_count++;
    return code;
}

static void free_parameters(init_options *chosen)
{
    for (size_t i = 0; i < chosen->checkpoint.parameter_count; i++)
        free((char *)chosen->parameters[i].name);
    free(chosen->parameters);
}

static int take(void *user, int letter, const char *value)
{
    init_options *const chosen = user;
    switch (letter) {
    case 'o':
        chosen->output = value;
        break;
    case 'r':
        chosen->recipe = value;
        break;
    case 's':
        return parse_u64("--seed", value, &chosen->checkpoint.seed);
    case OPTION_DTYPE:
        return take_dtype(value, &chosen->checkpoint);
    case OPTION_PARAMETER:
        return take_parameter(value, chosen);
    case OPTION_MAX_SHARD_SIZE:
        return parse_bytes("--max-shard-size", value, &chosen->max_shard_bytes);
    case OPTION_ONLY:
        chosen->checkpoint.only = value;
        break;
    case 'd':
        chosen->device = value;
        break;
    case 'j':
        return parse_u32("--threads", value, &chosen->threads);
    case 'n':
        chosen->dry_run = true;
        break;
    case 'q':
        chosen->quiet = true;
        break;
    case OPTION_ENGINE:
        return engine_parse_products("--engine", value, &chosen->by_clblast);
    case OPTION_NO_MOMENTS:
        chosen->no_moments = true;
        break;
    default:
        chosen->json = true;
        break;
    }
    return PROCEED;
}

static int check_output(const init_options *chosen)
{
    const bool sharded = chosen->max_shard_bytes != 0;
    if (chosen->output == NULL)
        return sharded ? misuse("--max-shard-size divides a file: -o FILE.safetensors") : PROCEED;
    if (sharded && !target_is_file(chosen->output))
        return misuse("--max-shard-size and -o (%s): shards are regular files", chosen->output);
    if (sharded && !target_has_ending(chosen->output, ".safetensors"))
        return misuse(
            "--max-shard-size and -o (%s): FILE.safetensors, for shards are named after it",
            chosen->output);
    if (chosen->json && target_is_stdout(chosen->output))
        return misuse("--json and -o - both want standard output: choose one");
    if (target_has_ending(chosen->output, ".npy"))
        return misuse("-o (%s): a model goes into FILE.safetensors or -", chosen->output);
    return PROCEED;
}

static int read_arguments(const command *self, int argc, char **argv, init_options *chosen)
{
    int operand = 0;
    const int code = options_read(self, argc, argv, take, chosen, &operand);
    if (code != PROCEED)
        return code;
    if (operand == argc)
        return misuse("init has no model: sowcl init %s", self->synopsis);
    if (argc - operand > 1)
        return misuse("init takes one model (%s)", argv[operand + 1]);
    chosen->model = argv[operand];
    return check_output(chosen);
}

static int on_progress(void *user, uint64_t done_bytes, uint64_t total_bytes)
{
    progress_update(user, done_bytes, total_bytes);
    return signals_exit_code() != 0;
}

/* Draws and writes. PROCEED, or an exit code. */
static int draw(const init_options *chosen, const engine *used, loaded_checkpoint *work,
                double *seconds)
{
    progress line;
    sow_error error = {0};
    const sow_run_options options = {
        .path = chosen->output,
        .threads = chosen->threads,
        .no_moments = chosen->no_moments || chosen->quiet,
        .progress = on_progress,
        .user = &line,
        .max_shard_bytes = chosen->max_shard_bytes,
    };
    /* A pipe that nobody reads would keep a noted signal waiting, and leaves nothing to clean up. */
    const bool holds = chosen->output == NULL || !target_is_stdout(chosen->output);
    progress_start(&line, chosen->quiet || chosen->json);
    if (holds)
        signals_hold();
    const sow_status status = sow_checkpoint_run(work->checkpoint, used->context, &options, &error);
    if (holds)
        signals_resume();
    progress_end(&line);
    *seconds = progress_now() - line.started;
    if (signals_exit_code() != 0)
        return signals_exit_code();
    if (status == SOW_ERR_PIPE)
        return EXIT_DONE;
    if (status == SOW_OK)
        return PROCEED;
    const int code = engine_failure(used, status, &error);
    /* a name that shards cannot have */
    return status == SOW_ERR_ARGUMENT && chosen->max_shard_bytes != 0 ? EXIT_MISUSE : code;
}

static void print(const init_options *chosen, const report *told)
{
    const bool data_on_stdout = told->file != NULL && target_is_stdout(told->file);
    FILE *const to = data_on_stdout ? stderr : stdout;
    if (chosen->json)
        report_print_json(told);
    else if (told->device == NULL)
        report_print_plans(told, to);
    else if (chosen->quiet)
        report_print_digest(told, to);
    else
        report_print_table(told, to);
}

static int init(const init_options *chosen, loaded_checkpoint *work)
{
    engine used;
    int code = PROCEED;
    report told = {
        .checkpoint = work->checkpoint,
        .model = sow_model_name(work->model),
        .recipe = sow_recipe_name(work->recipe),
        .seed = chosen->checkpoint.seed,
        .has_moments = !chosen->no_moments && !chosen->quiet,
    };
    if (chosen->dry_run) {
        print(chosen, &told);
        return EXIT_DONE;
    }
    code = engine_open(&used, chosen->device, chosen->by_clblast);
    if (code == PROCEED)
        code = draw(chosen, &used, work, &told.seconds);
    if (code == PROCEED) {
        told.device = used.name;
        told.file = chosen->output;
        print(chosen, &told);
        code = EXIT_DONE;
    }
    engine_close(&used);
    return code;
}

static int run(const command *self, int argc, char **argv)
{
    init_options chosen = {.model = NULL};
    loaded_checkpoint work = {.model = NULL};
    int code = read_arguments(self, argc, argv, &chosen);
    if (code == PROCEED)
        code = checkpoint_load(&work, chosen.model, chosen.recipe, &chosen.checkpoint);
    if (code == PROCEED)
        code = init(&chosen, &work);
    checkpoint_unload(&work);
    free_parameters(&chosen);
    return code;
}

static const option_row options[] = {
    {'o', "output", "FILE",
     "write FILE as .safetensors; - is standard output;\n"
     "without it everything is drawn and digested only"},
    {'r', "recipe", "NAME",
     "a built-in recipe or a recipe file (with a / or\n"
     "ending in .json); default: the model's own"},
    {OPTION_MAX_SHARD_SIZE, "max-shard-size", "SIZE",
     "divide NAME.safetensors of -o into shards of at most\n"
     "SIZE (5GB, 200MB, 1.5GiB, bytes), which are called\n"
     "NAME-00001-of-0000N.safetensors, and an index"},
    {OPTION_PARAMETER, "parameter", "NAME=NUMBER",
     "a number that the recipe's expressions name; goes\n"
     "before the model's and the recipe's; repeatable"},
    {OPTION_DTYPE, "dtype", "D", "dtype of all floating tensors; others keep theirs"},
    {OPTION_ONLY, "only", "GLOB", "only tensors whose names match"},
    {'n', "dry-run", NULL, "print what each tensor would get, draw nothing"},
    {OPTION_ENGINE, "engine", "E", "orthogonal matrices on a device by exact (default) or clblast"},
    {OPTION_NO_MOMENTS, "no-moments", NULL, "do not measure mean and std"},
    {'q', "quiet", NULL, "print the total digest only"},
    {.name = NULL},
};

const command command_init = {
    .name = "init",
    .synopsis = "MODEL [-o FILE] [options]",
    .about = "Draw the initial weights of a model and write them to a safetensors file.",
    .details = "MODEL is a model description (sowcl-model/1), or a .safetensors file or an index "
               "of shards\n"
               "(.safetensors.index.json), of which names, shapes and dtypes are read. FILE "
               "appears when it\n"
               "is complete, shards when all are.",
    .options = options,
    .shared = "sdjJ",
    .run = run,
};
