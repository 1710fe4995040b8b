#include "test_device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "run_tests.h"

enum { DEVICES_MAX = 32 };

static sow_context *shared_context;
static char device_name[160];

const char *sowt_implementation(void)
{
    const char *name = getenv("SOWCL_TEST_IMPLEMENTATION");
    return name != NULL ? name : "";
}

/* The best-ranked device that the loader shows; of the implementation gpu, a real one. */
static sow_device_info choose_device(void)
{
    sow_device_info list[DEVICES_MAX];
    size_t count = 0;
    assert_int_equal(SOW_OK, sow_device_list(list, DEVICES_MAX, &count));
    if (count > DEVICES_MAX)
        count = DEVICES_MAX;
    if (count == 0)
        sowt_skip("no OpenCL device (%s)", sowt_implementation());
    const sow_device_info *best = &list[0];
    for (size_t i = 1; i < count; i++) {
        if (list[i].rank < best->rank)
            best = &list[i];
    }
    if (strcmp(sowt_implementation(), "gpu") == 0 && best->rank != SOW_RANK_GPU)
        sowt_skip("no GPU");
    return *best;
}

sow_context *sowt_context_open(const sow_options *options)
{
    const sow_device_info info = choose_device();
    snprintf(device_name, sizeof device_name, "%s", info.name);
    char selector[32];
    snprintf(selector, sizeof selector, "%u:%u", (unsigned)info.platform_index,
             (unsigned)info.device_index);
    sow_context *context = NULL;
    sow_error error;
    const sow_status status = sow_context_open(&context, selector, options, &error);
    if (status != SOW_OK)
        fail_msg("%s: %s: %s", info.name, sow_status_name(status), error.text);
    return context;
}

sow_context *sowt_context(void)
{
    if (shared_context == NULL)
        shared_context = sowt_context_open(NULL);
    return shared_context;
}

const char *sowt_device_name(void)
{
    return device_name;
}

int sowt_context_teardown(void **state)
{
    (void)state;
    sow_context_release(shared_context);
    shared_context = NULL;
    return 0;
}

cl_mem sowt_buffer_create(sow_context *context, size_t size_bytes)
{
    void *pattern = malloc(size_bytes);
    assert_non_null(pattern);
    memset(pattern, SOWT_GUARD, size_bytes);
    cl_int status = CL_SUCCESS;
    cl_mem buffer =
        clCreateBuffer(sow_context_cl_context(context), CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR,
                       size_bytes, pattern, &status);
    free(pattern);
    assert_int_equal(CL_SUCCESS, status);
    return buffer;
}

void *sowt_buffer_read_guarded(sow_context *context, cl_mem buffer, size_t offset_bytes,
                               size_t size_bytes)
{
    assert_true(offset_bytes >= SOWT_GUARD_BYTES);
    unsigned char *memory = sowt_guarded_create(size_bytes);
    assert_int_equal(SOW_OK,
                     sow_buffer_read(context, buffer, offset_bytes - SOWT_GUARD_BYTES,
                                     size_bytes + 2 * SOWT_GUARD_BYTES, memory - SOWT_GUARD_BYTES));
    return memory;
}
