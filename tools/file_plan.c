#include "file_plan.h"

#include <stdlib.h>
#include <string.h>

#include "checkpoint_load.h"
#include "command.h"
#include "message.h"
#include "options.h"

static int take_parameter(file_plan_options *options, const char *value)
{
    const size_t count = options->parameter_count;
    options->parameters =
        need_memory(realloc(options->parameters, (count + 1) * sizeof *options->parameters));
    const int code = parse_parameter("--parameter", value, &options->parameters[count]);
    if (code == PROCEED)
        options->parameter_count++;
    return code;
}

bool file_plan_has_option(int letter)
{
    return letter == FILE_PLAN_RECIPE || letter == FILE_PLAN_MODEL || letter == FILE_PLAN_PARAMETER;
}

int file_plan_take(file_plan_options *options, int letter, const char *value)
{
    if (letter == FILE_PLAN_PARAMETER)
        return take_parameter(options, value);
    if (letter == FILE_PLAN_MODEL)
        options->model = value;
    else
        options->recipe = value;
    return PROCEED;
}

bool file_plan_fits(const sow_file_tensor *of, const sow_checkpoint_tensor *tensor)
{
    return of->rank == tensor->tensor.rank &&
           memcmp(of->shape, tensor->tensor.shape, of->rank * sizeof *of->shape) == 0;
}

void file_plan_options_clear(file_plan_options *options)
{
    for (size_t i = 0; i < options->parameter_count; i++)
        free((char *)options->parameters[i].name);
    free(options->parameters);
}

static bool is_builtin(const char *recipe)
{
    for (size_t i = 0; i < sow_recipe_builtin_count(); i++)
        if (strcmp(sow_recipe_builtin_name(i), recipe) == 0)
            return true;
    return false;
}

/* What 'sowcl fill' writes in the place of a recipe's name. Some words are both: a model's file is meant. */
static bool is_expression(const char *recipe)
{
    sow_initializer ignored;
    return !is_builtin(recipe) && sow_initializer_parse(&ignored, recipe, NULL, 0, NULL) == SOW_OK;
}

/* Whether 'sowcl init' tells that the recipe's name, which is a built-in one's or an expression, is that of a file. */
static bool is_of_file(const sow_tensor_file *file)
{
    return sow_tensor_file_metadata(file, "sowcl.recipe_from") != NULL;
}

/* Whether the file tells how 'sowcl fill' drew it, and the command line tells nothing else. */
static bool is_filled(const sow_tensor_file *file, const file_plan_options *options)
{
    return options->recipe == NULL && options->model == NULL &&
           sow_tensor_file_metadata(file, "sowcl.fill") != NULL;
}

bool file_plan_is_known(const sow_tensor_file *file, const file_plan_options *options)
{
    const char *const own = sow_tensor_file_metadata(file, "sowcl.recipe");
    return options->recipe != NULL || options->model != NULL ||
           (own != NULL && (is_of_file(file) || !is_expression(own))) || is_filled(file, options);
}

static int check_version(const sow_tensor_file *file)
{
    const char *const version = sow_tensor_file_metadata(file, "sowcl.stream_version");
    if (version == NULL || strtoul(version, NULL, 10) == SOW_STREAM_VERSION)
        return PROCEED;
    message("the file is of stream version %s: this sowcl draws version %d", version,
            SOW_STREAM_VERSION);
    return EXIT_FAILED;
}

static int find_seed(file_plan *plan, const sow_tensor_file *file, const file_plan_options *options)
{
    const char *const told = sow_tensor_file_metadata(file, "sowcl.seed");
    plan->seed = options->seed;
    plan->seed_is_told = options->has_seed || told != NULL;
    return options->has_seed || told == NULL
               ? PROCEED
               : parse_u64("the file's sowcl.seed", told, &plan->seed);
}

static int load_recipe(file_plan *plan, const sow_tensor_file *file,
                       const file_plan_options *options)
{
    const char *const own = sow_tensor_file_metadata(file, "sowcl.recipe");
    const char *const name = options->recipe != NULL ? options->recipe
                             : own != NULL           ? own
                                                     : sow_model_recipe(plan->model);
    if (name == NULL) {
        message("neither the file nor the model names a recipe (%s): --recipe", options->file);
        return EXIT_FAILED;
    }
    if (name == own && is_of_file(file)) {
        message("the file was made by a recipe file (%s), not by what is built in under that name: "
                "--recipe FILE.json",
                name);
        return EXIT_FAILED;
    }
    if (name == own && is_expression(name)) {
        message("the file is one tensor of 'sowcl fill' (%s): --recipe with a recipe file", name);
        return EXIT_FAILED;
    }
    if (name == own && !is_builtin(name)) {
        message("unknown recipe (%s): the file was made by one that is not built in: --recipe "
                "FILE.json",
                name);
        return EXIT_FAILED;
    }
    return checkpoint_load_recipe(&plan->recipe, name, name == options->recipe);
}

/* The one dtype that all floating tensors of the file have; false: they have several, or there is none. */
static bool find_dtype(const sow_tensor_file *file, sow_dtype *dtype)
{
    bool found = false;
    for (size_t i = 0; i < sow_tensor_file_count(file); i++) {
        const sow_file_tensor *const tensor = sow_tensor_file_at(file, i);
        if (!tensor->known || !sow_dtype_is_float(tensor->dtype))
            continue;
        if (found && tensor->dtype != *dtype)
            return false;
        *dtype = tensor->dtype;
        found = true;
    }
    return found;
}

