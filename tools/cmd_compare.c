/* sowcl compare */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "compare_report.h"
#include "compare_run.h"
#include "compare_tell.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "quote.h"
#include "target.h"

enum {
    OPTION_DTYPE = 256,
    OPTION_SHAPE,
    OPTION_ON,
    OPTION_WITH,
    OPTION_ULP,
    OPTION_ATOL,
    OPTION_RTOL,
    OPTION_LIBRARY_MATH,
    OPTION_REPORT
};

static void append(const char ***list, size_t *count, const char *value)
{
    *list = need_memory(realloc(*list, (*count + 1) * sizeof **list));
    (*list)[(*count)++] = value;
}

/* An option that files have no use for, once. */
static void note_drawn(compare_options *chosen, const char *option)
{
    char *const list = chosen->for_plans;
    const size_t length = strlen(option);
    for (const char *at = list; (at = strstr(at, option)) != NULL; at += length)
        if (at[length] == '\0' || at[length] == ',')
            return;
    const size_t used = strlen(list);
    snprintf(list + used, sizeof chosen->for_plans - used, "%s%s", used == 0 ? "" : ", ", option);
}

static int take_dtype(const char *value, compare_options *chosen)
{
    chosen->dtypes =
        need_memory(realloc(chosen->dtypes, (chosen->dtype_count + 1) * sizeof *chosen->dtypes));
    note_drawn(chosen, "--dtype");
    return parse_dtype("--dtype", value, &chosen->dtypes[chosen->dtype_count++]);
}

/* What is drawn and where; files have no use for it. */
static int take_drawn(compare_options *chosen, int letter, const char *value)
{
    switch (letter) {
    case 'r':
        note_drawn(chosen, "--recipe");
        chosen->recipe = value;
        return PROCEED;
    case 's':
        note_drawn(chosen, "--seed");
        return parse_u64("--seed", value, &chosen->seed);
    case 'i':
        note_drawn(chosen, "--init");
        append(&chosen->expressions, &chosen->expression_count, value);
        return PROCEED;
    case OPTION_SHAPE:
        note_drawn(chosen, "--shape");
        append(&chosen->shapes, &chosen->shape_count, value);
        return PROCEED;
    case OPTION_ON:
        if (value[0] == '\0')
            return engine_refuse_empty("--on");
        note_drawn(chosen, "--on");
        chosen->on = value;
        return PROCEED;
    case OPTION_WITH:
        if (value[0] == '\0')
            return engine_refuse_empty("--with");
        note_drawn(chosen, "--with");
        append(&chosen->with, &chosen->with_count, value);
        return PROCEED;
    case OPTION_LIBRARY_MATH:
        note_drawn(chosen, "--library-math");
        chosen->library_math = true;
        return PROCEED;
    case 'j':
        note_drawn(chosen, "--threads");
        return parse_u32("--threads", value, &chosen->threads);
    default:
        return take_dtype(value, chosen);
    }
}

static int take(void *user, int letter, const char *value)
{
    compare_options *const chosen = user;
    switch (letter) {
    case OPTION_ULP:
        return parse_u64("--ulp", value, &chosen->tolerance.ulp);
    case OPTION_ATOL:
        return parse_tolerance("--atol", value, &chosen->tolerance.atol);
    case OPTION_RTOL:
        return parse_tolerance("--rtol", value, &chosen->tolerance.rtol);
    case OPTION_REPORT:
        chosen->report = value;
        return PROCEED;
    case 'q':
        chosen->quiet = true;
        return PROCEED;
    case 'J':
        chosen->json = true;
        return PROCEED;
    default:
        return take_drawn(chosen, letter, value);
    }
}

static int read_operands(compare_options *chosen, int count, char **operands)
{
    if (count > 2)
        return misuse("compare takes one model, or two files (%s)", operands[2]);
    if (count == 2) {
        chosen->files[0] = operands[0];
        chosen->files[1] = operands[1];
        return chosen->for_plans[0] == '\0'
                   ? PROCEED
                   : misuse("%s with two files (%s, %s): what is in them is compared, nothing is "
                            "drawn; with files go --ulp, --atol, --rtol, --report, --quiet and "
                            "--json",
                            chosen->for_plans, operands[0], operands[1]);
    }
    chosen->model = count == 1 ? operands[0] : NULL;
    return PROCEED;
}

