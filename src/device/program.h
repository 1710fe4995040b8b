/* Programs: built from the embedded kernels when first needed, tested, and kept in the context. */
#ifndef SOWI_PROGRAM_H
#define SOWI_PROGRAM_H

#include "context.h"
#include "program_source.h"

/* Takes a kernel of the entry, distribution and dtype for the caller's sole use, building and testing the
 * program if it is the first. Give it back with sowi_kernel_return.
 * SOW_ERR_DTYPE, SOW_ERR_BUILD, SOW_ERR_TEST_*, SOW_ERR_NO_MEMORY, OpenCL's. */
sow_status sowi_kernel_take(sow_context *context, sowi_entry entry, sow_distribution distribution,
                            sow_dtype dtype, cl_kernel *kernel);

void sowi_kernel_return(sow_context *context, sowi_entry entry, sow_distribution distribution,
                        sow_dtype dtype, cl_kernel kernel);

/* Builds and tests the program unless that is done. Statuses of sowi_kernel_take. */
sow_status sowi_program_prepare(sow_context *context, sowi_entry entry,
                                sow_distribution distribution, sow_dtype dtype);

void sowi_program_release(sowi_program *program);

/* Builds a program, which the caller releases; its log goes to the context's if that fails.
 * SOW_ERR_BUILD, OpenCL's; *out is then as it was. */
sow_status sowi_program_build(sow_context *context, sowi_program_source *text, cl_program *out);

/* The same with other options than those of all programs, which sowi_program_options tells. */
sow_status sowi_program_build_with(sow_context *context, sowi_program_source *text,
                                   const char *options, cl_program *out);
const char *sowi_program_options(void);

bool sowi_program_has_f64(const sow_context *context);

/* Builds the program of kernels/baseline.cl, which the caller releases; see baseline.h.
 * SOW_ERR_BUILD, OpenCL's; *program is then as it was. */
sow_status sowi_program_build_baseline(sow_context *context, cl_program *program);

#endif
