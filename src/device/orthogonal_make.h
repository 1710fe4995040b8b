/* Making orthogonal matrices: the draws, the steps by one way or another, and picking from what is made apart. */
#ifndef SOWI_ORTHOGONAL_MAKE_H
#define SOWI_ORTHOGONAL_MAKE_H

#include "chain.h"
#include "matrix_maker.h"
#include "orthogonal_job.clh"

/* How matrices are made; no way but SOWI_WAY_BLAS changes a bit. */
typedef enum sowi_way {
    SOWI_WAY_BEST,
    SOWI_WAY_GROUPS,
    SOWI_WAY_STEPS,
    SOWI_WAY_TILES,
    SOWI_WAY_BLAS
} sowi_way;

/* A fill under way. */
typedef struct sowi_making {
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
} sowi_making;

/* Bytes of an element of the type that matrices are computed in. */
size_t sowi_making_real_size(const sowi_making *with);

/* Whether CLBlast multiplies. */
bool sowi_making_takes_blas(const sowi_making *with);

/* Whether long sums are cut into chunks: work-items of one lane are many and slow, and Mesa's llvmpipe silently ends the loops
 * of one after 2^16 turns. */
bool sowi_making_is_cut(const sow_context *context);

/* Whether a work-group makes each matrix. */
bool sowi_making_takes_groups(const sowi_making *with);

/* Enqueues the plan's matrices [first, first + count), job.matrices of them at once. */
sow_status sowi_make_all(sowi_making *with, uint64_t first, uint64_t count);

/* Enqueues picking the plan's elements from its matrices [first, first + count), which are made, and the zeros beside them. */
sow_status sowi_making_pick(sowi_making *with, uint64_t first, uint64_t count, bool is_last);

#endif
