/* Fills of orthogonal matrices, by ways that have passed their tests. */
#include "blas_test.h"
#include "fail.h"
#include "matrix_maker.h"
#include "orthogonal.h"
#include "orthogonal_fill.h"
#include "self_test_run.h"

typedef struct tested {
    sowi_matrix_maker *maker;
    sowi_way by;
} tested;

static sow_status fill_for_test(void *with, cl_command_queue queue, cl_mem buffer,
                                const sow_plan *plan)
{
    const tested *one = with;
    return sowi_orthogonal_make(one->maker, one->by, queue, buffer, 0, plan, 0, NULL, NULL);
}

static sow_status test_blas(sowi_matrix_maker *maker, const sow_plan *plan)
{
    const bool has_tiles = maker->kernels[plan->dtype == SOW_F64].tile != NULL;
    return sowi_blas_test(maker->context, plan, fill_for_test, &(tested){maker, SOWI_WAY_BLAS},
                          &(tested){maker, has_tiles ? SOWI_WAY_TILES : SOWI_WAY_STEPS});
}

static sow_status test(sowi_matrix_maker *maker, sowi_way by, sow_dtype dtype)
{
    sowi_self_test made;
    if (!sowi_self_test_make(&made, SOW_DIST_ORTHOGONAL, dtype))
        return SOW_ERR_DTYPE;
    if (by == SOWI_WAY_BLAS)
        return test_blas(maker, &made.plan);
    return sowi_self_test_run(maker->context, &made, fill_for_test, &(tested){maker, by});
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

/* CLBlast takes other kernels for larger products: one as large as the plan's, or larger, must have passed. */
static sow_status prove_blas(sowi_matrix_maker *maker, const sow_plan *plan)
{
    const sow_matrices *of = &plan->matrices;
    const sow_dtype real = sowi_orthogonal_real(plan);
    uint64_t *proved = &maker->proved[real == SOW_F64][of->transposed != 0];
    sowk_orthogonal_job job;
    sowi_orthogonal_job_make(&job, plan, false);
    const uint64_t size = job.matrix_stride * job.block;
    if (size <= *proved)
        return SOW_OK;
    const sow_tensor tensor = {.dtype = real,
                               .rank = 2,
                               .shape = {of->transposed ? of->columns : of->rows,
                                         of->transposed ? of->rows : of->columns}};
    const sow_initializer orthogonal = sow_orthogonal(1, 0);
    sow_plan alike;
    sow_status status;
    SOWI_TRY(status, sow_plan_make(&alike, &tensor, &orthogonal, (sow_key){0, 0}, NULL));
    SOWI_TRY(status, test_blas(maker, &alike));
    *proved = size;
done:
    return status;
}

sow_status sowi_orthogonal_prepare(sow_context *context, sow_dtype dtype)
{
    sowi_matrix_maker *maker;
    sow_status status = sowi_matrix_maker_take(context, &maker);
    if (status != SOW_OK)
        return status;
    status = prepare(maker, dtype, true);
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
    if (status == SOW_OK && context->self_test && sowi_orthogonal_goes_by_blas(context, plan))
        status = prove_blas(maker, plan);
    if (status == SOW_OK)
        status = sowi_orthogonal_make(maker, SOWI_WAY_BEST, queue, buffer, offset_elems, plan,
                                      num_wait, wait, event);
    sowi_matrix_maker_return(context);
    return status;
}