static int compare_names(const void *left, const void *right)
{
    const sow_checkpoint_tensor *const a = *(const sow_checkpoint_tensor *const *)left;
    const sow_checkpoint_tensor *const b = *(const sow_checkpoint_tensor *const *)right;
    return strcmp(a->name, b->name);
}

static void sort_tensors(file_plan *plan)
{
    const size_t count = sow_checkpoint_count(plan->checkpoint);
    plan->recipe_name = sow_recipe_name(plan->recipe);
    plan->count = count;
    plan->by_name = need_memory(malloc((count + 1) * sizeof *plan->by_name));
    for (size_t i = 0; i < count; i++)
        plan->by_name[i] = sow_checkpoint_tensor_at(plan->checkpoint, i);
    qsort(plan->by_name, count, sizeof *plan->by_name, compare_names);
}

/* A file may have a few tensors more than its recipe knows; of another model's recipe the first is told. */
static sow_status create(file_plan *plan, sow_checkpoint_options *resolving, sow_error *error)
{
    const sow_status status =
        sow_checkpoint_create(&plan->checkpoint, plan->model, plan->recipe, resolving, error);
    if (status != SOW_OK || resolving->leave_out == 0 ||
        sow_checkpoint_count(plan->checkpoint) >= (sow_model_tensor_count(plan->model) + 1) / 2)
        return status;
    sow_checkpoint_release(plan->checkpoint);
    resolving->leave_out = 0;
    return sow_checkpoint_create(&plan->checkpoint, plan->model, plan->recipe, resolving, error);
}

static int resolve(file_plan *plan, const sow_tensor_file *file, const file_plan_options *options)
{
    sow_error error = {0};
    sow_checkpoint_options resolving = {.seed = plan->seed,
                                        .parameters = options->parameters,
                                        .parameter_count = options->parameter_count,
                                        .leave_out = options->model == NULL};
    resolving.convert = find_dtype(file, &resolving.dtype);
    const sow_status status = create(plan, &resolving, &error);
    if (status == SOW_OK) {
        sort_tensors(plan);
        return PROCEED;
    }
    if (options->model == NULL && status == SOW_ERR_NO_RULE)
        message("recipe %s has no rule for what the file tells, names and shapes: if it goes by "
                "kinds, --model MODEL",
                sow_recipe_name(plan->recipe));
    const int code = checkpoint_refuse(status, &error);
    if (status == SOW_ERR_SYNTAX && strstr(error.text, "unknown name") != NULL)
        message("a number that the file does not tell: --parameter NAME=NUMBER, or --model MODEL");
    return code;
}

static int plan_filled(file_plan *plan, const sow_tensor_file *file,
                       const file_plan_options *options)
{
    sow_error error = {0};
    if (options->parameter_count != 0)
        return misuse("--parameter (%s): the file is one tensor of 'sowcl fill', which takes none",
                      options->parameters[0].name);
    const sow_status status = sow_tensor_file_plan(file, plan->seed, &plan->filled, &error);
    if (status != SOW_OK)
        return checkpoint_refuse(status, &error);
    plan->by_name = need_memory(malloc(sizeof *plan->by_name));
    plan->by_name[0] = &plan->filled;
    plan->count = 1;
    plan->recipe_name = plan->filled.expression;
    return PROCEED;
}

int file_plan_make(file_plan *plan, const sow_tensor_file *file, const file_plan_options *options)
{
    sow_error error = {0};
    int code = check_version(file);
    if (code == PROCEED)
        code = find_seed(plan, file, options);
    if (code != PROCEED)
        return code;
    if (is_filled(file, options))
        return plan_filled(plan, file, options);
    const sow_status status = options->model != NULL
                                  ? sow_model_load(&plan->model, options->model, &error)
                                  : sow_model_from_file(&plan->model, file, &error);
    if (status != SOW_OK)
        return checkpoint_refuse(status, &error);
    code = load_recipe(plan, file, options);
    return code == PROCEED ? resolve(plan, file, options) : code;
}

void file_plan_clear(file_plan *plan)
{
    free(plan->by_name);
    sow_checkpoint_release(plan->checkpoint);
    sow_recipe_release(plan->recipe);
    sow_model_release(plan->model);
}

static const sow_checkpoint_tensor *find(const file_plan *plan, const char *name)
{
    const sow_checkpoint_tensor key = {.name = name};
    const sow_checkpoint_tensor *const sought = &key;
    const sow_checkpoint_tensor **const found =
        bsearch(&sought, plan->by_name, plan->count, sizeof *plan->by_name, compare_names);
    return found != NULL ? *found : NULL;
}

const sow_checkpoint_tensor *file_plan_find(const file_plan *plan, const char *name)
{
    if (plan->by_name == NULL)
        return NULL;
    const sow_checkpoint_tensor *const tensor = find(plan, name);
    const char *const target = tensor == NULL && plan->checkpoint != NULL
                                   ? sow_checkpoint_alias(plan->checkpoint, name)
                                   : NULL;
    return target != NULL ? find(plan, target) : tensor;
}
