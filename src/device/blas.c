#include "blas.h"

#include "fail.h"

#ifndef SOWI_CLBLAST

bool sowi_blas_is_here(void)
{
    return false;
}

void sowi_blas_begin(void)
{
}

void sowi_blas_end(void)
{
}

sow_status sowi_blas_multiply(const sowk_orthogonal_job *job, sow_dtype real,
                              const sowk_factors *factors, const sowi_blas_memory *memory,
                              sowi_chain *chain, bool is_last)
{
    (void)job, (void)real, (void)factors, (void)memory, (void)chain, (void)is_last;
    return SOW_ERR_NO_CLBLAST;
}

#else

#include <clblast_c.h>

/* The one state that the library keeps outside of its objects, since CLBlast's own is the process's: its cache is not
 * safe to use for the first time by two threads (CLBlast issue 486, version 1.5.3), and has to be cleared before
 * the drivers go. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned users;

bool sowi_blas_is_here(void)
{
    return true;
}

void sowi_blas_begin(void)
{
    (void)pthread_mutex_lock(&lock);
    users++;
    (void)pthread_mutex_unlock(&lock);
}

void sowi_blas_end(void)
{
    (void)pthread_mutex_lock(&lock);
    users--;
    if (users == 0)
        (void)CLBlastClearCache(); /* nobody is left to be told */
    (void)pthread_mutex_unlock(&lock);
}

/* A matrix as CLBlast sees it: row-major, or its transpose is. */
typedef struct operand {
    cl_mem buffer;
    size_t offset, leading, stride; /* stride: from one of the job's matrices to the next */
    CLBlastTranspose transpose;
} operand;

/* Device arguments of CLBlast are ints, which wrap silently. */
#define CLBLAST_MOST ((uint64_t)INT32_MAX)

static bool make_operand(const sowk_orthogonal_job *job, const sowi_blas_memory *memory,
                         sowk_place place, operand *made)
{
    const uint64_t first = place.is_made ? memory->first : memory->work_first;
    const uint64_t stride = place.is_made ? job->matrix_stride : job->work_stride;
    const bool rows = place.column == 1;
    const uint64_t leading = rows ? place.row : place.column;
    if (first + job->matrices * stride > CLBLAST_MOST || leading > CLBLAST_MOST)
        return false;
    *made = (operand){
        .buffer = place.is_made ? memory->made : memory->work,
        .offset = (size_t)(first + place.at),
        .leading = (size_t)leading,
        .stride = (size_t)stride,
        .transpose = rows ? CLBlastTransposeNo : CLBlastTransposeYes,
    };
    return true;
}

static sow_status multiply(const sowk_orthogonal_job *job, sow_dtype real, const sowk_factors *of,
                           const operand *a, const operand *b, const operand *c,
                           cl_command_queue queue, cl_event *event)
{
    const double alpha = of->subtracts ? -1 : 1, beta = of->subtracts ? 1 : 0;
    const CLBlastLayout layout = CLBlastLayoutRowMajor;
    const size_t m = of->rows, n = of->columns, k = of->depth, count = job->matrices;
    if (count == 1)
        return real == SOW_F64
                   ? CLBlastDgemm(layout, a->transpose, b->transpose, m, n, k, alpha, a->buffer,
                                  a->offset, a->leading, b->buffer, b->offset, b->leading, beta,
                                  c->buffer, c->offset, c->leading, &queue, event)
                   : CLBlastSgemm(layout, a->transpose, b->transpose, m, n, k, (float)alpha,
                                  a->buffer, a->offset, a->leading, b->buffer, b->offset,
                                  b->leading, (float)beta, c->buffer, c->offset, c->leading, &queue,
                                  event);
    return real == SOW_F64
               ? CLBlastDgemmStridedBatched(layout, a->transpose, b->transpose, m, n, k, alpha,
                                            a->buffer, a->offset, a->leading, a->stride, b->buffer,
                                            b->offset, b->leading, b->stride, beta, c->buffer,
                                            c->offset, c->leading, c->stride, count, &queue, event)
               : CLBlastSgemmStridedBatched(layout, a->transpose, b->transpose, m, n, k,
                                            (float)alpha, a->buffer, a->offset, a->leading,
                                            a->stride, b->buffer, b->offset, b->leading, b->stride,
                                            (float)beta, c->buffer, c->offset, c->leading,
                                            c->stride, count, &queue, event);
}

/* CLBlast takes no wait list, and its event is of its last kernel only (issue 572): out of order, barriers say what comes before
 * and after. */
static cl_int wait_before(sowi_chain *chain)
{
    if (sowi_chain_num_wait(chain) == 0)
        return CL_SUCCESS;
    return clEnqueueBarrierWithWaitList(chain->queue, sowi_chain_num_wait(chain),
                                        sowi_chain_wait(chain), NULL);
}

static cl_int note_after(sowi_chain *chain, bool is_last)
{
    cl_event event = NULL;
    cl_event *wanted = sowi_chain_event(chain, &event, is_last);
    cl_int code = CL_SUCCESS;
    if (wanted != NULL)
        code = clEnqueueBarrierWithWaitList(chain->queue, 0, NULL, wanted);
    if (code == CL_SUCCESS)
        sowi_chain_follow(chain, event);
    return code;
}

sow_status sowi_blas_multiply(const sowk_orthogonal_job *job, sow_dtype real,
                              const sowk_factors *factors, const sowi_blas_memory *memory,
                              sowi_chain *chain, bool is_last)
{
    operand a, b, c;
    if (!make_operand(job, memory, factors->a, &a) || !make_operand(job, memory, factors->b, &b) ||
        !make_operand(job, memory, factors->c, &c))
        return SOW_ERR_CLBLAST_SIZE;
    sow_status status;
    SOWI_TRY(status, wait_before(chain));
    (void)pthread_mutex_lock(&lock);
    status = multiply(job, real, factors, &a, &b, &c, chain->queue, NULL);
    (void)pthread_mutex_unlock(&lock);
    if (status == SOW_OK)
        status = note_after(chain, is_last);
done:
    return status;
}

#endif
