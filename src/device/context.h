/* Inside a sow_context. */
#ifndef SOWI_CONTEXT_H
#define SOWI_CONTEXT_H

#include <pthread.h>
#include <stdbool.h>

#include "dtype.h"
#include "sowcl/sowcl.h"

#define SOWI_DISTRIBUTION_COUNT 7
#define SOWI_KERNEL_POOL        16

/* A built program and its idle kernel objects. A kernel object is used by one thread at a time, from
 * setting its arguments to enqueueing it: OpenCL forbids sharing. */
typedef struct sowi_program {
    cl_program program; /* NULL until built and tested */
    cl_kernel idle[SOWI_KERNEL_POOL];
    unsigned idle_count;
} sowi_program;

struct sow_context {
    cl_context context;
    cl_device_id device;
    cl_command_queue queue; /* NULL for a guest */
    bool self_test;
    uint32_t lanes;
    bool apart; /* whole groups in a loop of their own, SOWK_APART of kernels/fill.cl */
    size_t local_size;
    size_t work_items_max; /* of a launch of draws; 0: as many as items */
    pthread_mutex_t lock;  /* programs and log */
    sowi_program programs[SOWI_DISTRIBUTION_COUNT][SOWI_DTYPE_COUNT];
    char *log; /* of the last failure; NULL: none */
    pthread_mutex_t stage_lock;
    cl_mem stage; /* see stage.c; NULL until used */
    uint64_t stage_bytes;
};

/* Replaces the context's log by a copy of text; build_log.c. Call with the lock held. */
void sowi_context_set_log(sow_context *context, const char *text);

#endif