/* The page would take the place of what is read; a recipe's name may be that of a file. */
static int check_inputs(const compare_options *chosen)
{
    const char *const inputs[] = {chosen->files[0], chosen->files[1], chosen->model,
                                  chosen->recipe};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
        if (inputs[i] != NULL && target_is_same_file(chosen->report, inputs[i]))
            return misuse("--report (%s): another file than the input (%s)", chosen->report,
                          inputs[i]);
    if (target_has_ending(chosen->report, ".safetensors") ||
        target_has_ending(chosen->report, ".npy")) /* a shard, perhaps, of an input */
        return misuse("--report (%s): a page's name, like page.html", chosen->report);
    return PROCEED;
}

static int check_report(const compare_options *chosen)
{
    if (chosen->report == NULL)
        return PROCEED;
    if (!target_is_stdout(chosen->report) && check_inputs(chosen) != PROCEED)
        return EXIT_MISUSE;
    if (chosen->json && target_is_stdout(chosen->report))
        return misuse("--json with --report (-): one of them to standard output");
    return compare_report_check(chosen->report);
}

/* Of which nothing tells how they were made. */
static bool is_tensors(const char *path)
{
    return access(path, F_OK) == 0 &&
           (target_has_ending(path, ".safetensors") || target_has_ending(path, ".npy") ||
            target_has_ending(path, ".safetensors.index.json"));
}

static int check(const compare_options *chosen)
{
    if (chosen->model != NULL && chosen->recipe == NULL && is_tensors(chosen->model))
        return misuse("one file of tensors (%s): a second one to compare it with, or --recipe R to "
                      "draw tensors like its",
                      chosen->model);
    if (chosen->model != NULL && chosen->expression_count > 0)
        return misuse("--init (%s) with a model (%s): one of them", chosen->expressions[0],
                      chosen->model);
    if (chosen->model == NULL && chosen->recipe != NULL)
        return misuse("--recipe (%s) without a model: sowcl compare MODEL --recipe R",
                      chosen->recipe);
    if (chosen->expression_count == 0 && chosen->shape_count > 0)
        return misuse("--shape (%s) without --init: an expression like normal(std=0.02)",
                      chosen->shapes[0]);
    if (chosen->expression_count > 0 && chosen->shape_count == 0)
        return misuse("--init (%s) without --shape: whole numbers with commas between, like 5,10",
                      chosen->expressions[0]);
    if (chosen->shape_count > 1 && chosen->shape_count != chosen->expression_count)
        return misuse("--shape (%zu times) with --init (%zu times): once for all, or one each",
                      chosen->shape_count, chosen->expression_count);
    return check_report(chosen);
}

static int compare_plans(const compare_options *chosen, comparison *found, compare_cases *cases)
{
    compare_sides sides = {.told = NULL};
    int code = compare_cases_make(cases, chosen);
    found->what = cases->what;
    if (code == PROCEED)
        code = compare_sides_open(&sides, chosen);
    if (code == PROCEED && chosen->library_math)
        code = compare_sides_measure(&sides);
    if (code == PROCEED) {
        code = compare_run_plans(found, &sides, cases, chosen);
        if (code == PROCEED && sides.failed)
            code = EXIT_FAILED;
    }
    compare_sides_close(&sides);
    return code;
}

static void print(const compare_options *chosen, const comparison *found)
{
    if (chosen->report != NULL && target_is_stdout(chosen->report))
        return; /* the page goes there */
    if (chosen->json)
        compare_print_json(found);
    else if (chosen->quiet)
        compare_print_quiet(found);
    else
        compare_print_table(found);
}

/* Of a comparison without any. */
static const char *why_nothing(const comparison *found)
{
    bool only_controls = true, tensors = false;
    for (size_t i = 0; i < found->pair_count; i++) {
        only_controls = only_controls && comparison_pair_is_control(found, &found->pairs[i]);
        tensors = tensors || found->pairs[i].count > 0;
    }
    return !tensors        ? "there are no tensors"
           : only_controls ? "there is no OpenCL device, and controls do not count"
                           : "a side has no double precision for f64";
}

