#include "batch_table.h"

#include <stdlib.h>
#include <string.h>

#include "batch.clh"
#include "job.h"
#include "launch.h"
#include "structure.h"

_Static_assert(sizeof(sowk_row) == 5 * 8 + (20 + 6) * 4,
               "host and device must lay the struct out alike, without padding");

enum {
    ROW_WORDS = sizeof(sowk_row) / 8,
    WORDS_MAX = 8192,  /* of rows and parameters: 64 KiB, some 500 tensors */
    GROUPS_MAX = 4096, /* work-groups of a launch */
    ROW_GROUPS_MAX = 512,
    SETS_KEPT = 8 /* parameter sets that a new row is compared with */
};

struct sowi_table {
    sowi_table *next;
    cl_mem buffer;
    cl_event last; /* the last command that used the table; NULL: none yet */
    uint32_t words, groups, sets;
    uint32_t set_at
        [SETS_KEPT]; /* of the last parameter sets; the number `sets` is in place sets % SETS_KEPT */
    uint64_t word[WORDS_MAX + GROUPS_MAX / 2];
    uint32_t group_row[GROUPS_MAX];
};

/* ---- Rows ---- */

static uint32_t count_groups(const sow_context *context, uint64_t items)
{
    return (uint32_t)((items + context->batch_local_size - 1) / context->batch_local_size);
}

bool sowi_table_fits(const sow_context *context, const sow_plan *plan)
{
    /* The items that write least are those of f64, 2 elements a lane. With the usual local sizes these are
     * 2^16 elements: more take a CPU longer than a launch, and are work for all of a GPU. */
    const uint64_t most = ROW_GROUPS_MAX * (uint64_t)context->batch_local_size * 2 * context->lanes;
    return plan->distribution != SOW_DIST_ORTHOGONAL && !sowi_plan_is_written_over(plan) &&
           plan->outer_rank == 0 && plan->count <= most;
}

/* The word at which the plan's parameters begin, put in if they are not there; a constant has one, its bits. */
static uint32_t place_parameters(sowi_table *table, const sow_plan *plan)
{
    const bool constant = plan->distribution == SOW_DIST_CONSTANT;
    const uint32_t count = constant ? 1 : SOWK_PARAMETERS;
    const uint64_t *values = constant ? &plan->pattern : plan->param;
    for (uint32_t i = 0; i < SETS_KEPT && i < table->sets; i++)
        if (memcmp(&table->word[table->set_at[i]], values, count * sizeof *values) == 0)
            return table->set_at[i];
    const uint32_t at = table->words;
    memcpy(&table->word[at], values, count * sizeof *values);
    table->words += count;
    table->set_at[table->sets % SETS_KEPT] = at;
    table->sets++;
    return at;
}

static sowk_row make_row(const sow_context *context, const sow_plan *plan, uint64_t dst)
{
    if (plan->distribution == SOW_DIST_CONSTANT) {
        const uint64_t run = sowi_constant_run(context);
        return (sowk_row){
            .count = plan->count, .dst = dst, .items = (uint32_t)((plan->count + run - 1) / run)};
    }
    sowk_job job;
    sowi_job_make(&job, plan, context->lanes, dst);
    return (sowk_row){.first = job.first,
                      .count = job.run,
                      .dst = job.dst,
                      .whole_group = job.whole_group,
                      .whole_dst = job.whole_dst,
                      .keys = job.keys,
                      .items = (uint32_t)job.items,
                      .first_whole = (uint32_t)job.first_whole,
                      .wholes = (uint32_t)job.wholes};
}

bool sowi_table_add(sowi_table *table, const sow_context *context, const sow_plan *plan,
                    uint64_t dst)
{
    sowk_row row = make_row(context, plan, dst);
    const uint32_t groups = count_groups(context, row.items);
    if (table->words + SOWK_PARAMETERS + ROW_WORDS > WORDS_MAX ||
        table->groups + groups > GROUPS_MAX)
        return false;
    row.param = place_parameters(table, plan);
    row.first_group = table->groups;
    memcpy(&table->word[table->words], &row, sizeof row);
    for (uint32_t i = 0; i < groups; i++)
        table->group_row[table->groups++] = table->words;
    table->words += ROW_WORDS;
    return true;
}

/* ---- Launches ---- */

static void keep_last(sowi_table *table, cl_event last)
{
    if (table->last != NULL)
        (void)clReleaseEvent(table->last);
    table->last = last;
}

/* Appends the groups to the words and enqueues the copy of all; the copy is the table's last command. */
static cl_int enqueue_copy(sowi_table *table, cl_command_queue queue, cl_uint num_wait,
                           const cl_event *wait)
{
    const size_t groups_bytes = table->groups * sizeof table->group_row[0];
    memcpy(&table->word[table->words], table->group_row, groups_bytes);
    cl_event copied = NULL;
    const cl_int code = clEnqueueWriteBuffer(queue, table->buffer, CL_FALSE, 0,
                                             table->words * sizeof table->word[0] + groups_bytes,
                                             table->word, num_wait, wait, &copied);
    if (code == CL_SUCCESS)
        keep_last(table, copied);
    return code;
}

