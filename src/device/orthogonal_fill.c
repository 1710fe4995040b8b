#include "orthogonal_fill.h"

#include "blas.h"
#include "blas_test.h"
#include "fail.h"
#include "kernel_pool.h"
#include "orthogonal.h"
#include "orthogonal_make.h"
#include "self_test.h"
#include "self_test_run.h"

/* Workspace of matrices that are made at once; one always is. */
#define WORK_BYTES_MOST ((uint64_t)64 << 20)

/* ---- A fill ---- */

/* Bytes of workspace that a matrix takes. */
static uint64_t bytes_of_one(const sowi_making *with)
{
    const sowk_orthogonal_job *job = &with->job;
    return (job->work_stride + (with->pick != NULL ? job->matrix_stride : 0)) *
           sowi_making_real_size(with);
}

/* How many of `count` matrices a workspace of so many bytes holds, at least one. */
static uint64_t matrices_at_once(const sowi_making *with, uint64_t count, uint64_t size_bytes)
{
    uint64_t at_once = size_bytes / bytes_of_one(with);
    at_once = at_once < with->job.matrices ? at_once : with->job.matrices;
    at_once = at_once < count ? at_once : count;
    return at_once == 0 ? 1 : at_once;
}

static void choose_at_once(sowi_making *with, uint64_t count)
{
    const sowi_workspace *of = &with->maker->workspace;
    const uint64_t most = of->given ? of->size_bytes : WORK_BYTES_MOST;
    with->job.matrices = (uint32_t)matrices_at_once(with, count, most);
}

/* The chain's first command comes after the workspace's last use. */
static sow_status follow_last_use(sowi_making *with)
{
    const sowi_workspace *of = &with->maker->workspace;
    if (of->last == NULL || (of->queue == with->chain.queue && with->chain.in_order))
        return SOW_OK;
    sow_status status = SOW_OK;
    if (of->queue != with->chain.queue)
        SOWI_TRY(status, clFlush(of->queue)); /* what it waits for must be on its way */
    SOWI_TRY(status, sowi_chain_join(&with->chain, of->last));
done:
    return status;
}

static sow_status set_up(sowi_making *with)
{
    const sow_plan *plan = with->plan;
    sowi_matrix_kernels *kernels;
    sowi_pick_kernel *picker;
    sow_status status;
    SOWI_TRY(status, sowi_matrix_kernels_make(with->maker, sowi_orthogonal_real(plan), &kernels));
    with->kernels = kernels;
    if (!sowi_orthogonal_is_whole(plan)) {
        SOWI_TRY(status, sowi_pick_kernel_make(with->maker, plan->dtype, &picker));
        with->pick = picker;
    }
    sowi_orthogonal_job_make(&with->job, plan, sowi_making_is_cut(with->maker->context));
done:
    return status;
}

static sow_status enqueue(sowi_making *with, uint64_t first, uint64_t count)
{
    sow_status status = SOW_OK;
    if (count == 0) /* zeros beside the matrices; no source is read */
        return sowi_making_pick(with, 0, 0, true);
    SOWI_TRY(status, follow_last_use(with));
    SOWI_TRY(status, sowi_make_all(with, first, count));
    SOWI_TRY(status, sowi_workspace_used(with->maker, with->chain.queue, with->chain.last));
done:
    /* nothing that is enqueued may meet the workspace's next user */
    if (status != SOW_OK && clFinish(with->chain.queue) != CL_SUCCESS)
        sowi_workspace_abandon(with->maker);
    return status;
}

static sow_status fill_for_test(void *with, cl_command_queue queue, cl_mem buffer,
                                const sow_plan *plan);

/* A way under test. */
typedef struct tested {
    sowi_matrix_maker *maker;
    sowi_way by;
} tested;

static sow_status test_blas(sowi_matrix_maker *maker, const sow_plan *plan)
{
    const bool has_tiles = maker->kernels[sowi_orthogonal_real(plan) == SOW_F64].tile != NULL;
    const sowi_workspace kept = sowi_workspace_set_aside(maker);
    const sow_status status =
        sowi_blas_test(maker->context, plan, fill_for_test, &(tested){maker, SOWI_WAY_BLAS},
                       &(tested){maker, has_tiles ? SOWI_WAY_TILES : SOWI_WAY_STEPS});
    sowi_workspace_put_back(maker, &kept);
    return status;
}

