/* The OpenCL device of a device test, and buffers with guards on it.
 *
 * CTest runs a device test once per implementation: it sets SOWCL_TEST_IMPLEMENTATION (pocl, rusticl,
 * oclgrind, gpu) and hides the other implementations from the loader. By hand, without the variable, a
 * test runs on the best-ranked device. */
#ifndef SOWT_TEST_DEVICE_H
#define SOWT_TEST_DEVICE_H

#include "sowcl/sowcl.h"

/* "pocl", "rusticl", "oclgrind", "gpu"; "" by hand. */
const char *sowt_implementation(void);

/* Opens the device at the first call and gives the same context at every other; skips the running test
 * when there is no device. */
sow_context *sowt_context(void);
/* Opens a context of its own on the same device, with options, or skips the running test. The caller
 * releases it. */
sow_context *sowt_context_open(const sow_options *options);
/* What sowt_context() runs on; for failure messages. */
const char *sowt_device_name(void);

/* A fixture for after all tests: releases the context. */
int sowt_context_teardown(void **state);

/* A buffer of size_bytes in context that holds SOWT_GUARD in every byte. */
cl_mem sowt_buffer_create(sow_context *context, size_t size_bytes);
/* Reads the buffer's size_bytes from offset_bytes into memory that sowt_guarded_release frees, with the
 * SOWT_GUARD_BYTES before and after it in the buffer as its guards. */
void *sowt_buffer_read_guarded(sow_context *context, cl_mem buffer, size_t offset_bytes,
                               size_t size_bytes);

#endif
