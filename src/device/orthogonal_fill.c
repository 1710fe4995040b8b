#include "orthogonal_fill.h"

#include "blas.h"
#include "blas_test.h"
#include "chain.h"
#include "fail.h"
#include "job.h"
#include "launch.h"
#include "matrix_maker.h"
#include "orthogonal.h"
#include "program.h"
#include "self_test.h"
#include "self_test_run.h"

/* Workspace of matrices that are made at once; one always is. */
#define WORK_BYTES_MOST ((uint64_t)64 << 20)

/* Matrices up to this side are made by one work-group each, and on processors larger ones too where there are enough of
 * them. */
enum { ONE_GROUP_SIDE = 128, ONE_GROUP_SIDE_OF_MANY = 512, MANY_PER_UNIT = 4 };

/* More rows are too many turns of a loop for one work-item of a device that cuts its work. */
enum { ONE_GROUP_ROWS = 2048 };

/* Work-items of a group that makes a matrix. */
enum { WHOLE_LOCAL_SIZE = 256 };

/* A side of products that tile kernels are worth starting for, and their tiles'. */
enum { TILED_LEAST = 32, TILE_SIDE = 64, TILE_ITEMS = 16 };

/* How matrices are made; no way but WAY_BLAS changes a bit. */
typedef enum way { WAY_BEST, WAY_GROUPS, WAY_STEPS, WAY_TILES, WAY_BLAS } way;

/* A fill under way. */
typedef struct making {
    sowi_matrix_maker *maker;
    const sowi_matrix_kernels *kernels;
    const sowi_pick_kernel *pick; /* NULL: matrices are made where they go */
    sowi_chain chain;
    cl_mem buffer; /* of the caller */
    uint64_t offset_elems;
    const sow_plan *plan;
    sowk_orthogonal_job job;
    way by;
    cl_mem a; /* where the job's matrices are made */
} making;

static size_t real_size(const making *with)
{
    return sow_dtype_size(sowi_orthogonal_real(with->plan));
}

/* Whether long sums are cut into chunks: work-items of one lane are many and slow, and Mesa's llvmpipe silently ends the loops
 * of one after 2^16 turns. */
static bool is_cut(const sow_context *context)
{
    return context->lanes == 1;
}

/* Columns of a step's tile: two vectors of kernels/real.clh. */
static uint32_t strip_of(const making *with)
{
    return with->maker->context->lanes == 1 ? 2 : 64 / (uint32_t)real_size(with);
}

static cl_int launch(making *with, cl_kernel kernel, cl_uint dimensions, const size_t *global,
                     const size_t *local, bool is_last)
{
    sowi_chain *chain = &with->chain;
    cl_event event;
    const cl_int code = clEnqueueNDRangeKernel(
        chain->queue, kernel, dimensions, NULL, global, local, sowi_chain_num_wait(chain),
        sowi_chain_wait(chain), sowi_chain_event(chain, &event, is_last));
    if (code == CL_SUCCESS)
        sowi_chain_follow(chain, event);
    return code;
}

/* Work-items of a group: those of a processor do tiles of eight lanes, and one is enough. */
static size_t group_size(const making *with, size_t wanted)
{
    const sow_context *context = with->maker->context;
    if (context->lanes != 1)
        return 1;
    return wanted < context->local_size ? wanted : context->local_size;
}

static cl_int set_job(making *with, cl_kernel kernel)
{
    cl_int code;
    SOWI_TRY(code, clSetKernelArg(kernel, 0, sizeof with->a, &with->a));
    SOWI_TRY(code, clSetKernelArg(kernel, 1, sizeof with->maker->workspace.memory,
                                  &with->maker->workspace.memory));
    SOWI_TRY(code, clSetKernelArg(kernel, 2, sizeof with->job, &with->job));
done:
    return code;
}

/* ---- Ways ---- */

/* The draws of the job's matrices, which are the plan's from `first` on, too. */
static cl_int make_by_groups(making *with, uint64_t first, bool is_last)
{
    cl_kernel kernel = with->kernels->whole;
    const size_t local = group_size(with, WHOLE_LOCAL_SIZE);
    const size_t global = local * with->job.matrices;
    const sow_plan normals = sowi_orthogonal_normals(with->plan, first, with->job.matrices);
    sowk_job draws;
    cl_int code;
    sowi_job_make(&draws, &normals, with->maker->context->lanes, with->job.first);
    SOWI_TRY(code, set_job(with, kernel));
    SOWI_TRY(code, clSetKernelArg(kernel, 3, sizeof draws, &draws));
    SOWI_TRY(code, launch(with, kernel, 1, &global, &local, is_last));
done:
    return code;
}

