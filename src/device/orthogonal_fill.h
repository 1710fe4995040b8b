/* Orthogonal matrices on a device. */
#ifndef SOWI_ORTHOGONAL_FILL_H
#define SOWI_ORTHOGONAL_FILL_H

#include "context.h"

/* How matrices are made; no way but that of CLBlast changes a bit. */
typedef enum sowi_way {
    SOWI_WAY_BEST,
    SOWI_WAY_GROUPS,
    SOWI_WAY_STEPS,
    SOWI_WAY_TILES,
    SOWI_WAY_BLAS
} sowi_way;

/* The same fill in one of the ways, by a maker that is taken, without tests. SOW_ERR_CLBLAST_SIZE, and as below. */
sow_status sowi_orthogonal_make(sowi_matrix_maker *maker, sowi_way by, cl_command_queue queue,
                                cl_mem buffer, uint64_t offset_elems, const sow_plan *plan,
                                cl_uint num_wait, const cl_event *wait, cl_event *event);

/* Whether CLBlast multiplies in the plan's making. */
bool sowi_orthogonal_goes_by_blas(const sow_context *context, const sow_plan *plan);

/* Enqueues a plan of SOW_DIST_ORTHOGONAL, count > 0, whose arguments are checked.
 * SOW_ERR_BUILD, SOW_ERR_TEST_*, SOW_ERR_NO_F64, SOW_ERR_WORKSPACE, SOW_ERR_CLBLAST_SIZE,
 * SOW_ERR_NO_MEMORY, CLBlast's, OpenCL's. */
sow_status sowi_orthogonal_fill(sow_context *context, cl_command_queue queue, cl_mem buffer,
                                uint64_t offset_elems, const sow_plan *plan, cl_uint num_wait,
                                const cl_event *wait, cl_event *event);

/* Builds and tests all that fills of the dtype need. The same statuses. */
sow_status sowi_orthogonal_prepare(sow_context *context, sow_dtype dtype);

#endif
