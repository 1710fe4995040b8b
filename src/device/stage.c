#include "stage.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "fail.h"
#include "law.h"
#include "library_math.h"

/* A queue for each slot keeps its commands in order, and lets one slot's copy overlap another's fill. */
typedef struct slot {
    cl_command_queue queue;
    cl_mem buffer;
    cl_mem host_side; /* what a COPIED slot is read into; stays mapped */
    void *mapped;     /* of buffer or host_side; NULL: none */
} slot;

struct sowi_stage {
    sow_context *context;
    bool copied;
    bool in_turn;              /* a draw begins when the one before it has ended */
    pthread_mutex_t draw_lock; /* last_drawn */
    cl_event last_drawn;       /* of draws in turn; NULL: none */
    size_t slot_bytes, count;
    bool by_library, native;
    sowi_library_math *library[SOWI_DTYPE_COUNT]; /* NULL until used */
    slot slots[];
};

static bool shares_memory(cl_device_id device)
{
    cl_bool shared = CL_FALSE;
    return clGetDeviceInfo(device, CL_DEVICE_HOST_UNIFIED_MEMORY, sizeof shared, &shared, NULL) ==
               CL_SUCCESS &&
           shared == CL_TRUE;
}

/* Whether the device is of a platform whose name has the word in it. */
static bool is_of(cl_device_id device, const char *word)
{
    cl_platform_id platform;
    char name[128];
    return clGetDeviceInfo(device, CL_DEVICE_PLATFORM, sizeof platform, &platform, NULL) ==
               CL_SUCCESS &&
           clGetPlatformInfo(platform, CL_PLATFORM_NAME, sizeof name, name, NULL) == CL_SUCCESS &&
           strstr(name, word) != NULL;
}

/* Oclgrind 21 crashes when another thread than the context's draws, whatever OpenCL says. */
size_t sowi_stage_threads(const sow_context *context)
{
    return is_of(context->device, "Oclgrind") ? 0 : 3;
}

/* PoCL ends the process when a kernel, while it runs in one queue, begins in another with more work-items than it ever had: it
 * makes a second version of it, and counts the end of the first as the second's. */
static bool draws_in_turn(const sow_context *context)
{
    return is_of(context->device, "Portable Computing Language");
}

sow_status sowi_stage_create(sowi_stage **out, sow_context *context, size_t slots,
                             size_t slot_bytes, sowi_stage_memory memory)
{
    *out = NULL;
    sowi_stage *made = calloc(1, sizeof *made + slots * sizeof made->slots[0]);
    if (made == NULL)
        return SOW_ERR_NO_MEMORY;
    made->context = context;
    made->copied = memory == SOWI_STAGE_COPIED ||
                   (memory == SOWI_STAGE_BEST && !shares_memory(context->device));
    made->in_turn = draws_in_turn(context);
    made->slot_bytes = slot_bytes;
    made->count = slots;
    (void)pthread_mutex_init(&made->draw_lock, NULL); /* does not fail on glibc and musl */
    *out = made;
    return SOW_OK;
}

/* Releases cannot fail for objects that exist, and nobody is left to be told of commands that do. */
static void clear_slot(slot *of)
{
    if (of->mapped != NULL)
        (void)clEnqueueUnmapMemObject(of->queue, of->host_side != NULL ? of->host_side : of->buffer,
                                      of->mapped, 0, NULL, NULL);
    if (of->queue != NULL)
        (void)clFinish(of->queue);
    if (of->host_side != NULL)
        (void)clReleaseMemObject(of->host_side);
    if (of->buffer != NULL)
        (void)clReleaseMemObject(of->buffer);
    if (of->queue != NULL)
        (void)clReleaseCommandQueue(of->queue);
    *of = (slot){.queue = NULL};
}

void sowi_stage_release(sowi_stage *stage)
{
    if (stage == NULL)
        return;
    for (size_t i = 0; i < stage->count; i++)
        clear_slot(&stage->slots[i]);
    for (size_t i = 0; i < SOWI_DTYPE_COUNT; i++)
        sowi_library_math_release(stage->library[i]);
    if (stage->last_drawn != NULL)
        (void)clReleaseEvent(stage->last_drawn);
    (void)pthread_mutex_destroy(&stage->draw_lock);
    free(stage);
}

/* The memory that a COPIED slot is read into: page-locked by those drivers that know such a thing. */
static cl_int make_host_side(const sowi_stage *stage, slot *of)
{
    cl_int code;
    of->host_side = clCreateBuffer(stage->context->context, CL_MEM_ALLOC_HOST_PTR,
                                   stage->slot_bytes, NULL, &code);
    if (of->host_side == NULL)
        return code;
    of->mapped = clEnqueueMapBuffer(of->queue, of->host_side, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE,
                                    0, stage->slot_bytes, 0, NULL, NULL, &code);
    return code;
}