/* The product of a step, of all panels for the grams. */
static sowk_extent product_of(const sowk_orthogonal_job *job, uint32_t step, uint32_t panel)
{
    if (step == SOWK_STEP_GRAMS)
        return (sowk_extent){job->block, job->block, job->rows};
    return sowk_step_extent(job, step, panel);
}

/* Into how many chunks the terms of a step's product are cut, which are then summed apart. */
static cl_uint chunks_of(const making *with, uint32_t step, uint32_t panel)
{
    if (!is_cut(with->maker->context) || (step != SOWK_STEP_GRAMS && step != SOWK_STEP_PROJECT))
        return 1;
    const uint32_t depth = product_of(&with->job, step, panel).depth;
    return depth > SOWK_SUM_CHUNK ? sowk_ceil(depth, SOWK_SUM_CHUNK) : 1;
}

static cl_int run_step(making *with, uint32_t step, uint32_t panel, bool is_last)
{
    cl_kernel kernel = with->kernels->step;
    const cl_uint chunks = chunks_of(with, step, panel);
    const uint64_t tiles = (uint64_t)with->job.matrices * chunks *
                           sowk_step_tiles(&with->job, strip_of(with), step, panel);
    const size_t local = group_size(with, with->maker->context->local_size);
    const size_t global = (size_t)((tiles + local - 1) / local * local);
    cl_int code = CL_SUCCESS;
    if (tiles == 0)
        return CL_SUCCESS;
    SOWI_TRY(code, set_job(with, kernel));
    SOWI_TRY(code, clSetKernelArg(kernel, 3, sizeof step, &step));
    SOWI_TRY(code, clSetKernelArg(kernel, 4, sizeof panel, &panel));
    SOWI_TRY(code, clSetKernelArg(kernel, 5, sizeof chunks, &chunks));
    SOWI_TRY(code, launch(with, kernel, 1, &global, &local, is_last));
done:
    return code;
}

/* After a step that was cut into chunks. */
static cl_int gather(making *with, uint32_t step, uint32_t panel)
{
    if (chunks_of(with, step, panel) == 1)
        return CL_SUCCESS;
    return run_step(with, step == SOWK_STEP_GRAMS ? SOWK_STEP_GATHER_GRAMS : SOWK_STEP_GATHER,
                    panel, false);
}

static bool is_worth_tiles(const making *with, uint32_t step, sowk_extent extent)
{
    if (step != SOWK_STEP_GRAMS && step < SOWK_STEP_PROJECT)
        return false;
    if (with->kernels->tile == NULL || with->by == WAY_STEPS || extent.rows == 0 ||
        extent.columns == 0)
        return false;
    return with->by == WAY_TILES || (extent.rows >= TILED_LEAST && extent.columns >= TILED_LEAST);
}

static size_t tiles_along(uint32_t count)
{
    return sowk_ceil(count, TILE_SIDE);
}

static cl_int run_tiles(making *with, uint32_t step, uint32_t panel, sowk_extent extent,
                        bool is_last)
{
    cl_kernel kernel = with->kernels->tile;
    const cl_uint chunks = chunks_of(with, step, panel);
    const cl_uint parts = step == SOWK_STEP_GRAMS ? with->job.panels * chunks : chunks;
    const size_t local[3] = {TILE_ITEMS, TILE_ITEMS, 1};
    const size_t global[3] = {tiles_along(extent.columns) * TILE_ITEMS,
                              tiles_along(extent.rows) * TILE_ITEMS,
                              (size_t)with->job.matrices * parts};
    cl_int code;
    SOWI_TRY(code, set_job(with, kernel));
    SOWI_TRY(code, clSetKernelArg(kernel, 3, sizeof step, &step));
    SOWI_TRY(code, clSetKernelArg(kernel, 4, sizeof panel, &panel));
    SOWI_TRY(code, clSetKernelArg(kernel, 5, sizeof parts, &parts));
    SOWI_TRY(code, clSetKernelArg(kernel, 6, sizeof chunks, &chunks));
    SOWI_TRY(code, launch(with, kernel, 3, global, local, is_last));
done:
    return code;
}

