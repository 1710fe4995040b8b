/* Drawing plans on two sides and comparing them. */
#include <stdbool.h>
#include <string.h>

#include "compare_side.h"
#include "difference.h"
#include "fail.h"
#include "law.h"

#ifdef SOWI_OPENCL
#include "device/buffer_pair.h"
#endif

/* Bytes of one side that are drawn and compared at once where both are on one device. */
#define PAIR_BYTES ((uint64_t)16 << 20)

typedef struct comparing {
    sowi_side sides[2];
    bool ours;          /* both sides' math */
    bool on_one_device; /* both sides are drawn and compared there, but what is sampled */
    sow_context *context;
    sow_sample *samples[2]; /* of the item; NULL: none */
    const sow_compare_options *options;
    uint64_t done_bytes, total_bytes;
    sow_error *error;
} comparing;

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static bool is_cancelled(comparing *on, uint64_t bytes)
{
    on->done_bytes += bytes;
    return on->options->progress != NULL &&
           on->options->progress(on->options->user, on->done_bytes, on->total_bytes) != 0;
}

/* A device without double precision is no failure: the item tells. */
static sow_status fail(const comparing *on, sow_status status, const char *side)
{
    if (status == SOW_ERR_NO_F64)
        return status;
    return sowi_fail(on->error, status, "drawing on side %s: %s (%s)", side,
                     sow_status_text(status), sow_status_name(status));
}

static const char *const side_names[2] = {"A", "B"};

/* ---- Sides apart: block by block, two under way ---- */

typedef struct blocks {
    const sow_plan *plan;
    uint64_t elems, count; /* of a block; of blocks */
} blocks;

static uint64_t begin_of(const blocks *cut, uint64_t block)
{
    return least(block * cut->elems, cut->plan->count);
}

static sow_status begin_block(comparing *on, const blocks *cut, uint64_t block)
{
    const uint64_t begin = begin_of(cut, block), count = begin_of(cut, block + 1) - begin;
    for (size_t i = 0; i < 2; i++) {
        const sow_status status = sowi_side_begin(&on->sides[i], (size_t)(block % SOWI_SIDE_SLOTS),
                                                  cut->plan, begin, count);
        if (status != SOW_OK)
            return fail(on, status, side_names[i]);
    }
    return SOW_OK;
}

static sow_status end_block(comparing *on, const blocks *cut, uint64_t block,
                            sow_difference_sum *sum)
{
    const unsigned char *bytes[2];
    const uint64_t count = begin_of(cut, block + 1) - begin_of(cut, block);
    for (size_t i = 0; i < 2; i++) {
        const sow_status status =
            sowi_side_end(&on->sides[i], (size_t)(block % SOWI_SIDE_SLOTS), &bytes[i]);
        if (status != SOW_OK)
            return fail(on, status, side_names[i]);
    }
    sow_difference_add(sum, bytes[0], bytes[1], count);
    if (on->samples[0] != NULL)
        sow_sample_add(on->samples[0], bytes[0], (size_t)count);
    if (on->samples[1] != NULL)
        sow_sample_add(on->samples[1], bytes[1], (size_t)count);
    return is_cancelled(on, count * sow_dtype_size(cut->plan->dtype)) ? SOW_ERR_CANCELLED : SOW_OK;
}

static sow_status compare_apart(comparing *on, const sow_plan *plan, sow_difference_sum *sum)
{
    blocks cut = {.plan = plan, .elems = SOWI_SIDE_BLOCK_BYTES / sow_dtype_size(plan->dtype)};
    cut.count = plan->count / cut.elems + (plan->count % cut.elems != 0);
    sow_status status = SOW_OK;
    for (size_t i = 0; i < 2 && status == SOW_OK; i++) {
        status = sowi_side_aim(&on->sides[i], plan);
        if (status != SOW_OK)
            return fail(on, status, side_names[i]);
    }
    for (uint64_t i = 0; i <= cut.count && status == SOW_OK; i++) {
        if (i < cut.count)
            status = begin_block(on, &cut, i);
        if (status == SOW_OK && i > 0)
            status = end_block(on, &cut, i - 1, sum);
    }
    return status;
}

/* ---- Both sides on one device ---- */

#ifdef SOWI_OPENCL
static sow_status compare_pieces(comparing *on, sowi_buffer_pair *pair, const sow_plan *plan,
                                 uint64_t piece, sow_difference_sum *sum)
{
    sow_status status = SOW_OK;
    for (uint64_t begin = 0; begin < plan->count && status == SOW_OK; begin += piece) {
        const uint64_t count = least(piece, plan->count - begin);
        sow_plan slice = *plan;
        status = sow_plan_slice(&slice, begin, count);
        if (status == SOW_OK)
            status = sowi_buffer_pair_compare(pair, &slice, sowi_difference_visit_sum, sum);
        if (status != SOW_OK)
            return fail(on, status, "A or B");
        if (is_cancelled(on, count * sow_dtype_size(plan->dtype)))
            status = SOW_ERR_CANCELLED;
    }
    return status;
}

