/* The calls that the layer takes. All others go straight to the driver. */
#include "fault_state.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <CL/cl_layer.h>

static const cl_icd_dispatch *driver;
static cl_icd_dispatch layer;

/* ---- Queries, and other calls that make nothing: name, parameters, arguments ---- */

#define INFO        cl_uint what, size_t size, void *value, size_t *used
#define INFO_PASSED what, size, value, used
#define FAULTABLE(XX)                                                                             \
    XX(PlatformIDs, (cl_uint n, cl_platform_id * list, cl_uint * count), (n, list, count))        \
    XX(PlatformInfo, (cl_platform_id of, INFO), (of, INFO_PASSED))                                \
    XX(DeviceIDs,                                                                                 \
       (cl_platform_id of, cl_device_type type, cl_uint n, cl_device_id * list, cl_uint * count), \
       (of, type, n, list, count))                                                                \
    XX(DeviceInfo, (cl_device_id of, INFO), (of, INFO_PASSED))                                    \
    XX(ContextInfo, (cl_context of, INFO), (of, INFO_PASSED))                                     \
    XX(CommandQueueInfo, (cl_command_queue of, INFO), (of, INFO_PASSED))                          \
    XX(EventInfo, (cl_event of, INFO), (of, INFO_PASSED))                                         \
    XX(KernelWorkGroupInfo, (cl_kernel of, cl_device_id on, INFO), (of, on, INFO_PASSED))         \
    XX(ProgramBuildInfo, (cl_program of, cl_device_id on, INFO), (of, on, INFO_PASSED))           \
    XX(EventProfilingInfo, (cl_event of, INFO), (of, INFO_PASSED))

