#include "difference_device.h"

#include <stdlib.h>

#include "difference.clh"
#include "difference_test.h"
#include "fail.h"
#include "fill.h"
#include "launch.h"
#include "program.h"

/* Blocks of one launch, 2^28 elements, so that numbers of work-items and their notes stay small. */
#define PASS_BLOCKS 16384

/* Blocks that are read together: 2 MiB of elements of 8 bytes. */
#define READ_BLOCKS 16

typedef struct walk {
    sow_context *context;
    cl_command_queue queue;
    const sowi_array *sides[2];
    size_t element_bytes;
    cl_kernel kernel;
    size_t items;            /* that share a block */
    cl_mem notes;            /* a byte for each item of a pass */
    unsigned char *differs;  /* the same on the host; then of each block */
    unsigned char *bytes[2]; /* of READ_BLOCKS blocks of both sides */
    sowi_difference_visit *visit;
    void *user;
} walk;

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Builds and tests what there is not yet. Lock held. */
static sow_status make_program(sow_context *context, size_t element_bytes)
{
    sowi_difference_program *of = &context->difference_programs[element_bytes];
    sow_status status = SOW_OK;
    if (of->program == NULL) {
        sowi_program_source text;
        sowi_program_source_make_difference(&text, context->lanes, element_bytes);
        status = sowi_program_build(context, &text, &of->program);
    }
    if (status == SOW_OK && !of->tested && context->self_test)
        status = sowi_difference_test_run(context, of->program, element_bytes);
    if (status == SOW_OK)
        of->tested = true;
    return status;
}

/* The context's program for elements of that size. */
static sow_status find_program(sow_context *context, size_t element_bytes, cl_program *found)
{
    (void)pthread_mutex_lock(&context->lock);
    const sow_status status = make_program(context, element_bytes);
    *found = context->difference_programs[element_bytes].program;
    (void)pthread_mutex_unlock(&context->lock);
    return status;
}

static sow_status make_kernel(walk *on)
{
    cl_program program = NULL;
    cl_int code = CL_SUCCESS;
    char name[SOWI_KERNEL_NAME_MAX];
    const sow_status status = find_program(on->context, on->element_bytes, &program);
    if (status != SOW_OK)
        return status;
    sowi_program_difference_name(name, on->element_bytes);
    on->kernel = clCreateKernel(program, name, &code);
    return code;
}

static sow_status make_memory(walk *on, uint64_t count)
{
    const uint64_t notes =
        least(count / SOWK_DIFFERENCE_BLOCK + 1, (uint64_t)PASS_BLOCKS) * on->items;
    const size_t read = READ_BLOCKS * SOWK_DIFFERENCE_BLOCK * on->element_bytes;
    on->differs = malloc((size_t)notes);
    on->bytes[0] = malloc(read);
    on->bytes[1] = malloc(read);
    if (on->differs == NULL || on->bytes[0] == NULL || on->bytes[1] == NULL)
        return SOW_ERR_NO_MEMORY;
    return sow_buffer_create(on->context, notes, &on->notes);
}

static void clear(walk *on)
{
    if (on->kernel != NULL)
        (void)clReleaseKernel(on->kernel);
    sow_buffer_release(on->notes);
    free(on->differs);
    free(on->bytes[0]);
    free(on->bytes[1]);
}

/* Of each block's items one note, in place. */
static void gather_notes(walk *on, size_t blocks)
{
    for (size_t i = 0; i < blocks; i++) {
        unsigned char differs = 0;
        for (size_t j = 0; j < on->items; j++)
            differs |= on->differs[i * on->items + j];
        on->differs[i] = differs;
    }
}

static sow_status note_blocks(walk *on, uint64_t begin, uint64_t count, size_t blocks)
{
    const sowi_difference_launch launch = {on->context, on->queue, on->kernel, on->notes};
    const sowi_array a = {on->sides[0]->buffer, on->sides[0]->offset_elems + begin};
    const sowi_array b = {on->sides[1]->buffer, on->sides[1]->offset_elems + begin};
    const sow_status status = sowi_difference_note(&launch, &a, &b, count, on->differs);
    if (status == SOW_OK)
        gather_notes(on, blocks);
    return status;
}

