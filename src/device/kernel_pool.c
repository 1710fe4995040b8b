#include "kernel_pool.h"

#include "program.h"
#include "self_test.h"
#include "self_test_run.h"

static sow_status create_kernel(cl_program program, sowi_entry entry, sow_distribution distribution,
                                sow_dtype dtype, cl_kernel *kernel)
{
    char name[SOWI_KERNEL_NAME_MAX];
    sowi_program_kernel_name(name, entry, distribution, dtype);
    cl_int code;
    *kernel = clCreateKernel(program, name, &code);
    return code;
}

/* Builds a slot's program. Lock held. */
static sow_status make_program(sow_context *context, sowi_program *slot,
                               sow_distribution distribution, sow_dtype dtype)
{
    if (dtype == SOW_F64 && !sowi_program_is_by_size(distribution) &&
        !sowi_program_has_f64(context))
        return SOW_ERR_NO_F64;
    sowi_program_source text;
    sowi_program_source_make(&text, context, distribution, dtype);
    return sowi_program_build(context, &text, &slot->program);
}

/* Makes a kernel of a slot and, if it is the entry's first, tests it. Lock held. */
static sow_status make_kernel(sow_context *context, sowi_program *slot, sowi_entry entry,
                              sow_distribution distribution, const sowi_self_test *test,
                              cl_kernel *kernel)
{
    sowi_kernel_pool *pool = &slot->pools[entry];
    sow_status status = create_kernel(slot->program, entry, distribution, test->plan.dtype, kernel);
    if (status == SOW_OK && !pool->tested && context->self_test)
        status = sowi_self_test_run_kernel(context, entry, *kernel, test);
    if (status == SOW_OK) {
        pool->tested = true;
    } else if (*kernel != NULL) {
        (void)clReleaseKernel(*kernel);
        *kernel = NULL;
    }
    return status;
}

/* The slot of a program for all dtypes of a size is that of the size. */
static sowi_program *slot_of(sow_context *context, sow_distribution distribution, sow_dtype dtype)
{
    if ((size_t)distribution >= SOWI_PROGRAM_COUNT || (size_t)dtype >= SOWI_DTYPE_COUNT)
        return NULL;
    const size_t column =
        sowi_program_is_by_size(distribution) ? sow_dtype_size(dtype) : (size_t)dtype;
    return &context->programs[distribution][column];
}

/* Builds, tests and makes what there is not yet. Lock held. */
static sow_status take(sow_context *context, sowi_program *slot, sowi_entry entry,
                       sow_distribution distribution, sow_dtype dtype, cl_kernel *kernel)
{
    sowi_kernel_pool *pool = &slot->pools[entry];
    if (pool->idle_count > 0) {
        *kernel = pool->idle[--pool->idle_count];
        return SOW_OK;
    }
    sowi_self_test test;
    const bool known =
        distribution == SOWI_PROGRAM_PLACED || distribution == SOWI_PROGRAM_SPARSE
            ? sowi_self_test_make_structure(&test, distribution == SOWI_PROGRAM_PLACED, dtype)
            : sowi_self_test_make(&test, distribution, dtype);
    if (!known)
        return SOW_ERR_DTYPE;
    sow_status status = SOW_OK;
    if (slot->program == NULL)
        status = make_program(context, slot, distribution, dtype);
    return status != SOW_OK ? status
                            : make_kernel(context, slot, entry, distribution, &test, kernel);
}

sow_status sowi_kernel_take(sow_context *context, sowi_entry entry, sow_distribution distribution,
                            sow_dtype dtype, cl_kernel *kernel)
{
    *kernel = NULL;
    sowi_program *slot = slot_of(context, distribution, dtype);
    if (slot == NULL)
        return sow_dtype_size(dtype) == 0 ? SOW_ERR_DTYPE : SOW_ERR_ARGUMENT;
    (void)pthread_mutex_lock(&context->lock);
    const sow_status status = take(context, slot, entry, distribution, dtype, kernel);
    (void)pthread_mutex_unlock(&context->lock);
    return status;
}

void sowi_kernel_return(sow_context *context, sowi_entry entry, sow_distribution distribution,
                        sow_dtype dtype, cl_kernel kernel)
{
    sowi_kernel_pool *pool = &slot_of(context, distribution, dtype)->pools[entry];
    (void)pthread_mutex_lock(&context->lock);
    const bool kept = pool->idle_count < SOWI_KERNEL_POOL;
    if (kept)
        pool->idle[pool->idle_count++] = kernel;
    (void)pthread_mutex_unlock(&context->lock);
    if (!kept)
        (void)clReleaseKernel(kernel);
}

void sowi_program_release(sowi_program *program)
{
    for (size_t entry = 0; entry < SOWI_ENTRY_COUNT; entry++)
        for (unsigned i = 0; i < program->pools[entry].idle_count; i++)
            (void)clReleaseKernel(program->pools[entry].idle[i]);
    if (program->program != NULL)
        (void)clReleaseProgram(program->program);
}

sow_status sowi_program_prepare(sow_context *context, sowi_entry entry,
                                sow_distribution distribution, sow_dtype dtype)
{
    cl_kernel kernel;
    const sow_status status = sowi_kernel_take(context, entry, distribution, dtype, &kernel);
    if (status == SOW_OK)
        sowi_kernel_return(context, entry, distribution, dtype, kernel);
    return status;
}
