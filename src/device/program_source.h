/* A program's text: the definitions that specialise it, then parts of kernels/, each opened by #line. */
#ifndef SOWI_PROGRAM_SOURCE_H
#define SOWI_PROGRAM_SOURCE_H

#include "context.h"

#define SOWI_SOURCE_PARTS_MAX  24
#define SOWI_SOURCE_HEADER_MAX 320
#define SOWI_KERNEL_NAME_MAX   64

typedef struct sowi_program_source {
    char header[SOWI_SOURCE_HEADER_MAX];
    char lines[SOWI_SOURCE_PARTS_MAX][64];
    const char *strings[1 + 2 * SOWI_SOURCE_PARTS_MAX]; /* for clCreateProgramWithSource */
    cl_uint count;
} sowi_program_source;

/* The program of a distribution and dtype, both known, for the context's device; it holds an entry of each kind. It points into itself:
 * not to be copied. */
void sowi_program_source_make(sowi_program_source *made, const sow_context *context,
                              sow_distribution distribution, sow_dtype dtype);

/* Whether the program is one for all dtypes of a size. */
bool sowi_program_is_by_size(sow_distribution distribution);

/* The program that makes orthogonal matrices in f32 or f64. */
void sowi_program_source_make_orthogonal(sowi_program_source *made, const sow_context *context,
                                         sow_dtype real);

/* The program that picks elements of a floating dtype from matrices. */
void sowi_program_source_make_pick(sowi_program_source *made, sow_dtype dtype);

/* The program that finds figures of a dtype, no bool. */
void sowi_program_source_make_stats(sowi_program_source *made, const sow_context *context,
                                    sow_dtype dtype);

/* The program of kernels/baseline.cl. */
void sowi_program_source_make_baseline(sowi_program_source *made, uint32_t lanes);

/* The program of kernels/probe.cl for a family, a number of kernels/probe_ops.clh. */
void sowi_program_source_make_probe(sowi_program_source *made, uint32_t lanes, uint32_t pairs,
                                    unsigned family);

/* The program of kernels/library_normal.clh, which draws normals by the device's own functions, or by its native_ ones. */
void sowi_program_source_make_library(sowi_program_source *made, const sow_context *context,
                                      bool native, sow_dtype dtype);

/* The program of kernels/difference.cl, for elements of 1, 2, 4 or 8 bytes, and its kernel's name. */
void sowi_program_source_make_difference(sowi_program_source *made, uint32_t lanes,
                                         size_t element_bytes);
void sowi_program_difference_name(char name[SOWI_KERNEL_NAME_MAX], size_t element_bytes);

/* "sow_fill_normal_f32", "sow_fill_batch_constant_4", ... */
void sowi_program_kernel_name(char name[SOWI_KERNEL_NAME_MAX], sowi_entry entry,
                              sow_distribution distribution, sow_dtype dtype);

#endif
