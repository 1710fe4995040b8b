/* The OpenCL side: a device, a context and a queue that are ours, sowcl as a guest in them, our kernels. */
#ifndef COMPUTE_H
#define COMPUTE_H

#include <sowcl/sowcl.h>
#include <stdbool.h>

/* The kernels of layers.cl, in its order. */
typedef enum kernel_id {
    KERNEL_ACTIVATE,
    KERNEL_DIFFERENTIATE,
    KERNEL_SUM_ROWS,
    KERNEL_DESCEND,
    KERNEL_GATHER,
    KERNEL_CLASSIFY,
    KERNEL_TALLY,
    KERNEL_SCALE,
    KERNEL_COUNT
} kernel_id;

typedef struct compute {
    sow_device_info info;
    cl_context context;
    cl_command_queue queue; /* in order */
    sow_context *sow;
    cl_program program;
    cl_kernel kernels[KERNEL_COUNT];
} compute;

/* Statuses are OpenCL's, sowcl's, or CLBlast's, whose numbers are apart. Where error is taken, a failure
 * is told there.
 * selector: as sow_device_select; source: layers.cl. compute_close frees what was made, after a failure
 * too. */
int compute_open(compute *on, const char *selector, const char *source, sow_error *error);
void compute_close(compute *on);

/* A buffer of floats, all zero. */
int compute_floats(const compute *on, size_t count, cl_mem *out);
/* Reads floats and waits for them. */
int compute_read(const compute *on, cl_mem from, size_t count, float *to);

/* A kernel's argument: ARGUMENT(variable). */
typedef struct argument {
    size_t size;
    const void *value;
} argument;
#define ARGUMENT(variable)            \
    {                                 \
        sizeof(variable), &(variable) \
    }

/* Enqueues `items` work-items or a few more; a kernel that reduces runs one group and ignores items. */
int compute_launch(const compute *on, kernel_id id, size_t items, const argument *arguments,
                   size_t count);

/* C = op(A) op(B), row-major: C is (rows, columns), `inner` is summed over. `at`: the first float. */
typedef enum product { A_B, A_BT, AT_B } product;
typedef struct matrix {
    cl_mem buffer;
    size_t at;
} matrix;
int compute_multiply(const compute *on, product kind, size_t rows, size_t columns, size_t inner,
                     matrix a, matrix b, matrix c);

#endif
