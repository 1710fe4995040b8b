/* Running a program's self-test. */
#ifndef SOWI_SELF_TEST_RUN_H
#define SOWI_SELF_TEST_RUN_H

#include "context.h"
#include "self_test.h"

/* Enqueues a test's plan, from the buffer's element 0 on. */
typedef sow_status sowi_self_test_enqueue(void *with, cl_command_queue queue, cl_mem buffer,
                                          const sow_plan *plan);

/* Runs the test on a queue of its own and compares the digest. The test's failure status, with a line in the context's log,
 * when the device computes other bits; SOW_ERR_NO_MEMORY, those of enqueue, OpenCL's. */
sow_status sowi_self_test_run(sow_context *context, const sowi_self_test *test,
                              sowi_self_test_enqueue *enqueue, void *with);

/* The same with the kernel of an entry. */
sow_status sowi_self_test_run_kernel(sow_context *context, sowi_entry entry, cl_kernel kernel,
                                     const sowi_self_test *test);

#endif