#define DEFINE_FAULTABLE(name, parameters, arguments)                     \
    static cl_int CL_API_CALL get_##name parameters                       \
    {                                                                     \
        const cl_int code = sowt_fault_next("clGet" #name);               \
        return code != CL_SUCCESS ? code : driver->clGet##name arguments; \
    }
FAULTABLE(DEFINE_FAULTABLE)

static cl_int CL_API_CALL get_mem_info(cl_mem of, INFO)
{
    const cl_int code = sowt_fault_next("clGetMemObjectInfo");
    if (code != CL_SUCCESS)
        return code;
    if (sowt_launches_are_bent() && what == CL_MEM_SIZE && size == sizeof(size_t)) {
        *(size_t *)value = SIZE_MAX;
        return CL_SUCCESS;
    }
    return driver->clGetMemObjectInfo(of, what, size, value, used);
}

static cl_int CL_API_CALL build_program(cl_program program, cl_uint n, const cl_device_id *devices,
                                        const char *options,
                                        void(CL_CALLBACK *done)(cl_program, void *), void *user)
{
    sowt_note(SOWT_BUILT);
    const cl_int code = sowt_fault_next("clBuildProgram");
    return code != CL_SUCCESS ? code
                              : driver->clBuildProgram(program, n, devices, options, done, user);
}

static cl_int CL_API_CALL set_argument(cl_kernel kernel, cl_uint index, size_t size,
                                       const void *value)
{
    const cl_int code = sowt_fault_next("clSetKernelArg");
    if (code != CL_SUCCESS)
        return code;
    sowt_record_argument(index, size, value);
    return driver->clSetKernelArg(kernel, index, size, value);
}

/* ---- References ---- */

#define DEFINE_REFERENCE(type, name)                                  \
    static cl_int CL_API_CALL retain_##name(type object)              \
    {                                                                 \
        sowt_note(SOWT_RETAINED);                                     \
        cl_int code = sowt_fault_next("clRetain" #name);              \
        if (code == CL_SUCCESS)                                       \
            code = driver->clRetain##name(object);                    \
        sowt_note_reference(SOWT_KIND_##name, code == CL_SUCCESS);    \
        return code;                                                  \
    }                                                                 \
    static cl_int CL_API_CALL release_##name(type object)             \
    {                                                                 \
        sowt_note(SOWT_RETAINED);                                     \
        const cl_int code = driver->clRelease##name(object);          \
        sowt_note_reference(SOWT_KIND_##name, -(code == CL_SUCCESS)); \
        return code;                                                  \
    }
DEFINE_REFERENCE(cl_context, Context)
DEFINE_REFERENCE(cl_command_queue, CommandQueue)
DEFINE_REFERENCE(cl_mem, MemObject)
DEFINE_REFERENCE(cl_program, Program)
DEFINE_REFERENCE(cl_kernel, Kernel)
DEFINE_REFERENCE(cl_event, Event)

/* ---- Creation: type, kind, name, parameters, arguments ---- */

#define CREATING(XX)                                                                          \
    XX(cl_context, Context, Context,                                                          \
       (const cl_context_properties *properties, cl_uint n, const cl_device_id *devices,      \
        void(CL_CALLBACK * notify)(const char *, const void *, size_t, void *), void *user,   \
        cl_int *status),                                                                      \
       (properties, n, devices, notify, user, &code))                                         \
    XX(cl_command_queue, CommandQueue, CommandQueue,                                          \
       (cl_context in, cl_device_id device, cl_command_queue_properties properties,           \
        cl_int * status),                                                                     \
       (in, device, properties, &code))                                                       \
    XX(cl_mem, MemObject, Buffer,                                                             \
       (cl_context in, cl_mem_flags flags, size_t size, void *data, cl_int *status),          \
       (in, flags, size, data, &code))                                                        \
    XX(cl_kernel, Kernel, Kernel, (cl_program in, const char *name, cl_int *status),          \
       (in, name, &code))                                                                     \
    XX(cl_event, Event, UserEvent, (cl_context in, cl_int * status), (in, &code))             \
    XX(cl_program, Program, ProgramWithSource,                                                \
       (cl_context in, cl_uint n, const char **texts, const size_t *lengths, cl_int *status), \
       (in, n, texts, lengths, &code))

#define DEFINE_CREATE(type, kind, name, parameters, arguments)                      \
    static type CL_API_CALL create_##name parameters                                \
    {                                                                               \
        sowt_note(SOWT_CREATED);                                                    \
        cl_int code = sowt_fault_next("clCreate" #name);                            \
        type object = code == CL_SUCCESS ? driver->clCreate##name arguments : NULL; \
        sowt_note_reference(SOWT_KIND_##kind, object != NULL);                      \
        if (status != NULL)                                                         \
            *status = code;                                                         \
        return object;                                                              \
    }
CREATING(DEFINE_CREATE)

enum { TEXTS_MAX = 64 };

static cl_program CL_API_CALL create_bent_program(cl_context in, cl_uint n, const char **texts,
                                                  const size_t *lengths, cl_int *status)
{
    const char *bent[TEXTS_MAX];
    char *copies[TEXTS_MAX] = {NULL};
    if (lengths != NULL || n >= TEXTS_MAX)
        return create_ProgramWithSource(in, n, texts, lengths, status);
    for (cl_uint i = 0; i < n; i++) {
        copies[i] = sowt_bent_copy(texts[i]);
        bent[i] = copies[i] != NULL ? copies[i] : texts[i];
    }
    bent[n] = "\n#line 77 \"bent.cl\"\n#error planted\n";
    cl_program made =
        create_ProgramWithSource(in, sowt_sources_are_bent() ? n + 1 : n, bent, NULL, status);
    for (cl_uint i = 0; i < n; i++)
        free(copies[i]);
    return made;
}

/* ---- Commands ---- */

#define WAIT        cl_uint num_wait, const cl_event *wait, cl_event *event
#define WAIT_PASSED num_wait, wait, event

static cl_int CL_API_CALL enqueue_launch(cl_command_queue queue, cl_kernel kernel, cl_uint rank,
                                         const size_t *offset, const size_t *global,
                                         const size_t *local, WAIT)
{
    cl_int code = sowt_fault_next("clEnqueueNDRangeKernel");
    if (code != CL_SUCCESS)
        return code;
    sowt_note(SOWT_LAUNCHED);
    if (sowt_launches_are_bent()) {
        code = driver->clEnqueueMarkerWithWaitList(queue, WAIT_PASSED);
        sowt_record_launch(*global, WAIT_PASSED);
    } else {
        code =
            driver->clEnqueueNDRangeKernel(queue, kernel, rank, offset, global, local, WAIT_PASSED);
    }
    sowt_note_event(code, event);
    return code;
}

static cl_int CL_API_CALL enqueue_marker(cl_command_queue queue, WAIT)
{
    cl_int code = sowt_fault_next("clEnqueueMarkerWithWaitList");
    if (code == CL_SUCCESS)
        code = driver->clEnqueueMarkerWithWaitList(queue, WAIT_PASSED);
    sowt_note_event(code, event);
    return code;
}

static cl_int CL_API_CALL enqueue_fill(cl_command_queue queue, cl_mem buffer, const void *pattern,
                                       size_t pattern_size, size_t offset, size_t size, WAIT)
{
    cl_int code = sowt_fault_next("clEnqueueFillBuffer");
    if (code == CL_SUCCESS)
        code = driver->clEnqueueFillBuffer(queue, buffer, pattern, pattern_size, offset, size,
                                           WAIT_PASSED);
    sowt_note_event(code, event);
    return code;
}

static cl_int CL_API_CALL enqueue_read(cl_command_queue queue, cl_mem buffer, cl_bool blocking,
                                       size_t offset, size_t size, void *dst, WAIT)
{
    if (blocking)
        sowt_note(SOWT_WAITED);
    cl_int code = sowt_fault_next("clEnqueueReadBuffer");
    if (code == CL_SUCCESS)
        code = driver->clEnqueueReadBuffer(queue, buffer, blocking, offset, size, dst, WAIT_PASSED);
    if (code == CL_SUCCESS && blocking && size > 0 && sowt_reads_are_bent())
        ((unsigned char *)dst)[size / 2] ^= 0x10;
    sowt_note_event(code, event);
    return code;
}

static cl_int CL_API_CALL enqueue_write(cl_command_queue queue, cl_mem buffer, cl_bool blocking,
                                        size_t offset, size_t size, const void *src, WAIT)
{
    if (blocking)
        sowt_note(SOWT_WAITED);
    cl_int code = sowt_fault_next("clEnqueueWriteBuffer");
    if (code == CL_SUCCESS)
        code =
            driver->clEnqueueWriteBuffer(queue, buffer, blocking, offset, size, src, WAIT_PASSED);
    sowt_note_event(code, event);
    return code;
}

static void *CL_API_CALL enqueue_map(cl_command_queue queue, cl_mem buffer, cl_bool blocking,
                                     cl_map_flags how, size_t offset, size_t size, WAIT,
                                     cl_int *status)
{
    if (blocking)
        sowt_note(SOWT_WAITED);
    cl_int code = sowt_fault_next("clEnqueueMapBuffer");
    void *mapped = NULL;
    if (code == CL_SUCCESS)
        mapped = driver->clEnqueueMapBuffer(queue, buffer, blocking, how, offset, size, WAIT_PASSED,
                                            &code);
    sowt_note_event(code, event);
    if (status != NULL)
        *status = code;
    return mapped;
}

static cl_int CL_API_CALL enqueue_unmap(cl_command_queue queue, cl_mem buffer, void *mapped, WAIT)
{
    cl_int code = sowt_fault_next("clEnqueueUnmapMemObject");
    if (code == CL_SUCCESS)
        code = driver->clEnqueueUnmapMemObject(queue, buffer, mapped, WAIT_PASSED);
    sowt_note_event(code, event);
    return code;
}

#define WAITING(XX)                               \
    XX(Flush, (cl_command_queue queue), (queue))  \
    XX(Finish, (cl_command_queue queue), (queue)) \
    XX(WaitForEvents, (cl_uint n, const cl_event *events), (n, events))

#define DEFINE_WAITING(name, parameters, arguments)                    \
    static cl_int CL_API_CALL wait_##name parameters                   \
    {                                                                  \
        sowt_note(SOWT_WAITED);                                        \
        const cl_int code = sowt_fault_next("cl" #name);               \
        return code != CL_SUCCESS ? code : driver->cl##name arguments; \
    }
WAITING(DEFINE_WAITING)

/* ---- The layer ---- */

static void take_calls(void)
{
#define TAKE_FAULTABLE(name, parameters, arguments) layer.clGet##name = get_##name;
#define TAKE_REFERENCE(name)              \
    layer.clRetain##name = retain_##name; \
    layer.clRelease##name = release_##name;
#define TAKE_CREATE(type, kind, name, parameters, arguments) layer.clCreate##name = create_##name;
#define TAKE_WAITING(name, parameters, arguments)            layer.cl##name = wait_##name;
    FAULTABLE(TAKE_FAULTABLE)
    SOWT_KINDS(TAKE_REFERENCE)
    CREATING(TAKE_CREATE)
    WAITING(TAKE_WAITING)
    layer.clGetMemObjectInfo = get_mem_info;
    layer.clBuildProgram = build_program;
    layer.clCreateProgramWithSource = create_bent_program;
    layer.clSetKernelArg = set_argument;
    layer.clEnqueueNDRangeKernel = enqueue_launch;
    layer.clEnqueueMarkerWithWaitList = enqueue_marker;
    layer.clEnqueueReadBuffer = enqueue_read;
    layer.clEnqueueFillBuffer = enqueue_fill;
    layer.clEnqueueWriteBuffer = enqueue_write;
    layer.clEnqueueMapBuffer = enqueue_map;
    layer.clEnqueueUnmapMemObject = enqueue_unmap;
}

CL_API_ENTRY cl_int CL_API_CALL clGetLayerInfo(cl_layer_info what, size_t size, void *value,
                                               size_t *used)
{
    static const cl_layer_api_version version = CL_LAYER_API_VERSION_100;
    static const char name[] = "sowcl test layer";
    const bool is_version = what == CL_LAYER_API_VERSION;
    if (!is_version && what != CL_LAYER_NAME)
        return CL_INVALID_VALUE;
    const size_t needed = is_version ? sizeof version : sizeof name;
    if (value != NULL && size < needed)
        return CL_INVALID_VALUE;
    if (value != NULL)
        memcpy(value, is_version ? (const void *)&version : name, needed);
    if (used != NULL)
        *used = needed;
    return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL clInitLayer(cl_uint n, const cl_icd_dispatch *target, cl_uint *used,
                                            const cl_icd_dispatch **out)
{
    if (target == NULL || used == NULL || out == NULL ||
        n < sizeof *target / sizeof target->clGetPlatformIDs)
        return CL_INVALID_VALUE;
    driver = target;
    layer = *target;
    take_calls();
    *used = sizeof layer / sizeof layer.clGetPlatformIDs;
    *out = &layer;
    return CL_SUCCESS;
}
