/* Whether CLBlast computes what it should on a device. */
#ifndef SOWI_BLAS_TEST_H
#define SOWI_BLAS_TEST_H

#include "self_test_run.h"

/* Makes the plan's matrices, of f32 or f64, with CLBlast and without, and compares. `enqueue` is handed with_blas and then
 * without_blas. SOW_ERR_TEST_ORTHOGONAL (the context's log then says how far they are apart), SOW_ERR_NO_MEMORY,
 * those of enqueue, OpenCL's. */
sow_status sowi_blas_test(sow_context *context, const sow_plan *plan,
                          sowi_self_test_enqueue *enqueue, void *with_blas, void *without_blas);

#endif
