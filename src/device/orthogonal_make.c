#include "orthogonal_make.h"

#include "blas.h"
#include "fail.h"
#include "job.h"
#include "kernel_pool.h"
#include "launch.h"
#include "orthogonal.h"

/* Matrices up to this side are made by one work-group each, and on processors larger ones too where there are enough of
 * them. */
enum { ONE_GROUP_SIDE = 128, ONE_GROUP_SIDE_OF_MANY = 512, MANY_PER_UNIT = 4 };

/* More rows are too many turns of a loop for one work-item of a device that cuts its work. */
enum { ONE_GROUP_ROWS = 2048 };

/* A side of products that tile kernels are worth starting for, and their tiles'. */
enum { TILED_LEAST = 32, TILE_SIDE = 64, TILE_ITEMS = 16 };

size_t sowi_making_real_size(const sowi_making *with)
{
    return sow_dtype_size(sowi_orthogonal_real(with->plan));
}

bool sowi_making_is_cut(const sow_context *context)
{
    return context->lanes == 1;
}

/* Columns of a step's tile: two vectors of kernels/real.clh. */
static uint32_t strip_of(const sowi_making *with)
{
    return with->maker->context->lanes == 1 ? 2 : 64 / (uint32_t)sowi_making_real_size(with);
}

static cl_int launch(sowi_making *with, cl_kernel kernel, cl_uint dimensions, const size_t *global,
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
static size_t group_size(const sowi_making *with)
{
    const sow_context *context = with->maker->context;
    return context->lanes == 1 ? context->local_size : 1;
}

static cl_int set_job(sowi_making *with, cl_kernel kernel)
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
static cl_int make_by_groups(sowi_making *with, uint64_t first, bool is_last)
{
    cl_kernel kernel = with->kernels->whole;
    const size_t local = group_size(with);
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
static cl_uint chunks_of(const sowi_making *with, uint32_t step, uint32_t panel)
{
    if (!sowi_making_is_cut(with->maker->context) ||
        (step != SOWK_STEP_GRAMS && step != SOWK_STEP_PROJECT))
        return 1;
    const uint32_t depth = product_of(&with->job, step, panel).depth;
    return depth > SOWK_SUM_CHUNK ? sowk_ceil(depth, SOWK_SUM_CHUNK) : 1;
}

static cl_int run_step(sowi_making *with, uint32_t step, uint32_t panel, bool is_last)
{
    cl_kernel kernel = with->kernels->step;
    const cl_uint chunks = chunks_of(with, step, panel);
    const uint64_t tiles = (uint64_t)with->job.matrices * chunks *
                           sowk_step_tiles(&with->job, strip_of(with), step, panel);
    const size_t local = group_size(with);
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
static cl_int gather(sowi_making *with, uint32_t step, uint32_t panel)
{
    if (chunks_of(with, step, panel) == 1)
        return CL_SUCCESS;
    return run_step(with, step == SOWK_STEP_GRAMS ? SOWK_STEP_GATHER_GRAMS : SOWK_STEP_GATHER,
                    panel, false);
}

static bool is_worth_tiles(const sowi_making *with, uint32_t step, sowk_extent extent)
{
    if (step != SOWK_STEP_GRAMS && step < SOWK_STEP_PROJECT)
        return false;
    if (with->kernels->tile == NULL || with->by == SOWI_WAY_STEPS || extent.rows == 0 ||
        extent.columns == 0)
        return false;
    return with->by == SOWI_WAY_TILES ||
           (extent.rows >= TILED_LEAST && extent.columns >= TILED_LEAST);
}

static size_t tiles_along(uint32_t count)
{
    return sowk_ceil(count, TILE_SIDE);
}

static cl_int run_tiles(sowi_making *with, uint32_t step, uint32_t panel, sowk_extent extent,
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
static cl_int run_exact(sowi_making *with, sowk_orthogonal_cursor at, bool is_last)
{
    const sowk_extent extent = product_of(&with->job, at.step, at.panel);
    const cl_int code = is_worth_tiles(with, at.step, extent)
                            ? run_tiles(with, at.step, at.panel, extent, is_last)
                            : run_step(with, at.step, at.panel, is_last);
    return code == CL_SUCCESS ? gather(with, at.step, at.panel) : code;
}

static cl_int make_by_steps(sowi_making *with, bool is_last)
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
static sow_status run_blas(sowi_making *with, sowk_orthogonal_cursor at, bool is_last)
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
static sow_status make_by_blas(sowi_making *with, bool is_last)
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
bool sowi_making_takes_blas(const sowi_making *with)
{
    const uint64_t side = with->plan->matrices.count == 1 ? ONE_GROUP_SIDE : ONE_GROUP_SIDE_OF_MANY;
    if (with->by != SOWI_WAY_BEST)
        return with->by == SOWI_WAY_BLAS;
    return with->maker->context->engine == SOW_ENGINE_CLBLAST &&
           with->job.matrix_stride > side * side;
}

bool sowi_making_takes_groups(const sowi_making *with)
{
    const sowk_orthogonal_job *job = &with->job;
    const uint64_t elements = job->matrix_stride;
    const uint64_t many = (uint64_t)MANY_PER_UNIT * with->maker->compute_units;
    if (with->by != SOWI_WAY_BEST)
        return with->by == SOWI_WAY_GROUPS;
    if (elements <= (uint64_t)ONE_GROUP_SIDE * ONE_GROUP_SIDE)
        return job->rows <= ONE_GROUP_ROWS || !sowi_making_is_cut(with->maker->context);
    return job->matrices >= many && !sowi_making_is_cut(with->maker->context) &&
           elements <= (uint64_t)ONE_GROUP_SIDE_OF_MANY * ONE_GROUP_SIDE_OF_MANY;
}

/* ---- Matrices ---- */

static sow_status draw_normals(sowi_making *with, uint64_t first)
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

sow_status sowi_making_pick(sowi_making *with, uint64_t first, uint64_t count, bool is_last)
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
static sow_status make(sowi_making *with, uint64_t first, bool is_last)
{
    const bool apart = with->pick != NULL;
    sow_status status;
    if (sowi_making_takes_blas(with)) {
        SOWI_TRY(status, draw_normals(with, first));
        SOWI_TRY(status, make_by_blas(with, is_last && !apart));
    } else if (sowi_making_takes_groups(with)) {
        SOWI_TRY(status, make_by_groups(with, first, is_last && !apart));
    } else {
        SOWI_TRY(status, draw_normals(with, first));
        SOWI_TRY(status, make_by_steps(with, is_last && !apart));
    }
    if (apart)
        SOWI_TRY(status, sowi_making_pick(with, first, with->job.matrices, is_last));
done:
    return status;
}

/* As many matrices at once as the workspace holds. */
sow_status sowi_make_all(sowi_making *with, uint64_t first, uint64_t count)
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