static sow_status read_side(const walk *on, size_t side, uint64_t begin, uint64_t count)
{
    const uint64_t first = on->sides[side]->offset_elems + begin;
    return clEnqueueReadBuffer(on->queue, on->sides[side]->buffer, CL_TRUE,
                               (size_t)first * on->element_bytes, (size_t)count * on->element_bytes,
                               on->bytes[side], 0, NULL, NULL);
}

static sow_status show(const walk *on, uint64_t begin, uint64_t count)
{
    sow_status status = read_side(on, 0, begin, count);
    if (status == SOW_OK)
        status = read_side(on, 1, begin, count);
    if (status == SOW_OK)
        on->visit(on->user, on->bytes[0], on->bytes[1], count);
    return status;
}

/* Blocks from `first` on that are told together: equal ones, or as many differing ones as are read at once. */
static size_t run_of(const walk *on, size_t first, size_t blocks)
{
    size_t end = first;
    while (end < blocks && on->differs[end] == on->differs[first] &&
           (on->differs[first] == 0 || end - first < READ_BLOCKS))
        end++;
    return end - first;
}

static sow_status walk_pass(walk *on, uint64_t begin, uint64_t count)
{
    const size_t blocks = (size_t)((count + SOWK_DIFFERENCE_BLOCK - 1) / SOWK_DIFFERENCE_BLOCK);
    sow_status status = note_blocks(on, begin, count, blocks);
    for (size_t i = 0, run; i < blocks && status == SOW_OK; i += run) {
        run = run_of(on, i, blocks);
        const uint64_t first = (uint64_t)i * SOWK_DIFFERENCE_BLOCK;
        const uint64_t elements = least((uint64_t)run * SOWK_DIFFERENCE_BLOCK, count - first);
        if (on->differs[i] != 0)
            status = show(on, begin + first, elements);
        else
            on->visit(on->user, NULL, NULL, elements);
    }
    return status;
}

static sow_status check_side(const sow_context *context, const sowi_array *side,
                             size_t element_bytes, uint64_t count)
{
    uint64_t size_bytes = 0;
    const sow_status status = sowi_check_buffer(context, side->buffer, &size_bytes);
    if (status != SOW_OK)
        return status;
    const uint64_t elements = size_bytes / element_bytes;
    return side->offset_elems <= elements && count <= elements - side->offset_elems
               ? SOW_OK
               : SOW_ERR_BUFFER;
}

sow_status sowi_difference_walk(sow_context *context, cl_command_queue queue, const sowi_array *a,
                                const sowi_array *b, size_t element_bytes, uint64_t count,
                                sowi_difference_visit *visit, void *user)
{
    const uint64_t pass = (uint64_t)PASS_BLOCKS * SOWK_DIFFERENCE_BLOCK;
    walk on = {.context = context,
               .queue = queue,
               .sides = {a, b},
               .element_bytes = element_bytes,
               .visit = visit,
               .user = user};
    if (context == NULL || queue == NULL || a->buffer == NULL || b->buffer == NULL)
        return SOW_ERR_ARGUMENT;
    sow_status status;
    SOWI_TRY(status, sowi_check_queue(context, queue));
    SOWI_TRY(status, check_side(context, a, element_bytes, count));
    SOWI_TRY(status, check_side(context, b, element_bytes, count));
    if (count == 0)
        return SOW_OK;
    on.items = sowi_difference_items(context);
    SOWI_TRY(status, make_kernel(&on));
    SOWI_TRY(status, make_memory(&on, count));
    for (uint64_t begin = 0; begin < count && status == SOW_OK; begin += pass)
        status = walk_pass(&on, begin, least(pass, count - begin));
done:
    clear(&on);
    return status;
}
