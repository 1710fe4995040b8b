/* Many tensors in one call: the small ones of a program share launches by way of tables, the others are
 * launched alone. Each command waits for the one before it, so the last event covers them all. */
#include <assert.h>

#include "batch_table.h"
#include "fail.h"
#include "fill.h"
#include "kernel_pool.h"
#include "structure.h"
#include "structure_fill.h"

/* Fewer small tensors of a program are launched alone: a table takes two commands, and a kernel that may have
 * to be compiled and tested first. */
enum { BATCH_LEAST = 16 };

/* What a call has of one program. */
typedef struct share {
    size_t small, large; /* items with elements */
    sowi_table *table;   /* being filled; NULL: none */
} share;

typedef struct batch {
    sow_context *context;
    cl_command_queue queue;
    cl_mem buffer;
    cl_uint num_wait;
    const cl_event *wait;
    cl_event last; /* of the last command; NULL: none yet */
    share shares[SOWI_DISTRIBUTION_COUNT][SOWI_DTYPE_COUNT];
} batch;

static share *share_of(batch *all, const sow_plan *plan)
{
    return &all->shares[plan->distribution][plan->dtype];
}

static bool goes_into_table(batch *all, const sow_plan *plan)
{
    return share_of(all, plan)->small >= BATCH_LEAST && sowi_table_fits(all->context, plan);
}

/* ---- Before the first command ---- */

static sow_status check_item(const sow_batch_item *item, uint64_t size_bytes)
{
    const sow_plan *plan = item->plan;
    if (plan == NULL || (size_t)plan->distribution >= SOWI_DISTRIBUTION_COUNT)
        return SOW_ERR_ARGUMENT;
    const size_t size = sow_dtype_size(plan->dtype);
    if (size == 0 || item->offset_bytes % size != 0)
        return SOW_ERR_ARGUMENT;
    return sowi_plan_is_inside(plan, item->offset_bytes / size, size_bytes) ? SOW_OK
                                                                            : SOW_ERR_BUFFER;
}

static sow_status count_items(batch *all, const sow_batch_item *items, size_t count,
                              uint64_t size_bytes)
{
    for (size_t i = 0; i < count; i++) {
        const sow_status status = check_item(&items[i], size_bytes);
        if (status != SOW_OK)
            return status;
        if (items[i].plan->count == 0)
            continue;
        share *its_share = share_of(all, items[i].plan);
        if (sowi_table_fits(all->context, items[i].plan))
            its_share->small++;
        else
            its_share->large++;
    }
    return SOW_OK;
}

static sow_status prepare_programs(batch *all)
{
    sow_status status = SOW_OK;
    for (int i = 0; i < SOWI_DISTRIBUTION_COUNT; i++) {
        for (int j = 0; j < SOWI_DTYPE_COUNT && i != SOW_DIST_ORTHOGONAL; j++) {
            const share *its_share = &all->shares[i][j];
            const bool by_table = its_share->small >= BATCH_LEAST;
            if (by_table)
                SOWI_TRY(status, sowi_program_prepare(all->context, SOWI_BATCH, (sow_distribution)i,
                                                      (sow_dtype)j));
            if (its_share->large > 0 || (its_share->small > 0 && !by_table))
                SOWI_TRY(status,
                         sow_context_prepare(all->context, (sow_distribution)i, (sow_dtype)j));
        }
    }
done:
    return status;
}

/* What items need beside their distribution's program. */
static sow_status prepare_items(batch *all, const sow_batch_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const sow_plan *plan = items[i].plan;
        const bool is_plain =
            plan->distribution != SOW_DIST_ORTHOGONAL && !sowi_plan_is_written_over(plan);
        const sow_status status =
            plan->count == 0 || is_plain ? SOW_OK : sowi_fill_prepare(all->context, plan);
        if (status != SOW_OK)
            return status;
    }
    return SOW_OK;
}

/* ---- Commands ---- */

static cl_uint wait_count(const batch *all)
{
    return all->last != NULL ? 1 : all->num_wait;
}

static const cl_event *wait_list(const batch *all)
{
    return all->last != NULL ? &all->last : all->wait;
}

/* Takes over the event of the command that came last; NULL when it failed. */
static void follow(batch *all, cl_event event)
{
    if (event == NULL)
        return;
    if (all->last != NULL)
        (void)clReleaseEvent(all->last);
    all->last = event;
}

