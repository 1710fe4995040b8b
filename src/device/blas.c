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

bool sowi_blas_reaches(uint64_t elements)
{
    return elements == 0;
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

/* Device arguments of CLBlast are ints, which wrap silently. */
bool sowi_blas_reaches(uint64_t elements)
{
    return elements <= INT32_MAX;
}

/* A matrix as CLBlast sees it: row-major, or its transpose is. */
typedef struct operand {
    cl_mem buffer;
    size_t offset, leading;
    CLBlastTranspose transpose;
} operand;

/* c = alpha a b + beta c */
typedef struct product {
    operand a, b, c;
    size_t rows, columns, depth;
    double alpha, beta;
} product;

static operand make_operand(const sowk_orthogonal_job *job, const sowi_blas_memory *memory,
                            uint32_t matrix, sowk_place place)
{
    const uint64_t first = place.is_made ? memory->first + matrix * job->matrix_stride
                                         : memory->work_first + matrix * job->work_stride;
    const bool is_row_major = place.column == 1;
    return (operand){
        .buffer = place.is_made ? memory->made : memory->work,
        .offset = (size_t)(first + place.at),
        .leading = (size_t)(is_row_major ? place.row : place.column),
        .transpose = is_row_major ? CLBlastTransposeNo : CLBlastTransposeYes,
    };
}

static sow_status multiply(const product *of, sow_dtype real, cl_command_queue queue)
{
    const operand *a = &of->a, *b = &of->b, *c = &of->c;
    (void)pthread_mutex_lock(&lock);
    const CLBlastStatusCode code =
        real == SOW_F64
            ? CLBlastDgemm(CLBlastLayoutRowMajor, a->transpose, b->transpose, of->rows, of->columns,
                           of->depth, of->alpha, a->buffer, a->offset, a->leading, b->buffer,
                           b->offset, b->leading, of->beta, c->buffer, c->offset, c->leading,
                           &queue, NULL)
            : CLBlastSgemm(CLBlastLayoutRowMajor, a->transpose, b->transpose, of->rows, of->columns,
                           of->depth, (float)of->alpha, a->buffer, a->offset, a->leading, b->buffer,
                           b->offset, b->leading, (float)of->beta, c->buffer, c->offset, c->leading,
                           &queue, NULL);
    (void)pthread_mutex_unlock(&lock);
    return code;
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

/* One matrix, its terms in chunks: CLBlast sums them one after the other, which costs accuracy where they are many. */
static sow_status multiply_chunks(const product *whole, const sowk_factors *factors, sow_dtype real,
                                  sowi_chain *chain, bool is_last)
{
    product part = *whole;
    sow_status status = SOW_OK;
    for (size_t k = 0; k < whole->depth; k += part.depth) {
        const size_t left = whole->depth - k;
        part.depth = left < SOWK_SUM_CHUNK ? left : SOWK_SUM_CHUNK;
        part.a.offset = whole->a.offset + k * (size_t)factors->a.column;
        part.b.offset = whole->b.offset + k * (size_t)factors->b.row;
        part.beta = k == 0 ? whole->beta : 1;
        SOWI_TRY(status, wait_before(chain));
        SOWI_TRY(status, multiply(&part, real, chain->queue));
        SOWI_TRY(status, note_after(chain, is_last && part.depth == left));
    }
done:
    return status;
}

/* The matrices one by one: CLBlast's strided batches (1.5.3 and later) forget the offset and stride of an operand that they need
 * not pad. */
sow_status sowi_blas_multiply(const sowk_orthogonal_job *job, sow_dtype real,
                              const sowk_factors *factors, const sowi_blas_memory *memory,
                              sowi_chain *chain, bool is_last)
{
    sow_status status = SOW_OK;
    for (uint32_t i = 0; i < job->matrices; i++) {
        const product one = {
            .a = make_operand(job, memory, i, factors->a),
            .b = make_operand(job, memory, i, factors->b),
            .c = make_operand(job, memory, i, factors->c),
            .rows = factors->rows,
            .columns = factors->columns,
            .depth = factors->depth,
            .alpha = factors->subtracts ? -1 : 1,
            .beta = factors->subtracts ? 1 : 0,
        };
        SOWI_TRY(status,
                 multiply_chunks(&one, factors, real, chain, is_last && i + 1 == job->matrices));
    }
done:
    return status;
}

#endif
