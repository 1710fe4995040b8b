/* Programs: built from the embedded kernels when first needed, tested, and kept in the context. */
#ifndef SOWI_PROGRAM_H
#define SOWI_PROGRAM_H

#include "context.h"

/* Takes a kernel of the distribution and dtype for the caller's sole use, building and testing the program
 * if it is the first. Give it back with sowi_kernel_return.
 * SOW_ERR_DTYPE, SOW_ERR_BUILD, SOW_ERR_TEST_*, SOW_ERR_NO_MEMORY, OpenCL's. */
sow_status sowi_kernel_take(sow_context *context, sow_distribution distribution, sow_dtype dtype,
                            cl_kernel *kernel);

void sowi_kernel_return(sow_context *context, sow_distribution distribution, sow_dtype dtype,
                        cl_kernel kernel);

void sowi_program_release(sowi_program *program);

/* Builds the program of kernels/baseline.cl, which the caller releases; see baseline.h.
 * SOW_ERR_BUILD, OpenCL's; *program is then as it was. */
sow_status sowi_program_build_baseline(sow_context *context, cl_program *program);

#endif
