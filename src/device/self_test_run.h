/* Running a program's self-test. */
#ifndef SOWI_SELF_TEST_RUN_H
#define SOWI_SELF_TEST_RUN_H

#include "context.h"
#include "self_test.h"

/* Runs the test with the entry's kernel on a queue of its own and compares the digest. The test's failure status,
 * with a line in the context's log, when the device computes other bits; SOW_ERR_NO_MEMORY, OpenCL's. */
sow_status sowi_self_test_run(sow_context *context, sowi_entry entry, cl_kernel kernel,
                              const sowi_self_test *test);

#endif
