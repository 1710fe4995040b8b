/* The kernels of fills: built when first needed, tested, and kept in the context. */
#ifndef SOWI_KERNEL_POOL_H
#define SOWI_KERNEL_POOL_H

#include "context.h"

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

/* Of a context that no thread uses any more. */
void sowi_program_release(sowi_program *program);

#endif
