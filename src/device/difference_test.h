/* Running the self-test of kernels/difference.cl. */
#ifndef SOWI_DIFFERENCE_TEST_H
#define SOWI_DIFFERENCE_TEST_H

#include "context.h"

/* Runs it on a queue of its own. SOW_ERR_DEVICE, with a line in the context's log, when the kernel of the program notes other
 * elements than those that differ; SOW_ERR_NO_MEMORY, OpenCL's. */
sow_status sowi_difference_test_run(sow_context *context, cl_program program, size_t element_bytes);

#endif
