/* What a context makes orthogonal matrices with: programs, kernels and a workspace, which are used by one fill at a time,
 * from its first command to its last. */
#ifndef SOWI_MATRIX_MAKER_H
#define SOWI_MATRIX_MAKER_H

#include "context.h"

/* The kernels of a type that matrices are computed in. */
typedef struct sowi_matrix_kernels {
    cl_program program;
    cl_kernel step, whole;
    cl_kernel tile; /* NULL: the device has no use for it */
    bool tested;
} sowi_matrix_kernels;

/* The kernel that picks elements of a dtype. */
typedef struct sowi_pick_kernel {
    cl_program program;
    cl_kernel kernel;
    bool tested;
} sowi_pick_kernel;

/* Memory that fills use one after the other. */
typedef struct sowi_workspace {
    cl_mem memory; /* NULL: none yet */
    uint64_t size_bytes;
    bool given;             /* it is the caller's */
    cl_event last;          /* of the last command that uses it; NULL: none */
    cl_command_queue queue; /* which that is on */
} sowi_workspace;

struct sowi_matrix_maker {
    sow_context *context;
    sowi_matrix_kernels kernels[2]; /* f32, f64 */
    sowi_pick_kernel picks[SOWI_DTYPE_COUNT];
    cl_uint compute_units;
    /* the largest product that CLBlast was tested with: of f32, f64; of matrices that do not lie transposed, that do */
    uint64_t proved[2][2];
    sowi_workspace workspace;
};

/* Takes the context's maker for sole use, until it is given back. SOW_ERR_NO_MEMORY, OpenCL's; *maker is then NULL. */
sow_status sowi_matrix_maker_take(sow_context *context, sowi_matrix_maker **maker);
void sowi_matrix_maker_return(sow_context *context);

void sowi_matrix_maker_release(sowi_matrix_maker *maker);

/* Builds what there is not yet of the kernels for a real, f32 or f64, or a dtype; without tests.
 * SOW_ERR_BUILD, SOW_ERR_NO_F64, OpenCL's. */
sow_status sowi_matrix_kernels_make(sowi_matrix_maker *maker, sow_dtype real,
                                    sowi_matrix_kernels **kernels);
sow_status sowi_pick_kernel_make(sowi_matrix_maker *maker, sow_dtype dtype,
                                 sowi_pick_kernel **kernel);

/* The maker's workspace, from here on the caller's of this function; the maker has none. For self-tests, which may need more than
 * the one that was given. */
sowi_workspace sowi_workspace_set_aside(sowi_matrix_maker *maker);
/* Puts it back in the place of the one that the maker has by now, which is released. */
void sowi_workspace_put_back(sowi_matrix_maker *maker, const sowi_workspace *kept);

/* After commands that may still be under way and cannot be waited for: the next fill gets other memory, unless it is the
 * caller's. */
void sowi_workspace_abandon(sowi_matrix_maker *maker);

/* Sees to a workspace of so many bytes. SOW_ERR_WORKSPACE when the caller's is smaller, OpenCL's. */
sow_status sowi_workspace_reserve(sowi_matrix_maker *maker, uint64_t size_bytes);

/* Notes the event, which it retains, and the queue of the last command that uses the workspace. OpenCL's. */
sow_status sowi_workspace_used(sowi_matrix_maker *maker, cl_command_queue queue, cl_event event);

#endif