/* Gives the slot what it still lacks. */
static cl_int equip(const sowi_stage *stage, slot *of)
{
    const sow_context *context = stage->context;
    const cl_mem_flags where = stage->copied ? 0 : CL_MEM_ALLOC_HOST_PTR;
    if (of->buffer != NULL)
        return CL_SUCCESS;
    cl_int code;
    of->queue = clCreateCommandQueue(context->context, context->device, 0, &code);
    if (of->queue == NULL)
        return code;
    if (stage->copied)
        code = make_host_side(stage, of);
    if (code == CL_SUCCESS)
        of->buffer = clCreateBuffer(context->context, CL_MEM_READ_WRITE | where, stage->slot_bytes,
                                    NULL, &code);
    if (code != CL_SUCCESS)
        clear_slot(of);
    return code;
}

/* Takes a MAPPED slot's buffer back from the host. */
static cl_int take_back(const sowi_stage *stage, slot *of)
{
    if (stage->copied || of->mapped == NULL)
        return CL_SUCCESS;
    const cl_int code = clEnqueueUnmapMemObject(of->queue, of->buffer, of->mapped, 0, NULL, NULL);
    if (code == CL_SUCCESS)
        of->mapped = NULL;
    return code;
}

void sowi_stage_use_library(sowi_stage *stage, bool native)
{
    stage->by_library = true;
    stage->native = native;
}

static sow_status draw_by_library(sowi_stage *stage, slot *of, const sow_batch_item *piece,
                                  cl_uint num_wait, const cl_event *wait, cl_event *event)
{
    const sow_plan *plan = piece->plan;
    sowi_library_math **math = &stage->library[plan->dtype];
    sow_status status = SOW_OK;
    if (*math == NULL)
        status = sowi_library_math_create(math, stage->context, stage->native, plan->dtype);
    return status != SOW_OK
               ? status
               : sowi_library_math_fill(*math, of->queue, of->buffer,
                                        piece->offset_bytes / sow_dtype_size(plan->dtype), plan,
                                        num_wait, wait, event);
}

/* The first piece begins after the events of the wait list, the last one's end is *event, unless event is NULL. */
static sow_status draw(sowi_stage *stage, slot *of, const sow_batch_item *pieces, size_t count,
                       cl_uint num_wait, const cl_event *wait, cl_event *event)
{
    sow_status status = SOW_OK;
    if (!stage->by_library)
        return sow_fill_batch(stage->context, of->queue, of->buffer, pieces, count, num_wait, wait,
                              event);
    for (size_t i = 0; i < count && status == SOW_OK; i++) {
        cl_event *const end = i + 1 == count ? event : NULL;
        const cl_uint events = i == 0 ? num_wait : 0;
        const cl_event *const list = i == 0 ? wait : NULL;
        status = sowi_plan_has_control(pieces[i].plan)
                     ? draw_by_library(stage, of, &pieces[i], events, list, end)
                     : sow_fill_batch(stage->context, of->queue, of->buffer, &pieces[i], 1, events,
                                      list, end);
    }
    return status;
}

/* After the stage's last draw, in whatever slot that was. */
static sow_status draw_in_turn(sowi_stage *stage, slot *of, const sow_batch_item *pieces,
                               size_t count)
{
    cl_event drawn = NULL;
    (void)pthread_mutex_lock(&stage->draw_lock);
    const cl_uint events = stage->last_drawn != NULL;
    const sow_status status =
        draw(stage, of, pieces, count, events, events != 0 ? &stage->last_drawn : NULL, &drawn);
    if (drawn != NULL) {
        if (stage->last_drawn != NULL)
            (void)clReleaseEvent(stage->last_drawn);
        stage->last_drawn = drawn;
    }
    (void)pthread_mutex_unlock(&stage->draw_lock);
    return status;
}

sow_status sowi_stage_begin(sowi_stage *stage, size_t slot_index, const sow_batch_item *pieces,
                            size_t count)
{
    slot *of = &stage->slots[slot_index];
    sow_status status;
    SOWI_TRY(status, equip(stage, of));
    SOWI_TRY(status, take_back(stage, of));
    SOWI_TRY(status, stage->in_turn ? draw_in_turn(stage, of, pieces, count)
                                    : draw(stage, of, pieces, count, 0, NULL, NULL));
    SOWI_TRY(status, clFlush(of->queue)); /* in turn, the next one waits for it in another queue */
done:
    return status;
}

/* Blocking calls only: what fails leaves nothing under way in the host's memory. */
sow_status sowi_stage_end(sowi_stage *stage, size_t slot_index, size_t size_bytes,
                          unsigned char **bytes)
{
    slot *of = &stage->slots[slot_index];
    cl_int code;
    *bytes = NULL;
    if (stage->copied)
        code = clEnqueueReadBuffer(of->queue, of->buffer, CL_TRUE, 0, size_bytes, of->mapped, 0,
                                   NULL, NULL);
    else
        of->mapped = clEnqueueMapBuffer(of->queue, of->buffer, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE,
                                        0, size_bytes, 0, NULL, NULL, &code);
    if (code == CL_SUCCESS)
        *bytes = of->mapped;
    return code;
}