/* A step by our kernels. */
static cl_int run_exact(making *with, sowk_orthogonal_cursor at, bool is_last)
{
    const sowk_extent extent = product_of(&with->job, at.step, at.panel);
    const cl_int code = is_worth_tiles(with, at.step, extent)
                            ? run_tiles(with, at.step, at.panel, extent, is_last)
                            : run_step(with, at.step, at.panel, is_last);
    return code == CL_SUCCESS ? gather(with, at.step, at.panel) : code;
}

static cl_int make_by_steps(making *with, bool is_last)
{
    sowk_orthogonal_cursor at = sowk_orthogonal_begin(&with->job);
    cl_int code = CL_SUCCESS;
    bool more = true;
    while (more && code == CL_SUCCESS) {
        const sowk_orthogonal_cursor now = at;
        more = sowk_orthogonal_next(&at);
        code = run_exact(with, now, is_last && !more);
    }
    return code;
}

/* A step's product by CLBlast. */
static sow_status run_blas(making *with, sowk_orthogonal_cursor at, bool is_last)
{
    const sowi_blas_memory memory = {with->a, with->maker->workspace.memory, with->job.first,
                                     with->job.work};
    const sowk_factors factors = sowk_step_factors(&with->job, at.step, at.panel);
    if (factors.rows == 0 || factors.columns == 0)
        return SOW_OK;
    return sowi_blas_multiply(&with->job, sowi_orthogonal_real(with->plan), &factors, &memory,
                              &with->chain, is_last);
}

/* Not the grams: they are many small products of long sums, on which the result's accuracy hangs. Our kernels compute them
 * at once and better. */
static sow_status make_by_blas(making *with, bool is_last)
{
    sowk_orthogonal_cursor at = sowk_orthogonal_begin(&with->job);
    sow_status status = SOW_OK;
    bool more = true;
    while (more && status == SOW_OK) {
        const sowk_orthogonal_cursor now = at;
        more = sowk_orthogonal_next(&at);
        if (now.step == SOWK_STEP_UPDATE)
            SOWI_TRY(status, run_step(with, SOWK_STEP_PLACE, now.panel, false));
        if (now.step >= SOWK_STEP_PROJECT)
            status = run_blas(with, now, is_last && !more);
        else
            status = run_exact(with, now, false);
    }
done:
    return status;
}

/* CLBlast takes matrices one by one, which is worth it for large ones. By the plan, not the job: slices hold the whole
 * tensor's bits. */
static bool goes_by_blas(const making *with)
{
    const uint64_t side = with->plan->matrices.count == 1 ? ONE_GROUP_SIDE : ONE_GROUP_SIDE_OF_MANY;
    if (with->by != WAY_BEST)
        return with->by == WAY_BLAS;
    return with->maker->context->engine == SOW_ENGINE_CLBLAST &&
           with->job.matrix_stride > side * side;
}

static bool goes_by_groups(const making *with)
{
    const sowk_orthogonal_job *job = &with->job;
    const uint64_t elements = job->matrix_stride;
    const uint64_t many = (uint64_t)MANY_PER_UNIT * with->maker->compute_units;
    if (with->by != WAY_BEST)
        return with->by == WAY_GROUPS;
    if (elements <= (uint64_t)ONE_GROUP_SIDE * ONE_GROUP_SIDE)
        return job->rows <= ONE_GROUP_ROWS || !is_cut(with->maker->context);
    return job->matrices >= many && !is_cut(with->maker->context) &&
           elements <= (uint64_t)ONE_GROUP_SIDE_OF_MANY * ONE_GROUP_SIDE_OF_MANY;
}

/* ---- Matrices ---- */

static sow_status draw_normals(making *with, uint64_t first)
{
    sow_context *context = with->maker->context;
    const sow_plan normals = sowi_orthogonal_normals(with->plan, first, with->job.matrices);
    cl_kernel kernel;
    sow_status status =
        sowi_kernel_take(context, SOWI_ONE, normals.distribution, normals.dtype, &kernel);
    if (status != SOW_OK)
        return status;
    sowi_chain *chain = &with->chain;
    cl_event event;
    status = sowi_launch(context, kernel, chain->queue, with->a, with->job.first, &normals,
                         sowi_chain_num_wait(chain), sowi_chain_wait(chain),
                         sowi_chain_event(chain, &event, false));
    sowi_kernel_return(context, SOWI_ONE, normals.distribution, normals.dtype, kernel);
    if (status == SOW_OK)
        sowi_chain_follow(chain, event);
    return status;
}