static sow_status compare_on_one_device(comparing *on, const sow_plan *plan,
                                        sow_difference_sum *sum)
{
    const uint64_t size = sow_dtype_size(plan->dtype);
    const bool whole = plan->distribution == SOW_DIST_ORTHOGONAL;
    const uint64_t piece = whole ? plan->count : least(plan->count, PAIR_BYTES / size);
    sowi_buffer_pair *pair;
    if (plan->count == 0)
        return SOW_OK;
    sow_status status = sowi_buffer_pair_create(&pair, on->context, piece * size);
    if (status != SOW_OK)
        return fail(on, status, "A or B");
    status = compare_pieces(on, pair, plan, piece, sum);
    sowi_buffer_pair_release(pair);
    return status;
}
#else
static sow_status compare_on_one_device(comparing *on, const sow_plan *plan,
                                        sow_difference_sum *sum)
{
    (void)plan, (void)sum;
    return fail(on, SOW_ERR_NO_OPENCL, "A or B");
}
#endif

/* ---- All plans ---- */

static sow_status compare_item(comparing *on, sow_compare_item *item)
{
    const sow_plan *plan = item->plan;
    sow_difference_sum sum;
    const bool sampled = item->sample_a != NULL || item->sample_b != NULL;
    sow_status status =
        sow_difference_begin(&sum, plan->dtype, plan->dtype, &on->options->tolerance);
    on->samples[0] = item->sample_a;
    on->samples[1] = item->sample_b;
    if (!on->ours && !sowi_plan_has_control(plan))
        status = SOW_ERR_INITIALIZER;
    if (status == SOW_OK)
        status = on->on_one_device && !sampled ? compare_on_one_device(on, plan, &sum)
                                               : compare_apart(on, plan, &sum);
    memset(&item->difference, 0, sizeof item->difference);
    item->status = status;
    if (status == SOW_OK)
        sow_difference_end(&sum, &item->difference);
    return status == SOW_ERR_NO_F64 || status == SOW_ERR_INITIALIZER ? SOW_OK : status;
}

static sow_status check_items(const sow_compare_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].plan == NULL || sow_dtype_size(items[i].plan->dtype) == 0)
            return SOW_ERR_ARGUMENT;
    return SOW_OK;
}

/* The host has no native functions. */
static bool has_math(const sow_compare_side *side)
{
    return side->math == SOW_MATH_OURS || side->math == SOW_MATH_LIBRARY ||
           (side->math == SOW_MATH_NATIVE && side->context != NULL);
}

static sow_status check(const sow_compare_side *a, const sow_compare_side *b,
                        const sow_compare_item *items, size_t count,
                        const sow_compare_options *options, sow_error *error)
{
    const sow_tolerance *allowed = &options->tolerance;
    if (a == NULL || b == NULL || (items == NULL && count != 0) ||
        check_items(items, count) != SOW_OK)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "a side, the items or a plan (NULL)");
    if (!(allowed->atol >= 0) || !(allowed->rtol >= 0))
        return sowi_fail(error, SOW_ERR_ARGUMENT, "tolerance (atol %g, rtol %g): at least 0",
                         allowed->atol, allowed->rtol);
    if (!has_math(a) || !has_math(b))
        return sowi_fail(error, SOW_ERR_ARGUMENT,
                         "math (%d, %d): ours, library, and on devices native", (int)a->math,
                         (int)b->math);
    return SOW_OK;
}

sow_status sow_compare_plans(const sow_compare_side *a, const sow_compare_side *b,
                             sow_compare_item *items, size_t count,
                             const sow_compare_options *options, sow_error *error)
{
    const sow_compare_options defaults = {.threads = 0};
    comparing on = {.options = options != NULL ? options : &defaults, .error = error};
    sow_status status = check(a, b, items, count, on.options, error);
    if (status != SOW_OK)
        return status;
    on.context = a->context;
    on.ours = a->math == SOW_MATH_OURS && b->math == SOW_MATH_OURS;
    on.on_one_device = a->context != NULL && a->context == b->context && on.ours;
    for (size_t i = 0; i < count; i++)
        on.total_bytes += items[i].plan->count * sow_dtype_size(items[i].plan->dtype);
    for (size_t i = 0; i < 2 && status == SOW_OK; i++) {
        status = sowi_side_make(&on.sides[i], i == 0 ? a : b, on.options->threads);
        if (status != SOW_OK)
            (void)fail(&on, status, side_names[i]); /* the status again */
    }
    for (size_t i = 0; i < count && status == SOW_OK; i++)
        status = compare_item(&on, &items[i]);
    sowi_side_clear(&on.sides[0]);
    sowi_side_clear(&on.sides[1]);
    if (status == SOW_ERR_CANCELLED)
        (void)sowi_fail(error, status, "%s", sow_status_text(status)); /* the status again */
    return status;
}
