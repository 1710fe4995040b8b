#include "device_fill.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "run_tests.h"
#include "test_device.h"

const uint32_t sowt_lanes[2] = {1, 8};
static sow_context *lanes_1, *lanes_8;

bool sowt_is_simulated(void)
{
    return strcmp(sowt_implementation(), "oclgrind") == 0;
}

sow_tensor sowt_vector(sow_dtype dtype, uint64_t count)
{
    return (sow_tensor){.dtype = dtype, .rank = 1, .shape = {count}};
}

/* The self-tests of all programs would take a simulator minutes. */
static sow_context *open_lanes(uint32_t lanes)
{
    return sowt_context_open(&(sow_options){.lanes = lanes, .skip_self_test = sowt_is_simulated()});
}

/* Oclgrind's check for uninitialised reads, which it starts with a context, crashes on vector code. */
static sow_context *open_wide(void)
{
    const bool checked = getenv("OCLGRIND_UNINITIALIZED") != NULL;
    (void)unsetenv("OCLGRIND_UNINITIALIZED");
    sow_context *context = open_lanes(8);
    if (checked)
        (void)setenv("OCLGRIND_UNINITIALIZED", "1", 1);
    return context;
}

sow_context *sowt_context_of_lanes(void **state)
{
    const bool wide = *(const uint32_t *)*state == 8;
    /* Mesa's llvmpipe takes minutes over the vector code of the normal distribution. */
    if (wide && strcmp(sowt_implementation(), "rusticl") == 0)
        sowt_skip("8 lanes on rusticl: it does not build them in minutes");
    if (wide && lanes_8 == NULL)
        lanes_8 = open_wide();
    if (!wide && lanes_1 == NULL)
        lanes_1 = open_lanes(1);
    return wide ? lanes_8 : lanes_1;
}

int sowt_lanes_teardown(void **state)
{
    (void)state;
    sow_context_release(lanes_1);
    sow_context_release(lanes_8);
    return 0;
}

static int append_dimensions(char *text, size_t size, const char *label, const uint64_t *values,
                             uint32_t rank)
{
    int used = snprintf(text, size, "%s", label);
    for (uint32_t d = 0; d < rank; d++)
        used +=
            snprintf(text + used, size - (size_t)used, "%c%" PRIu64, d == 0 ? '(' : ',', values[d]);
    return used + snprintf(text + used, size - (size_t)used, ")");
}

const char *sowt_fill_text(const sow_tensor *tensor, const sow_initializer *initializer,
                           sow_key key, uint64_t offset_elems)
{
    static char text[1024];
    int used = snprintf(text, sizeof text, "%s: %s of %s,", sowt_device_name(),
                        sow_kind_name(initializer->kind), sow_dtype_name(tensor->dtype));
    used += append_dimensions(text + used, sizeof text - (size_t)used, " shape ", tensor->shape,
                              tensor->rank);
    used += append_dimensions(text + used, sizeof text - (size_t)used, " start ", tensor->start,
                              tensor->rank);
    used += append_dimensions(text + used, sizeof text - (size_t)used, " extent ", tensor->extent,
                              tensor->rank);
    snprintf(text + used, sizeof text - (size_t)used,
             " seed 0x%" PRIx64 " stream 0x%" PRIx64 " offset %" PRIu64, key.seed, key.stream,
             offset_elems);
    return text;
}

unsigned char *sowt_expected_buffer(const sow_tensor *tensor, const sow_initializer *initializer,
                                    sow_key key, uint64_t offset_elems, size_t *size_bytes)
{
    const size_t element = sow_dtype_size(tensor->dtype);
    uint64_t count;
    assert_int_equal(SOW_OK, sow_tensor_count(tensor, &count));
    const size_t before = (size_t)offset_elems * element;
    *size_bytes = before + (size_t)count * element + SOWT_GUARD_BYTES;
    unsigned char *expected = malloc(*size_bytes);
    assert_non_null(expected);
    memset(expected, SOWT_GUARD, *size_bytes);
    assert_int_equal(SOW_OK, sow_fill_host(expected + before, tensor, initializer, key));
    return expected;
}

void sowt_check_fill(sow_context *context, const sow_tensor *tensor,
                     const sow_initializer *initializer, sow_key key, uint64_t offset_elems)
{
    const char *what = sowt_fill_text(tensor, initializer, key, offset_elems);
    size_t size;
    unsigned char *expected = sowt_expected_buffer(tensor, initializer, key, offset_elems, &size);
    unsigned char *actual = malloc(size);
    assert_non_null(actual);
    cl_mem buffer = sowt_buffer_create(context, size);
    const sow_status status = sow_fill(context, sow_context_cl_queue(context), buffer, offset_elems,
                                       tensor, initializer, key, 0, NULL, NULL);
    if (status != SOW_OK)
        fail_msg("%s: %s", what, sow_status_name(status));
    assert_int_equal(SOW_OK, sow_buffer_read(context, buffer, 0, size, actual));
    sow_buffer_release(buffer);
    assert_bits_equal(expected, actual, size, sow_dtype_size(tensor->dtype), what);
    free(actual);
    free(expected);
}