/* The part of a plan that its matrices [first, first + count) can be in: of a single row just theirs. */
static sow_plan part_of(const sow_plan *plan, uint64_t first, uint64_t count)
{
    sow_plan part = *plan;
    if (plan->outer_rank != 0 || plan->matrices.count == 1)
        return part;
    const uint64_t one = plan->matrices.rows * plan->matrices.columns;
    const uint64_t begin = plan->first + plan->begin, end = begin + plan->count;
    const uint64_t low = first * one > begin ? first * one : begin;
    const uint64_t high = (first + count) * one < end ? (first + count) * one : end;
    const sow_status status = sow_plan_slice(&part, low - begin, high - low);
    (void)status; /* within the plan: these are matrices that it touches */
    return part;
}

static sow_status pick(making *with, uint64_t first, uint64_t count, bool is_last)
{
    const sow_context *context = with->maker->context;
    cl_kernel kernel = with->pick->kernel;
    const sow_plan part = part_of(with->plan, first, count);
    sowk_job job;
    sowi_pick_job_make(&job, &part, first, count, with->job.first,
                       with->offset_elems + (part.begin - with->plan->begin));
    const size_t local = context->local_size;
    const size_t global = (size_t)((part.count + local - 1) / local * local);
    sow_status status;
    SOWI_TRY(status, clSetKernelArg(kernel, 0, sizeof with->buffer, &with->buffer));
    SOWI_TRY(status, clSetKernelArg(kernel, 1, sizeof with->maker->workspace.memory,
                                    &with->maker->workspace.memory));
    SOWI_TRY(status, clSetKernelArg(kernel, 2, sizeof job, &job));
    SOWI_TRY(status, launch(with, kernel, 1, &global, &local, is_last));
done:
    return status;
}

/* The plan's matrices [first, first + job.matrices). */
static sow_status make(making *with, uint64_t first, bool is_last)
{
    const bool apart = with->pick != NULL;
    sow_status status;
    if (goes_by_blas(with)) {
        SOWI_TRY(status, draw_normals(with, first));
        SOWI_TRY(status, make_by_blas(with, is_last && !apart));
    } else if (goes_by_groups(with)) {
        SOWI_TRY(status, make_by_groups(with, first, is_last && !apart));
    } else {
        SOWI_TRY(status, draw_normals(with, first));
        SOWI_TRY(status, make_by_steps(with, is_last && !apart));
    }
    if (apart)
        SOWI_TRY(status, pick(with, first, with->job.matrices, is_last));
done:
    return status;
}

/* As many matrices at once as the workspace holds. */
static sow_status make_all(making *with, uint64_t first, uint64_t count)
{
    const uint64_t at_once = with->job.matrices;
    for (uint64_t done = 0; done < count; done += at_once) {
        const uint64_t left = count - done;
        with->job.matrices = (uint32_t)(left < at_once ? left : at_once);
        with->job.work = 0;
        if (with->pick != NULL)
            with->job.first = at_once * with->job.work_stride;
        else
            with->job.first = with->offset_elems + done * with->job.matrix_stride;
        const sow_status status = make(with, first + done, done + at_once >= count);
        if (status != SOW_OK)
            return status;
    }
    return SOW_OK;
}

/* ---- A fill ---- */

/* Bytes of workspace that a matrix takes. */
static uint64_t bytes_of_one(const making *with)
{
    const sowk_orthogonal_job *job = &with->job;
    return (job->work_stride + (with->pick != NULL ? job->matrix_stride : 0)) * real_size(with);
}

/* How many of `count` matrices a workspace of so many bytes holds, at least one. */
static uint64_t matrices_at_once(const making *with, uint64_t count, uint64_t size_bytes)
{
    uint64_t at_once = size_bytes / bytes_of_one(with);
    at_once = at_once < with->job.matrices ? at_once : with->job.matrices;
    at_once = at_once < count ? at_once : count;
    return at_once == 0 ? 1 : at_once;
}