/* What was found is told even if a device has failed; the failure decides the exit code. */
static int conclude(const compare_options *chosen, const comparison *found, int code)
{
    if ((found->pair_count > 0 && (code == PROCEED || chosen->files[0] == NULL)) ||
        (chosen->json && code == EXIT_NOTHING))
        print(chosen, found);
    if (found->pair_count > 0 && chosen->report != NULL) {
        const int written = compare_report_write(found, chosen->report);
        if (written != PROCEED)
            return written == EXIT_DONE ? written : EXIT_MISUSE;
    }
    if (code != PROCEED)
        return code == EXIT_NOTHING || code == EXIT_DONE ? code : EXIT_MISUSE;
    if (!comparison_has_compared(found)) {
        message("nothing was compared: %s", why_nothing(found));
        return EXIT_NOTHING;
    }
    return comparison_agrees(found) ? EXIT_DONE : EXIT_DIFFERENT;
}

static int compare(const compare_options *chosen, const char *command_line)
{
    comparison found = {.tolerance = chosen->tolerance, .command = command_line};
    compare_cases cases = {.list = NULL};
    int code = chosen->files[0] != NULL ? compare_run_files(&found, chosen)
                                        : compare_plans(chosen, &found, &cases);
    code = conclude(chosen, &found, code);
    comparison_release(&found);
    compare_cases_clear(&cases);
    return code;
}

static int run(const command *self, int argc, char **argv)
{
    compare_options chosen = {.model = NULL};
    char *const command_line = quote_command(argc, argv);
    int operand = 0;
    output_fail_with(EXIT_MISUSE);
    int code = options_read(self, argc, argv, take, &chosen, &operand);
    if (code == PROCEED)
        code = read_operands(&chosen, argc - operand, argv + operand);
    if (code == PROCEED)
        code = check(&chosen);
    if (code == PROCEED)
        code = compare(&chosen, command_line);
    free(command_line);
    free(chosen.dtypes);
    free(chosen.expressions);
    free(chosen.shapes);
    free(chosen.with);
    return code;
}

static const option_row options[] = {
    {'r', "recipe", "NAME", "the model's recipe; default: its own"},
    {'i', "init", "EXPR", "an initializer instead of a model; repeatable"},
    {OPTION_SHAPE, "shape", "N,N,...", "its shape: one for all, or one for each --init"},
    {OPTION_DTYPE, "dtype", "D", "draw in this dtype; repeatable"},
    {OPTION_ON, "on", "SEL", "the reference, A; default: host"},
    {OPTION_WITH, "with", "SEL",
     "what is compared with it, B; repeatable; default:\n"
     "every device (and the host, if A is a device)"},
    {OPTION_ULP, "ulp", "N", "let pass what is at most N representable values apart"},
    {OPTION_ATOL, "atol", "X", "let pass finite values with |a - b| <= X + Y |b|"},
    {OPTION_RTOL, "rtol", "Y", "Y of the same; X and Y are 0 if not given"},
    {OPTION_LIBRARY_MATH, "library-math", NULL,
     "compare ours with each device's own log, sqrt, sin, cos\n"
     "and native_*, and devices' with each other: controls,\n"
     "which do not count in the exit code"},
    {OPTION_REPORT, "report", "FILE.html", "write what was found as a page, too; -: instead"},
    {'q', "quiet", NULL, "say only which differ"},
    {.name = NULL},
};

const command command_compare = {
    .name = "compare",
    .synopsis = "[MODEL | --init EXPR --shape N,N,... | A.safetensors B.safetensors] [options]",
    .about = "Draw the same tensors on several devices and compare them bit for bit; or two files.",
    .details =
        "MODEL is as of 'sowcl init'. Without MODEL and --init, a set of all kinds of draws is "
        "compared.\n"
        "SEL is host, cpu, gpu, P:D as 'sowcl devices' prints it, or a part of a name.\n"
        "Two files of tensors (or indexes of shards, .safetensors.index.json) are compared\n"
        "tensor by tensor, matched by name; other dtypes by value.\n\n"
        "Examples:\n"
        "  sowcl compare                          every device with the host\n"
        "  sowcl compare --on 0:0 --with 0:1      one GPU with another\n"
        "  sowcl compare gpt2.json --with gpu     a model's initial weights\n"
        "  sowcl compare a.safetensors b.safetensors --rtol 1e-5\n"
        "  sowcl compare --library-math --init normal --shape 4096,4096 --report page.html\n\n"
        "Exit codes: 0 equal, 1 different, 2 misuse or failure, 77 nothing to compare with.",
    .options = options,
    .shared = "sjJ",
    .run = run,
};