static cl_int set_arguments(const sowi_table *table, cl_kernel kernel, cl_mem buffer)
{
    const cl_ulong groups_at = table->words;
    cl_int code = clSetKernelArg(kernel, 0, sizeof buffer, &buffer);
    if (code == CL_SUCCESS)
        code = clSetKernelArg(kernel, 1, sizeof table->buffer, &table->buffer);
    if (code == CL_SUCCESS)
        code = clSetKernelArg(kernel, 2, sizeof groups_at, &groups_at);
    return code;
}

sow_status sowi_table_launch(sow_context *context, sowi_table *table, cl_kernel kernel,
                             cl_command_queue queue, cl_mem buffer, cl_uint num_wait,
                             const cl_event *wait, cl_event *event)
{
    *event = NULL;
    cl_int code = set_arguments(table, kernel, buffer);
    if (code == CL_SUCCESS)
        code = enqueue_copy(table, queue, num_wait, wait);
    if (code != CL_SUCCESS)
        return code;
    const size_t local = context->batch_local_size;
    const size_t global = table->groups * local;
    cl_event launched = NULL;
    code =
        clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, &local, 1, &table->last, &launched);
    if (code != CL_SUCCESS)
        return code;
    keep_last(table, launched);
    code = clRetainEvent(launched);
    if (code == CL_SUCCESS)
        *event = launched;
    return code;
}

/* ---- The context's tables ---- */

static bool is_idle(const sowi_table *table)
{
    cl_int status = CL_QUEUED;
    if (table->last == NULL)
        return true;
    return clGetEventInfo(table->last, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof status, &status,
                          NULL) == CL_SUCCESS &&
           status <= CL_COMPLETE; /* below it: ended by an error */
}

static void append(sow_context *context, sowi_table *table)
{
    table->next = NULL;
    if (context->last_table != NULL)
        context->last_table->next = table;
    else
        context->first_table = table;
    context->last_table = table;
}

static sowi_table *remove_first(sow_context *context)
{
    sowi_table *table = context->first_table;
    if (table == NULL)
        return NULL;
    context->first_table = table->next;
    if (context->first_table == NULL)
        context->last_table = NULL;
    return table;
}

/* Looks at few, so that the cost does not grow with their number; those that are in use go to the end. */
static sowi_table *find_idle(sow_context *context)
{
    enum { LOOKS = 4 };
    sowi_table *found = NULL;
    (void)pthread_mutex_lock(&context->table_lock);
    for (int i = 0; i < LOOKS && found == NULL && context->first_table != NULL; i++) {
        sowi_table *table = remove_first(context);
        if (is_idle(table))
            found = table;
        else
            append(context, table);
    }
    (void)pthread_mutex_unlock(&context->table_lock);
    return found;
}

static sow_status create(sow_context *context, sowi_table **out)
{
    sowi_table *made = malloc(sizeof *made);
    if (made == NULL)
        return SOW_ERR_NO_MEMORY;
    cl_int code;
    made->last = NULL;
    made->buffer = clCreateBuffer(context->context, CL_MEM_READ_ONLY | CL_MEM_HOST_WRITE_ONLY,
                                  sizeof made->word, NULL, &code);
    if (made->buffer == NULL) {
        free(made);
        return code;
    }
    *out = made;
    return SOW_OK;
}

sow_status sowi_table_take(sow_context *context, sowi_table **out)
{
    *out = find_idle(context);
    const sow_status status = *out != NULL ? SOW_OK : create(context, out);
    if (status == SOW_OK)
        (*out)->words = (*out)->groups = (*out)->sets = 0;
    return status;
}

void sowi_table_return(sow_context *context, sowi_table *table)
{
    if (table == NULL)
        return;
    (void)pthread_mutex_lock(&context->table_lock);
    append(context, table);
    (void)pthread_mutex_unlock(&context->table_lock);
}

static void CL_CALLBACK free_table(cl_event event, cl_int status, void *table)
{
    (void)event;
    (void)status;
    free(table);
}

/* OpenCL keeps the buffer as long as commands use it. The words that are copied to it are ours to keep. */
static void release(sowi_table *table)
{
    const cl_event last = table->last;
    (void)clReleaseMemObject(table->buffer);
    if (is_idle(table)) {
        free(table);
    } else if (clSetEventCallback(last, CL_COMPLETE, free_table, table) != CL_SUCCESS) {
        (void)clWaitForEvents(1, &last);
        free(table);
    }
    if (last != NULL)
        (void)clReleaseEvent(last);
}

void sowi_tables_release(sow_context *context)
{
    for (sowi_table *table; (table = remove_first(context)) != NULL;)
        release(table);
}