static void choose_at_once(making *with, uint64_t count)
{
    const sowi_workspace *of = &with->maker->workspace;
    const uint64_t most = of->given ? of->size_bytes : WORK_BYTES_MOST;
    with->job.matrices = (uint32_t)matrices_at_once(with, count, most);
}

/* The chain's first command comes after the workspace's last use. */
static sow_status follow_last_use(making *with)
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

static sow_status set_up(making *with)
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
    sowi_orthogonal_job_make(&with->job, plan, is_cut(with->maker->context));
done:
    return status;
}

static sow_status enqueue(making *with, uint64_t first, uint64_t count)
{
    sow_status status = SOW_OK;
    if (count == 0) /* zeros beside the matrices; no source is read */
        return pick(with, 0, 0, true);
    SOWI_TRY(status, follow_last_use(with));
    SOWI_TRY(status, make_all(with, first, count));
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
    way by;
} tested;

static sow_status test_blas(sowi_matrix_maker *maker, const sow_plan *plan)
{
    const bool has_tiles = maker->kernels[sowi_orthogonal_real(plan) == SOW_F64].tile != NULL;
    const sowi_workspace kept = sowi_workspace_set_aside(maker);
    const sow_status status =
        sowi_blas_test(maker->context, plan, fill_for_test, &(tested){maker, WAY_BLAS},
                       &(tested){maker, has_tiles ? WAY_TILES : WAY_STEPS});
    sowi_workspace_put_back(maker, &kept);
    return status;
}

/* CLBlast takes other kernels for larger products, so one as large as the plan's, or larger, must have passed. */
static sow_status prove_blas(making *with)
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
static sow_status check_blas(making *with, uint64_t count)
{
    const uint64_t work = with->job.matrices * bytes_of_one(with) / real_size(with);
    const uint64_t made = with->offset_elems + count * with->job.matrix_stride;
    if (!sowi_blas_reaches(work) || (with->pick == NULL && !sowi_blas_reaches(made)))
        return SOW_ERR_CLBLAST_SIZE;
    return with->by == WAY_BEST ? prove_blas(with) : SOW_OK;
}

/* All checks, and the workspace, for count > 0 matrices. */
static sow_status get_ready(making *with, uint64_t count)
{
    sow_status status = SOW_OK;
    choose_at_once(with, count);
    if (goes_by_blas(with))
        SOWI_TRY(status, check_blas(with, count));
    status = sowi_workspace_reserve(with->maker, with->job.matrices * bytes_of_one(with));
done:
    return status;
}

/* Maker taken. */
static sow_status fill(sowi_matrix_maker *maker, way by, cl_command_queue queue, cl_mem buffer,
                       uint64_t offset_elems, const sow_plan *plan, cl_uint num_wait,
                       const cl_event *wait, cl_event *event)
{
    making with = {
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
    making with = {.plan = plan};
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
static sow_status test(sowi_matrix_maker *maker, way by, sow_dtype dtype)
{
    sowi_self_test made;
    if (!sowi_self_test_make(&made, SOW_DIST_ORTHOGONAL, dtype))
        return SOW_ERR_DTYPE;
    if (by == WAY_BLAS)
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
        SOWI_TRY(status, test(maker, WAY_GROUPS, real));
        SOWI_TRY(status, test(maker, WAY_STEPS, real));
        if (kernels->tile != NULL)
            SOWI_TRY(status, test(maker, WAY_TILES, real));
        if (maker->context->engine == SOW_ENGINE_CLBLAST)
            SOWI_TRY(status, test(maker, WAY_BLAS, real));
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
        SOWI_TRY(status, test(maker, WAY_BEST, dtype));
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
    making with = {.maker = maker, .by = WAY_BEST, .plan = plan};
    uint64_t first, count;
    sow_status status = prepare(maker, plan->dtype, !sowi_orthogonal_is_whole(plan));
    sowi_orthogonal_touched(plan, &first, &count);
    if (status != SOW_OK || count == 0)
        return status;
    SOWI_TRY(status, set_up(&with));
    SOWI_TRY(status, get_ready(&with, count));
    if (!goes_by_groups(&with)) /* the draws are launched apart */
        status = sowi_program_prepare(maker->context, SOWI_ONE, SOW_DIST_NORMAL,
                                      sowi_orthogonal_real(plan));
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
        status = fill(maker, WAY_BEST, queue, buffer, offset_elems, plan, num_wait, wait, event);
    sowi_matrix_maker_return(context);
    return status;
}