/* CLBlast takes other kernels for larger products, so one as large as the plan's, or larger, must have passed. */
static sow_status prove_blas(sowi_making *with)
{
    const sow_matrices *of = &with->plan->matrices;
    const sow_dtype real = sowi_orthogonal_real(with->plan);
    uint64_t *proved = &with->maker->proved[real == SOW_F64][of->transposed != 0];
    const uint64_t size = of->rows * of->columns * with->job.block;
    if (size <= *proved || !with->maker->context->self_test)
        return SOW_OK;
    const sow_tensor tensor = {.dtype = real,
                               .rank = 2,
                               .shape = {of->transposed ? of->columns : of->rows,
                                         of->transposed ? of->rows : of->columns}};
    const sow_initializer orthogonal = sow_orthogonal(1, 0);
    sow_plan plan;
    sow_status status;
    SOWI_TRY(status, sow_plan_make(&plan, &tensor, &orthogonal, (sow_key){0, 0}, NULL));
    SOWI_TRY(status, test_blas(with->maker, &plan));
    *proved = size;
done:
    return status;
}

/* Whether CLBlast reaches all that it has to, and can be trusted. */
static sow_status check_blas(sowi_making *with, uint64_t count)
{
    const uint64_t work = with->job.matrices * bytes_of_one(with) / sowi_making_real_size(with);
    const uint64_t made = with->offset_elems + count * with->job.matrix_stride;
    if (!sowi_blas_reaches(work) || (with->pick == NULL && !sowi_blas_reaches(made)))
        return SOW_ERR_CLBLAST_SIZE;
    return with->by == SOWI_WAY_BEST ? prove_blas(with) : SOW_OK;
}

/* All checks, and the workspace, for count > 0 matrices. */
static sow_status get_ready(sowi_making *with, uint64_t count)
{
    sow_status status = SOW_OK;
    choose_at_once(with, count);
    if (sowi_making_takes_blas(with))
        SOWI_TRY(status, check_blas(with, count));
    status = sowi_workspace_reserve(with->maker, with->job.matrices * bytes_of_one(with));
done:
    return status;
}

/* Maker taken. */
static sow_status fill(sowi_matrix_maker *maker, sowi_way by, cl_command_queue queue, cl_mem buffer,
                       uint64_t offset_elems, const sow_plan *plan, cl_uint num_wait,
                       const cl_event *wait, cl_event *event)
{
    sowi_making with = {
        .maker = maker, .by = by, .buffer = buffer, .offset_elems = offset_elems, .plan = plan};
    uint64_t first, count;
    sow_status status;
    sowi_orthogonal_touched(plan, &first, &count);
    SOWI_TRY(status, set_up(&with));
    if (count > 0)
        SOWI_TRY(status, get_ready(&with, count));
    SOWI_TRY(status, sowi_chain_begin(&with.chain, queue, num_wait, wait));
    with.a = with.pick != NULL ? maker->workspace.memory : buffer;
    SOWI_TRY(status, enqueue(&with, first, count));
    if (event != NULL) {
        *event = with.chain.last;
        with.chain.last = NULL;
    }
done:
    sowi_chain_end(&with.chain);
    return status;
}

sow_status sow_context_workspace_size(sow_context *context, const sow_plan *plan,
                                      uint64_t *size_bytes)
{
    if (context == NULL || plan == NULL || size_bytes == NULL)
        return SOW_ERR_ARGUMENT;
    uint64_t first, count = 0, bytes = 0;
    sowi_making with = {.plan = plan};
    if (plan->distribution == SOW_DIST_ORTHOGONAL && plan->count > 0)
        sowi_orthogonal_touched(plan, &first, &count);
    if (count > 0) {
        sow_status status = sowi_matrix_maker_take(context, &with.maker);
        if (status != SOW_OK)
            return status;
        status = set_up(&with);
        sowi_matrix_maker_return(context);
        if (status != SOW_OK)
            return status;
        bytes = matrices_at_once(&with, count, WORK_BYTES_MOST) * bytes_of_one(&with);
    }
    *size_bytes = bytes;
    return SOW_OK;
}

/* ---- Tests ---- */

static sow_status fill_for_test(void *with, cl_command_queue queue, cl_mem buffer,
                                const sow_plan *plan)
{
    const tested *one = with;
    return fill(one->maker, one->by, queue, buffer, 0, plan, 0, NULL, NULL);
}