static sow_status fill_alone(batch *all, const sow_batch_item *item)
{
    cl_event event;
    const sow_status status =
        sowi_fill_checked(all->context, all->queue, all->buffer,
                          item->offset_bytes / sow_dtype_size(item->plan->dtype), item->plan,
                          wait_count(all), wait_list(all), &event);
    follow(all, status == SOW_OK ? event : NULL);
    return status;
}

/* Launches the share's table and gives it back. */
static sow_status launch_table(batch *all, share *its_share, sow_distribution distribution,
                               sow_dtype dtype)
{
    cl_kernel kernel;
    cl_event event = NULL;
    sow_status status = sowi_kernel_take(all->context, SOWI_BATCH, distribution, dtype, &kernel);
    if (status == SOW_OK) {
        status = sowi_table_launch(all->context, its_share->table, kernel, all->queue, all->buffer,
                                   wait_count(all), wait_list(all), &event);
        sowi_kernel_return(all->context, SOWI_BATCH, distribution, dtype, kernel);
    }
    follow(all, event);
    sowi_table_return(all->context, its_share->table);
    its_share->table = NULL;
    return status;
}

static sow_status add_to_table(batch *all, const sow_batch_item *item)
{
    const sow_plan *plan = item->plan;
    const uint64_t dst = item->offset_bytes / sow_dtype_size(plan->dtype);
    share *its_share = share_of(all, plan);
    if (its_share->table != NULL && sowi_table_add(its_share->table, all->context, plan, dst))
        return SOW_OK;
    sow_status status = SOW_OK;
    if (its_share->table != NULL)
        status = launch_table(all, its_share, plan->distribution, plan->dtype);
    if (status == SOW_OK)
        status = sowi_table_take(all->context, &its_share->table);
    if (status != SOW_OK)
        return status;
    const bool added = sowi_table_add(its_share->table, all->context, plan, dst);
    assert(added); /* what fits, fits into an empty table */
    (void)added;
    return SOW_OK;
}

static sow_status enqueue_all(batch *all, const sow_batch_item *items, size_t count)
{
    sow_status status = SOW_OK;
    for (size_t i = 0; i < count; i++) {
        if (items[i].plan->count == 0)
            continue;
        if (goes_into_table(all, items[i].plan))
            SOWI_TRY(status, add_to_table(all, &items[i]));
        else
            SOWI_TRY(status, fill_alone(all, &items[i]));
    }
    for (int i = 0; i < SOWI_DISTRIBUTION_COUNT; i++)
        for (int j = 0; j < SOWI_DTYPE_COUNT; j++)
            if (all->shares[i][j].table != NULL)
                SOWI_TRY(status,
                         launch_table(all, &all->shares[i][j], (sow_distribution)i, (sow_dtype)j));
done:
    for (int i = 0; i < SOWI_DISTRIBUTION_COUNT; i++)
        for (int j = 0; j < SOWI_DTYPE_COUNT; j++)
            sowi_table_return(all->context, all->shares[i][j].table);
    return status;
}

sow_status sow_fill_batch(sow_context *context, cl_command_queue queue, cl_mem buffer,
                          const sow_batch_item *items, size_t count, cl_uint num_wait,
                          const cl_event *wait, cl_event *event)
{
    uint64_t size_bytes;
    if (event != NULL)
        *event = NULL;
    if (context == NULL || queue == NULL || buffer == NULL || (items == NULL && count > 0) ||
        (num_wait == 0) != (wait == NULL))
        return SOW_ERR_ARGUMENT;
    batch all = {context, queue, buffer, num_wait, wait, NULL, {{{0, 0, NULL}}}};
    sow_status status = sowi_check_queue(context, queue);
    if (status == SOW_OK)
        status = sowi_check_buffer(context, buffer, &size_bytes);
    if (status == SOW_OK)
        status = count_items(&all, items, count, size_bytes);
    if (status == SOW_OK)
        status = prepare_programs(&all);
    if (status == SOW_OK)
        status = prepare_items(&all, items, count);
    if (status != SOW_OK)
        return status;
    status = enqueue_all(&all, items, count);
    if (status == SOW_OK && all.last == NULL)
        return sowi_fill_nothing(queue, num_wait, wait, event);
    if (status == SOW_OK && event != NULL)
        *event = all.last;
    else if (all.last != NULL)
        (void)clReleaseEvent(all.last);
    return status;
}
