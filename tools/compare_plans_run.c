/* Comparing plans on devices. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "compare_run.h"
#include "message.h"
#include "progress.h"

static int on_progress(void *user, uint64_t done_bytes, uint64_t total_bytes)
{
    progress_update(user, done_bytes, total_bytes);
    return 0;
}

static sow_compare_item *make_items(const compare_cases *cases)
{
    sow_compare_item *const items = need_memory(calloc(cases->count + 1, sizeof *items));
    for (size_t i = 0; i < cases->count; i++)
        items[i].plan = &cases->list[i].plan;
    return items;
}

/* What the case is, whatever comes of it. */
static void describe(comparison_case *told, const compare_case *of)
{
    const uint32_t rank = of->tensor.rank;
    told->label = need_memory(strdup(of->label));
    told->expression = need_memory(strdup(of->expression));
    told->rank = rank;
    told->dimensions = need_memory(calloc(rank + 1, sizeof *told->dimensions));
    memcpy(told->dimensions, of->tensor.shape, rank * sizeof *told->dimensions);
    comparison_format_shape(told->shape, sizeof told->shape, rank, told->dimensions);
    told->dtype = told->dtype_b = of->plan.dtype;
    snprintf(told->dtype_name, sizeof told->dtype_name, "%s", sow_dtype_name(of->plan.dtype));
}

static void tell(comparison_pair *pair, const compare_cases *cases, const sow_compare_item *items)
{
    pair->cases = need_memory(calloc(cases->count + 1, sizeof *pair->cases));
    pair->count = cases->count;
    for (size_t i = 0; i < cases->count; i++) {
        describe(&pair->cases[i], &cases->list[i]);
        pair->cases[i].without_f64 = items[i].status == SOW_ERR_NO_F64;
        pair->cases[i].difference = items[i].difference;
    }
    comparison_pair_sum(pair);
}

/* The library names the sides A and B; the message says which ones they are. */
static int failure(const compare_sides *sides, size_t b, sow_status status, const sow_error *error)
{
    sow_error named = {.status = status};
    snprintf(named.text, sizeof named.text, "%.120s against %.120s: %.240s", sides->told[0].name,
             sides->told[b].name, error->text);
    const engine *const device = &sides->engines[sides->engines[b].context != NULL ? b : 0];
    return engine_failure(device, status, &named);
}

static int compare_pair(comparison *found, const compare_sides *sides, size_t b,
                        const compare_cases *cases, const compare_options *chosen)
{
    const sow_compare_side sides_of[2] = {{.context = sides->engines[0].context},
                                          {.context = sides->engines[b].context}};
    progress line;
    const sow_compare_options options = {.tolerance = chosen->tolerance,
                                         .threads = chosen->threads,
                                         .progress = on_progress,
                                         .user = &line};
    sow_error error = {0};
    sow_compare_item *const items = make_items(cases);
    progress_start(&line, chosen->quiet || chosen->json);
    const sow_status status =
        sow_compare_plans(&sides_of[0], &sides_of[1], items, cases->count, &options, &error);
    progress_end(&line);
    int code = PROCEED;
    if (status == SOW_OK) {
        comparison_pair *const pair = &found->pairs[found->pair_count++];
        pair->b = b;
        pair->seconds = progress_now() - line.started;
        tell(pair, cases, items);
    } else
        code = failure(sides, b, status, &error);
    free(items);
    return code;
}

int compare_run_plans(comparison *found, const compare_sides *sides, const compare_cases *cases,
                      const compare_options *chosen)
{
    int code = PROCEED;
    found->side_count = sides->count;
    found->sides = need_memory(calloc(sides->count, sizeof *found->sides));
    memcpy(found->sides, sides->told, sides->count * sizeof *found->sides);
    found->pairs = need_memory(calloc(sides->count, sizeof *found->pairs));
    found->what = cases->what;
    for (size_t i = 1; i < sides->count; i++) {
        const int one = compare_pair(found, sides, i, cases, chosen);
        code = one != PROCEED ? one : code;
    }
    return code;
}
