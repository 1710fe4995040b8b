#include "difference_test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "difference_launch.h"
#include "difference_self_test.h"
#include "fail.h"
#include "program_source.h"

/* Blocks of the longest window, and the items that share one. */
enum { NOTES_MAX = 2 * SOWK_DIFFERENCE_ITEMS(1) };

/* Places of one side's elements are those of the other side's and some more. */
enum { SHIFT = 3 };

static sow_status refuse(sow_context *context, size_t element_bytes,
                         const sowi_difference_window *window, size_t note)
{
    char text[200], which[64] = "none";
    if (window->differing < window->count)
        snprintf(which, sizeof which, "only [%" PRIu64 "]", window->differing);
    snprintf(text, sizeof text,
             "self-test of sow_difference_%zu: of %" PRIu64
             " elements %s differs, and note %zu says otherwise",
             element_bytes, window->count, which, note);
    sowi_context_set_log(context, text);
    return SOW_ERR_DEVICE;
}

static sow_status check_windows(sow_context *context, const sowi_difference_launch *on,
                                const cl_mem buffers[2], size_t element_bytes)
{
    const size_t items = sowi_difference_items(context);
    unsigned char notes[NOTES_MAX];
    sowi_difference_window window;
    sow_status status = SOW_OK;
    for (size_t i = 0; status == SOW_OK && sowi_difference_self_test_window(i, &window); i++) {
        const sowi_array a = {buffers[0], window.begin}, b = {buffers[1], window.begin + SHIFT};
        status = sowi_difference_note(on, &a, &b, window.count, notes);
        if (status != SOW_OK)
            return status;
        const size_t bad = sowi_difference_self_test_check(&window, items, notes);
        const size_t blocks =
            (size_t)((window.count + SOWK_DIFFERENCE_BLOCK - 1) / SOWK_DIFFERENCE_BLOCK);
        if (bad < blocks * items)
            status = refuse(context, element_bytes, &window, bad);
    }
    return status;
}

/* Both arrays, the second one after SHIFT elements that are nobody's. */
static sow_status make_buffers(const sow_context *context, size_t element_bytes, cl_mem buffers[2])
{
    const size_t shift = SHIFT * element_bytes, size = SOWI_DIFFERENCE_TEST_COUNT * element_bytes;
    const cl_mem_flags flags = CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR;
    unsigned char *const a = malloc(size), *const b = calloc(1, shift + size);
    sow_status status = SOW_ERR_NO_MEMORY;
    if (a != NULL && b != NULL) {
        sowi_difference_self_test_make(element_bytes, a, b + shift);
        buffers[0] = clCreateBuffer(context->context, flags, size, a, &status);
    }
    if (buffers[0] != NULL)
        buffers[1] = clCreateBuffer(context->context, flags, shift + size, b, &status);
    free(a);
    free(b);
    return status;
}

static void release(const sowi_difference_launch *on, const cl_mem buffers[2])
{
    const cl_mem all[] = {buffers[0], buffers[1], on->notes};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i] != NULL)
            (void)clReleaseMemObject(all[i]);
    if (on->queue != NULL)
        (void)clReleaseCommandQueue(on->queue);
    if (on->kernel != NULL)
        (void)clReleaseKernel(on->kernel);
}

sow_status sowi_difference_test_run(sow_context *context, cl_program program, size_t element_bytes)
{
    sowi_difference_launch on = {.context = context};
    cl_mem buffers[2] = {NULL, NULL};
    char name[SOWI_KERNEL_NAME_MAX];
    sow_status status = SOW_OK;
    sowi_program_difference_name(name, element_bytes);
    on.kernel = clCreateKernel(program, name, &status);
    if (on.kernel == NULL)
        goto done;
    on.queue = clCreateCommandQueue(context->context, context->device, 0, &status);
    if (on.queue == NULL)
        goto done;
    on.notes = clCreateBuffer(context->context, CL_MEM_READ_WRITE, NOTES_MAX, NULL, &status);
    if (on.notes == NULL)
        goto done;
    SOWI_TRY(status, make_buffers(context, element_bytes, buffers));
    status = check_windows(context, &on, buffers, element_bytes);
done:
    release(&on, buffers);
    return status;
}
