#include "orthogonal_fill.h"

#include "blas.h"
#include "chain.h"
#include "fail.h"
#include "job.h"
#include "launch.h"
#include "matrix_maker.h"
#include "orthogonal.h"
#include "program.h"

/* Workspace of matrices that are made at once; one always is. */
#define WORK_BYTES_MOST ((uint64_t)64 << 20)

/* Matrices up to this side are made by one work-group each, and larger ones too where there are enough of them. */
enum { ONE_GROUP_SIDE = 128, ONE_GROUP_SIDE_OF_MANY = 512, MANY_PER_UNIT = 4 };

/* Work-items of a group that makes a matrix. */
enum { WHOLE_LOCAL_SIZE = 256 };

/* A side of products that tile kernels are worth starting for, and their tiles'. */
enum { TILED_LEAST = 32, TILE_SIDE = 64, TILE_ITEMS = 16 };

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
    sowi_way by;
    cl_mem a; /* where the job's matrices are made */
} making;

static size_t real_size(const making *with)
{
    return sow_dtype_size(sowi_orthogonal_real(with->plan));
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
    SOWI_TRY(code,
             clSetKernelArg(kernel, 1, sizeof with->maker->workspace, &with->maker->workspace));
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

static cl_int run_step(making *with, uint32_t step, uint32_t panel, bool is_last)
{
    cl_kernel kernel = with->kernels->step;
    const uint64_t tiles =
        (uint64_t)with->job.matrices * sowk_step_tiles(&with->job, strip_of(with), step, panel);
    const size_t local = group_size(with, with->maker->context->local_size);
    const size_t global = (size_t)((tiles + local - 1) / local * local);
    cl_int code = CL_SUCCESS;
    if (tiles == 0)
        return CL_SUCCESS;
    SOWI_TRY(code, set_job(with, kernel));
    SOWI_TRY(code, clSetKernelArg(kernel, 3, sizeof step, &step));
    SOWI_TRY(code, clSetKernelArg(kernel, 4, sizeof panel, &panel));
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

static bool is_worth_tiles(const making *with, uint32_t step, sowk_extent extent)
{
    if (step != SOWK_STEP_GRAMS && step < SOWK_STEP_PROJECT)
        return false;
    if (extent.rows == 0 || extent.columns == 0)
        return false;
    return with->by == SOWI_WAY_TILES ||
           (extent.rows >= TILED_LEAST && extent.columns >= TILED_LEAST);
}

static uint32_t tiles_along(uint32_t count)
{
    return sowk_ceil(count, TILE_SIDE);
}

/* Whether chunks of terms are summed apart: long sums of few elements leave a GPU's units idle. */
static bool is_chunked(const making *with, uint32_t step, sowk_extent extent)
{
    const uint64_t groups =
        (uint64_t)tiles_along(extent.rows) * tiles_along(extent.columns) * with->job.matrices;
    return step == SOWK_STEP_PROJECT && extent.depth > SOWK_SUM_CHUNK &&
           (with->by == SOWI_WAY_TILES || groups < 2 * (uint64_t)with->maker->compute_units);
}

static cl_int run_tiles(making *with, uint32_t step, uint32_t panel, sowk_extent extent,
                        bool is_last)
{
    cl_kernel kernel = with->kernels->tile;
    const cl_uint chunked = is_chunked(with, step, extent);
    const cl_uint parts = step == SOWK_STEP_GRAMS ? with->job.panels
                          : chunked               ? sowk_ceil(extent.depth, SOWK_SUM_CHUNK)
                                                  : 1;
    const size_t local[3] = {TILE_ITEMS, TILE_ITEMS, 1};
    const size_t global[3] = {(size_t)tiles_along(extent.columns) * TILE_ITEMS,
                              (size_t)tiles_along(extent.rows) * TILE_ITEMS,
                              (size_t)with->job.matrices * parts};
    cl_int code;
    SOWI_TRY(code, set_job(with, kernel));
    SOWI_TRY(code, clSetKernelArg(kernel, 3, sizeof step, &step));
    SOWI_TRY(code, clSetKernelArg(kernel, 4, sizeof panel, &panel));
    SOWI_TRY(code, clSetKernelArg(kernel, 5, sizeof parts, &parts));
    SOWI_TRY(code, clSetKernelArg(kernel, 6, sizeof chunked, &chunked));
    SOWI_TRY(code, launch(with, kernel, 3, global, local, is_last));
    if (chunked)
        SOWI_TRY(code, run_step(with, SOWK_STEP_GATHER, panel, false));
done:
    return code;
}

/* A step by our kernels. */
static cl_int run_exact(making *with, sowk_orthogonal_cursor at, bool is_last)
{
    const sowk_extent extent = product_of(&with->job, at.step, at.panel);
    if (with->kernels->tile != NULL && with->by != SOWI_WAY_STEPS &&
        is_worth_tiles(with, at.step, extent))
        return run_tiles(with, at.step, at.panel, extent, is_last);
    return run_step(with, at.step, at.panel, is_last);
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
    const sowi_blas_memory memory = {with->a, with->maker->workspace, with->job.first,
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
bool sowi_orthogonal_goes_by_blas(const sow_context *context, const sow_plan *plan)
{
    const sow_matrices *of = &plan->matrices;
    const uint64_t side = of->count == 1 ? ONE_GROUP_SIDE : ONE_GROUP_SIDE_OF_MANY;
    return context->engine == SOW_ENGINE_CLBLAST && of->rows * of->columns > side * side;
}

static bool goes_by_blas(const making *with)
{
    return with->by == SOWI_WAY_BEST
               ? sowi_orthogonal_goes_by_blas(with->maker->context, with->plan)
               : with->by == SOWI_WAY_BLAS;
}

static bool goes_by_groups(const making *with)
{
    const sowk_orthogonal_job *job = &with->job;
    const uint64_t elements = job->matrix_stride;
    const uint64_t many = (uint64_t)MANY_PER_UNIT * with->maker->compute_units;
    if (with->by != SOWI_WAY_BEST)
        return with->by == SOWI_WAY_GROUPS;
    return elements <= (uint64_t)ONE_GROUP_SIDE * ONE_GROUP_SIDE ||
           (job->matrices >= many &&
            elements <= (uint64_t)ONE_GROUP_SIDE_OF_MANY * ONE_GROUP_SIDE_OF_MANY);
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
    SOWI_TRY(status,
             clSetKernelArg(kernel, 1, sizeof with->maker->workspace, &with->maker->workspace));
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
    const sowi_matrix_maker *maker = with->maker;
    const uint64_t most = maker->given ? maker->workspace_bytes : WORK_BYTES_MOST;
    with->job.matrices = (uint32_t)matrices_at_once(with, count, most);
}

/* The chain's first command comes after the workspace's last use. */
static sow_status follow_last_use(making *with)
{
    sowi_matrix_maker *maker = with->maker;
    if (maker->last == NULL || (maker->queue == with->chain.queue && with->chain.in_order))
        return SOW_OK;
    sow_status status = SOW_OK;
    if (maker->queue != with->chain.queue)
        SOWI_TRY(status, clFlush(maker->queue)); /* what it waits for must be on its way */
    SOWI_TRY(status, sowi_chain_join(&with->chain, maker->last));
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
    sowi_orthogonal_job_make(&with->job, plan, kernels->tile != NULL);
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
    if (status != SOW_OK)
        (void)clFinish(
            with->chain.queue); /* nothing that is enqueued may meet the workspace's next user */
    return status;
}

/* Whether CLBlast reaches all that it has to. */
static bool blas_reaches(const making *with, uint64_t count)
{
    const uint64_t work = with->job.matrices * bytes_of_one(with) / real_size(with);
    const uint64_t made = with->offset_elems + count * with->job.matrix_stride;
    return sowi_blas_reaches(work) && (with->pick != NULL || sowi_blas_reaches(made));
}

/* The last checks, and the workspace, for count > 0 matrices. */
static sow_status get_ready(making *with, uint64_t count)
{
    choose_at_once(with, count);
    if (goes_by_blas(with) && !blas_reaches(with, count))
        return SOW_ERR_CLBLAST_SIZE;
    return sowi_workspace_reserve(with->maker, with->job.matrices * bytes_of_one(with));
}

sow_status sowi_orthogonal_make(sowi_matrix_maker *maker, sowi_way by, cl_command_queue queue,
                                cl_mem buffer, uint64_t offset_elems, const sow_plan *plan,
                                cl_uint num_wait, const cl_event *wait, cl_event *event)
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
    with.a = with.pick != NULL ? maker->workspace : buffer;
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
