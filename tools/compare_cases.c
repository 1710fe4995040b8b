#include "compare_cases.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "message.h"
#include "options.h"

/* Every distribution and way of making that there is, in shapes with a remainder and of some 65 000 elements, so that a
 * simulator is done in seconds. */
static const struct {
    const char *expression, *shape;
} own_set[] = {
    {"uniform(low=-1, high=1)", "251,263"},
    {"normal", "251,263"},
    {"trunc_normal(a=-2, b=2)", "251,263"},
    {"trunc_normal(a=6, b=inf)", "251,263"},
    {"kaiming_uniform(nonlinearity=relu)", "61,17,3,3"},
    {"sparse(sparsity=0.5)", "251,67"},
    {"orthogonal", "61,47"},
    {"eye", "61,47"},
};

static const sow_dtype own_dtypes[] = {SOW_F32, SOW_BF16, SOW_F64};
static const sow_dtype default_dtype = SOW_F32;

static compare_case *append(compare_cases *cases)
{
    cases->list = need_memory(realloc(cases->list, (cases->count + 1) * sizeof *cases->list));
    compare_case *const added = &cases->list[cases->count++];
    memset(added, 0, sizeof *added);
    return added;
}

__attribute__((format(printf, 1, 2))) static char *text_of(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *const text = format_text(format, arguments);
    va_end(arguments);
    return text;
}

static int add_plan(compare_cases *cases, const char *expression, const char *shape,
                    sow_dtype dtype, uint64_t seed)
{
    sow_initializer initializer;
    sow_error error = {0};
    compare_case *const added = append(cases);
    added->tensor.dtype = dtype;
    added->label = text_of("%s", expression);
    added->expression = text_of("%s", expression);
    const int code = parse_shape("--shape", shape, &added->tensor);
    if (code != PROCEED)
        return code;
    if (sow_initializer_parse(&initializer, expression, NULL, 0, &error) ||
        sow_plan_make(&added->plan, &added->tensor, &initializer, (sow_key){.seed = seed}, &error))
        return misuse("%s", error.text);
    return PROCEED;
}

static const char *shape_for(const compare_options *chosen, size_t expression)
{
    return chosen->shapes[chosen->shape_count == 1 ? 0 : expression];
}

static int add_expressions(compare_cases *cases, const compare_options *chosen)
{
    const sow_dtype *const dtypes = chosen->dtype_count > 0 ? chosen->dtypes : &default_dtype;
    const size_t dtype_count = chosen->dtype_count > 0 ? chosen->dtype_count : 1;
    for (size_t i = 0; i < chosen->expression_count; i++)
        for (size_t j = 0; j < dtype_count; j++) {
            const int code = add_plan(cases, chosen->expressions[i], shape_for(chosen, i),
                                      dtypes[j], chosen->seed);
            if (code != PROCEED)
                return code;
        }
    cases->what = text_of("%zu initializer%s, seed %" PRIu64, chosen->expression_count,
                          chosen->expression_count == 1 ? "" : "s", chosen->seed);
    return PROCEED;
}

static int add_own_set(compare_cases *cases, const compare_options *chosen)
{
    const sow_dtype *const dtypes = chosen->dtype_count > 0 ? chosen->dtypes : own_dtypes;
    const size_t dtype_count =
        chosen->dtype_count > 0 ? chosen->dtype_count : sizeof own_dtypes / sizeof *own_dtypes;
    for (size_t i = 0; i < sizeof own_set / sizeof *own_set; i++)
        for (size_t j = 0; j < dtype_count; j++) {
            const int code =
                add_plan(cases, own_set[i].expression, own_set[i].shape, dtypes[j], chosen->seed);
            if (code != PROCEED)
                return code;
        }
    cases->what = text_of("a set of initializers, seed %" PRIu64, chosen->seed);
    return PROCEED;
}

static void add_tensors(compare_cases *cases, const sow_checkpoint *checkpoint)
{
    for (size_t i = 0; i < sow_checkpoint_count(checkpoint); i++) {
        const sow_checkpoint_tensor *const tensor = sow_checkpoint_tensor_at(checkpoint, i);
        compare_case *const added = append(cases);
        char expression[256] = "";
        sow_initializer_print(&tensor->initializer, expression, sizeof expression);
        added->plan = tensor->plan;
        added->tensor = tensor->tensor;
        added->label = text_of("%s", tensor->name);
        added->expression = text_of("%s", expression);
    }
}

static int add_model(compare_cases *cases, const compare_options *chosen, size_t dtype)
{
    loaded_checkpoint loaded = {.model = NULL};
    const sow_checkpoint_options options = {
        .seed = chosen->seed,
        .convert = chosen->dtype_count > 0,
        .dtype = chosen->dtype_count > 0 ? chosen->dtypes[dtype] : default_dtype,
    };
    const int code = checkpoint_load(&loaded, chosen->model, chosen->recipe, &options);
    if (code == PROCEED) {
        add_tensors(cases, loaded.checkpoint);
        if (cases->what == NULL)
            cases->what = text_of("%s, recipe %s, seed %" PRIu64, sow_model_name(loaded.model),
                                  sow_recipe_name(loaded.recipe), chosen->seed);
    }
    checkpoint_unload(&loaded);
    return code;
}

int compare_cases_make(compare_cases *cases, const compare_options *chosen)
{
    *cases = (compare_cases){.list = NULL};
    if (chosen->expression_count > 0)
        return add_expressions(cases, chosen);
    if (chosen->model == NULL)
        return add_own_set(cases, chosen);
    int code = add_model(cases, chosen, 0);
    for (size_t i = 1; i < chosen->dtype_count && code == PROCEED; i++)
        code = add_model(cases, chosen, i);
    return code;
}

void compare_cases_clear(compare_cases *cases)
{
    for (size_t i = 0; i < cases->count; i++) {
        free(cases->list[i].label);
        free(cases->list[i].expression);
    }
    free(cases->list);
    free(cases->what);
    *cases = (compare_cases){.list = NULL};
}
