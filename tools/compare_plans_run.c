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
        comparison_case *const told = &pair->cases[i];
        describe(told, &cases->list[i]);
        told->without_f64 = items[i].status == SOW_ERR_NO_F64;
        told->without_control = items[i].status == SOW_ERR_INITIALIZER;
        told->failed = items[i].status != SOW_OK && !told->without_f64 && !told->without_control;
        told->difference = items[i].difference;
        told->sample_a = items[i].sample_a;
        told->sample_b = items[i].sample_b;
    }
    comparison_pair_sum(pair);
}

/* The library names the sides A and B; the message says which ones they are. */
static int failure(const compare_sides *sides, size_t a, size_t b, sow_status status,
                   const sow_error *error)
{
    sow_error named = {.status = status};
    snprintf(named.text, sizeof named.text, "%.120s against %.120s: %.240s", sides->told[a].name,
             sides->told[b].name, error->text);
    const engine *const device = &sides->engines[sides->engines[b].context != NULL ? b : a];
    return engine_failure(device, status, &named);
}

/* NULL for what follows no law. */
static sow_sample *make_sample(const sow_plan *plan)
{
    sow_sample *sample = NULL;
    if (sow_sample_create(&sample, plan) == SOW_ERR_NO_MEMORY)
        need_memory(NULL);
    return sample;
}

/* What is equal is sampled once, for a page; a control, which will differ, at once. */
static void add_samples(sow_compare_item *items, size_t count, bool for_page, bool control)
{
    for (size_t i = 0; i < count; i++) {
        if (for_page || control)
            items[i].sample_a = make_sample(items[i].plan);
        if (control)
            items[i].sample_b = make_sample(items[i].plan);
    }
}

static void release_samples(sow_compare_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sow_sample_release(items[i].sample_a);
        sow_sample_release(items[i].sample_b);
        items[i].sample_a = items[i].sample_b = NULL;
    }
}

/* What differs is drawn once more, for samples of both sides: that is seldom much. */
static sow_status sample_what_differs(const sow_compare_side sides[2], sow_compare_item *items,
                                      size_t count, const sow_compare_options *options,
                                      sow_error *error)
{
    sow_status status = SOW_OK;
    for (size_t i = 0; i < count && status == SOW_OK; i++) {
        if (items[i].status != SOW_OK || items[i].difference.differing == 0 ||
            items[i].sample_b != NULL)
            continue;
        sow_sample_release(items[i].sample_a);
        items[i].sample_a = make_sample(items[i].plan);
        items[i].sample_b = make_sample(items[i].plan);
        if (items[i].sample_a != NULL)
            status = sow_compare_plans(&sides[0], &sides[1], &items[i], 1, options, error);
    }
    return status;
}

static sow_status compare_items(const sow_compare_side sides[2], sow_compare_item *items,
                                size_t count, const compare_options *chosen, sow_error *error)
{
    progress line;
    const sow_compare_options options = {.tolerance = chosen->tolerance,
                                         .threads = chosen->threads,
                                         .progress = on_progress,
                                         .user = &line};
    const sow_compare_options again = {.tolerance = chosen->tolerance, .threads = chosen->threads};
    progress_start(&line, chosen->quiet || chosen->json);
    sow_status status = sow_compare_plans(&sides[0], &sides[1], items, count, &options, error);
    if (status == SOW_OK)
        status = sample_what_differs(sides, items, count, &again, error);
    progress_end(&line);
    return status;
}

/* Two sides and what is compared of them. */
typedef struct pair_run {
    const compare_sides *sides;
    size_t a, b;
    sow_compare_side drawn_on[2];
    const compare_cases *cases;
    const compare_options *chosen;
    bool for_page;
} pair_run;

static sow_status run_items(const pair_run *run, sow_compare_item *items, size_t count,
                            sow_error *error)
{
    add_samples(items, count, run->for_page,
                run->drawn_on[0].math != SOW_MATH_OURS || run->drawn_on[1].math != SOW_MATH_OURS);
    return compare_items(run->drawn_on, items, count, run->chosen, error);
}

/* After a failure: what one driver does not build must not hide all else. Returns the exit code of the failures. */
static int run_one_by_one(const pair_run *run, sow_compare_item *items)
{
    int code = PROCEED;
    release_samples(items, run->cases->count);
    for (size_t i = 0; i < run->cases->count; i++) {
        sow_error error = {0};
        const sow_status status = run_items(run, &items[i], 1, &error);
        if (status == SOW_OK)
            continue;
        items[i].status = status;
        message("%s (%s) is left out:", run->cases->list[i].label,
                sow_dtype_name(items[i].plan->dtype));
        code = failure(run->sides, run->a, run->b, status, &error);
        release_samples(&items[i], 1);
    }
    return code;
}

static int compare_pair(comparison *found, const compare_sides *sides, size_t a, size_t b,
                        const compare_cases *cases, const compare_options *chosen)
{
    const pair_run run = {.sides = sides,
                          .a = a,
                          .b = b,
                          .drawn_on = {{sides->engines[a].context, sides->told[a].math},
                                       {sides->engines[b].context, sides->told[b].math}},
                          .cases = cases,
                          .chosen = chosen,
                          .for_page = found->pair_count == 0 && chosen->report != NULL};
    const double started = progress_now();
    sow_error error = {0};
    sow_compare_item *const items = make_items(cases);
    int code = PROCEED;
    if (run_items(&run, items, cases->count, &error) != SOW_OK)
        code = run_one_by_one(&run, items);
    comparison_pair *const pair = &found->pairs[found->pair_count++];
    pair->a = a;
    pair->b = b;
    pair->seconds = progress_now() - started;
    tell(pair, cases, items);
    free(items);
    return code;
}

/* The first side of this one's math: itself if there is none before. */
static size_t first_of_math(const compare_sides *sides, size_t side)
{
    size_t first = 0;
    while (first < side && sides->told[first].math != sides->told[side].math)
        first++;
    return first;
}

static size_t ours_of(const compare_sides *sides, size_t side)
{
    size_t ours = 0;
    while (sides->engines[ours].context != sides->engines[side].context)
        ours++;
    return ours;
}

/* A side is compared with the first of its math, so with A if it is ours; a control also with ours at the same place. */
static int compare_side(comparison *found, const compare_sides *sides, size_t side,
                        const compare_cases *cases, const compare_options *chosen)
{
    const size_t first = first_of_math(sides, side), ours = ours_of(sides, side);
    int code = PROCEED, other = PROCEED;
    if (sides->told[side].math != SOW_MATH_OURS)
        code = compare_pair(found, sides, ours, side, cases, chosen);
    if (first < side)
        other = compare_pair(found, sides, first, side, cases, chosen);
    return other != PROCEED ? other : code;
}

int compare_run_plans(comparison *found, const compare_sides *sides, const compare_cases *cases,
                      const compare_options *chosen)
{
    int code = PROCEED;
    found->side_count = sides->count;
    found->sides = need_memory(calloc(sides->count, sizeof *found->sides));
    memcpy(found->sides, sides->told, sides->count * sizeof *found->sides);
    found->pairs = need_memory(calloc(2 * sides->count, sizeof *found->pairs));
    found->what = cases->what;
    for (size_t i = 1; i < sides->count; i++) {
        const int one = compare_side(found, sides, i, cases, chosen);
        code = one != PROCEED ? one : code;
    }
    return code;
}
