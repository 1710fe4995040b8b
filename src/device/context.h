/* Inside a sow_context. */
#ifndef SOWI_CONTEXT_H
#define SOWI_CONTEXT_H

#include <pthread.h>
#include <stdbool.h>

#include "dtype.h"
#include "sowcl/sowcl.h"
#include "stage.h"

#define SOWI_DISTRIBUTION_COUNT 9

/* Programs that are no distribution's. */
#define SOWI_PROGRAM_PLACED ((sow_distribution)9)
#define SOWI_PROGRAM_SPARSE ((sow_distribution)10)
#define SOWI_PROGRAM_COUNT  11

#define SOWI_KERNEL_POOL 16

/* A program's two kernels, by what they fill. */
typedef enum sowi_entry {
    SOWI_ONE,  /* a tensor */
    SOWI_BATCH /* the tensors of a table */
} sowi_entry;
#define SOWI_ENTRY_COUNT 2

/* Idle kernel objects. A kernel object is used by one thread at a time, from setting its arguments to
 * enqueueing it: OpenCL forbids sharing. */
typedef struct sowi_kernel_pool {
    bool tested; /* one has passed the self-test, or need not */
    cl_kernel idle[SOWI_KERNEL_POOL];
    unsigned idle_count;
} sowi_kernel_pool;

typedef struct sowi_program {
    cl_program program; /* NULL until built */
    sowi_kernel_pool pools[SOWI_ENTRY_COUNT];
} sowi_program;

/* Of kernels/difference.cl. */
typedef struct sowi_difference_program {
    cl_program program; /* NULL until built */
    bool tested;        /* it has passed the self-test, or need not */
} sowi_difference_program;

typedef struct sowi_table sowi_table;
typedef struct sowi_matrix_maker sowi_matrix_maker;
typedef struct sowi_stats_maker sowi_stats_maker;

struct sow_context {
    cl_context context;
    cl_device_id device;
    cl_command_queue queue; /* NULL for a guest */
    bool self_test;
    uint32_t lanes;
    sow_engine engine;
    bool apart; /* whole groups in a loop of their own, SOWK_APART of kernels/fill.cl */
    size_t local_size;
    size_t batch_local_size;                        /* of launches with a table */
    size_t work_items_max;                          /* of a launch of draws; 0: as many as items */
    pthread_mutex_t lock;                           /* programs */
    sowi_difference_program difference_programs[9]; /* by an element's bytes */
    sowi_program programs[SOWI_PROGRAM_COUNT][SOWI_DTYPE_COUNT];
    pthread_mutex_t log_lock;
    char *log; /* of the last failure; NULL: none */
    pthread_mutex_t stage_lock;
    sowi_stage *stage; /* see stage_draw.c; NULL until used */
    pthread_mutex_t table_lock;
    sowi_table *first_table, *last_table; /* idle ones, longest idle first; see batch_table.c */
    pthread_mutex_t maker_lock;
    sowi_matrix_maker *maker; /* of orthogonal matrices, see matrix_maker.h; NULL until used */
    pthread_mutex_t stats_lock;
    sowi_stats_maker *stats; /* see stats_maker.h; NULL until used */
};

/* Replaces the context's log by a copy of text; build_log.c. */
void sowi_context_set_log(sow_context *context, const char *text);

/* By what a failed self-test of `what` found. */
void sowi_context_log_self_test(sow_context *context, const char *what, uint64_t found,
                                uint64_t expected);

#endif