/* In a workspace of the test's own: the caller's may be made for smaller matrices. */
static sow_status test(sowi_matrix_maker *maker, sowi_way by, sow_dtype dtype)
{
    sowi_self_test made;
    if (!sowi_self_test_make(&made, SOW_DIST_ORTHOGONAL, dtype))
        return SOW_ERR_DTYPE;
    if (by == SOWI_WAY_BLAS)
        return test_blas(maker, &made.plan);
    const sowi_workspace kept = sowi_workspace_set_aside(maker);
    const sow_status status =
        sowi_self_test_run(maker->context, &made, fill_for_test, &(tested){maker, by});
    sowi_workspace_put_back(maker, &kept);
    return status;
}

/* Tests each way of a type that the device may take. */
static sow_status prepare_kernels(sowi_matrix_maker *maker, sow_dtype real)
{
    sowi_matrix_kernels *kernels;
    sow_status status;
    SOWI_TRY(status, sowi_matrix_kernels_make(maker, real, &kernels));
    if (!kernels->tested && maker->context->self_test) {
        SOWI_TRY(status, test(maker, SOWI_WAY_GROUPS, real));
        SOWI_TRY(status, test(maker, SOWI_WAY_STEPS, real));
        if (kernels->tile != NULL)
            SOWI_TRY(status, test(maker, SOWI_WAY_TILES, real));
        if (maker->context->engine == SOW_ENGINE_CLBLAST)
            SOWI_TRY(status, test(maker, SOWI_WAY_BLAS, real));
    }
    kernels->tested = true;
done:
    return status;
}

/* Tests the picking of a dtype; that of a type that is computed in copies bits. */
static sow_status prepare_pick(sowi_matrix_maker *maker, sow_dtype dtype, sow_dtype real)
{
    sowi_pick_kernel *picker;
    sow_status status;
    SOWI_TRY(status, sowi_pick_kernel_make(maker, dtype, &picker));
    if (!picker->tested && maker->context->self_test && dtype != real)
        SOWI_TRY(status, test(maker, SOWI_WAY_BEST, dtype));
    picker->tested = true;
done:
    return status;
}

static sow_status prepare(sowi_matrix_maker *maker, sow_dtype dtype, bool picks)
{
    const sow_dtype real = dtype == SOW_F64 ? SOW_F64 : SOW_F32;
    const sow_status status = prepare_kernels(maker, real);
    return status == SOW_OK && picks ? prepare_pick(maker, dtype, real) : status;
}

/* Maker taken. */
static sow_status prepare_plan(sowi_matrix_maker *maker, const sow_plan *plan)
{
    sowi_making with = {.maker = maker, .by = SOWI_WAY_BEST, .plan = plan};
    uint64_t first, count;
    sow_status status = prepare(maker, plan->dtype, !sowi_orthogonal_is_whole(plan));
    sowi_orthogonal_touched(plan, &first, &count);
    if (status != SOW_OK || count == 0)
        return status;
    SOWI_TRY(status, set_up(&with));
    SOWI_TRY(status, get_ready(&with, count));
    if (!sowi_making_takes_groups(&with)) {
        const sow_plan normals = sowi_orthogonal_normals(plan, first, with.job.matrices);
        SOWI_TRY(status, sowi_program_prepare(maker->context, SOWI_ONE, normals.distribution,
                                              normals.dtype));
    }
done:
    return status;
}

sow_status sowi_orthogonal_prepare(sow_context *context, sow_dtype dtype, const sow_plan *plan)
{
    sowi_matrix_maker *maker;
    sow_status status = sowi_matrix_maker_take(context, &maker);
    if (status != SOW_OK)
        return status;
    status = plan != NULL ? prepare_plan(maker, plan) : prepare(maker, dtype, true);
    sowi_matrix_maker_return(context);
    return status;
}

sow_status sowi_orthogonal_fill(sow_context *context, cl_command_queue queue, cl_mem buffer,
                                uint64_t offset_elems, const sow_plan *plan, cl_uint num_wait,
                                const cl_event *wait, cl_event *event)
{
    sowi_matrix_maker *maker;
    sow_status status = sowi_matrix_maker_take(context, &maker);
    if (status != SOW_OK)
        return status;
    status = prepare(maker, plan->dtype, !sowi_orthogonal_is_whole(plan));
    if (status == SOW_OK)
        status =
            fill(maker, SOWI_WAY_BEST, queue, buffer, offset_elems, plan, num_wait, wait, event);
    sowi_matrix_maker_return(context);
    return status;
}
