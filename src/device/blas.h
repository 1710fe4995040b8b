/* CLBlast, the second engine of orthogonal matrices: it multiplies, faster than our kernels where it is tuned, in an order of its
 * own. */
#ifndef SOWI_BLAS_H
#define SOWI_BLAS_H

#include "chain.h"
#include "orthogonal_products.clh"

/* Whether this build has CLBlast. */
bool sowi_blas_is_here(void);

/* Every context that uses CLBlast says so, once, and when it is released: what CLBlast keeps in the process goes with
 * the last of them. */
void sowi_blas_begin(void);
void sowi_blas_end(void);

/* Where the matrices of a job lie. */
typedef struct sowi_blas_memory {
    cl_mem made, work;
    uint64_t first, work_first; /* elements of matrix 0 in them */
} sowi_blas_memory;

/* Whether CLBlast reaches into buffers that hold so many elements. */
bool sowi_blas_reaches(uint64_t elements);

/* Enqueues the product of each of the job's matrices, rows, columns > 0, as the chain's next commands. `real`: SOW_F32 or
 * SOW_F64. CLBlast's statuses, OpenCL's. */
sow_status sowi_blas_multiply(const sowk_orthogonal_job *job, sow_dtype real,
                              const sowk_factors *factors, const sowi_blas_memory *memory,
                              sowi_chain *chain, bool is_last);

#endif
