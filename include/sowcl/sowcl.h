/* sowcl/sowcl.h: filling buffers on OpenCL devices.
 *
 * Two ways in. As a guest: sow_context_create in the caller's own OpenCL context, then sow_fill into the
 * caller's buffers on the caller's queues. As a host: sow_context_open picks a device by name and owns a
 * context and a queue; sow_buffer_* and sow_draw go with it.
 *
 * Every function here is thread-safe, and one sow_context may be used by several threads at once. */
#ifndef SOWCL_SOWCL_H
#define SOWCL_SOWCL_H

#ifndef CL_TARGET_OPENCL_VERSION
#define CL_TARGET_OPENCL_VERSION 120
#endif
#include <CL/cl.h>

#include "sowcl/base.h"
#include "sowcl/compare.h"
#include "sowcl/stats.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Devices -------------------------------------------------------------------------------- */

/* Best first. */
typedef enum sow_device_rank {
    SOW_RANK_GPU = 0,
    SOW_RANK_CPU = 1,      /* CPU runtimes and accelerators: PoCL, Intel */
    SOW_RANK_LLVMPIPE = 2, /* graphics drivers on the CPU */
    SOW_RANK_SIMULATOR = 3 /* Oclgrind */
} sow_device_rank;

typedef struct sow_device_info {
    cl_platform_id platform;
    cl_device_id device;
    cl_device_type type;
    uint32_t platform_index, device_index; /* "P:D" of the selectors */
    sow_device_rank rank;
    uint64_t global_bytes, max_alloc_bytes;
    uint32_t compute_units;
    int has_f64;
    char platform_name[128], platform_vendor[128], platform_version[128];
    char name[128], vendor[128], driver_version[128];
} sow_device_info;

/* Lists the devices of all platforms in platform order; platforms without devices are skipped. Writes up
 * to capacity of them to list (which may be NULL when capacity is 0) and the number there are to count.
 * No platform at all is SOW_OK with count 0. SOW_ERR_ARGUMENT, SOW_ERR_NO_MEMORY, OpenCL's. */
SOW_API sow_status sow_device_list(sow_device_info *list, size_t capacity, size_t *count);

/* The device that the selector names: "cpu" or "gpu" (the best-ranked of that type), "P:D", a part of a
 * platform's name, vendor or version or of a device's name in any case; NULL or "": the best-ranked.
 * SOW_ERR_ARGUMENT, SOW_ERR_NO_DEVICE, SOW_ERR_AMBIGUOUS (error lists them), OpenCL's. */
SOW_API sow_status sow_device_select(const char *selector, sow_device_info *info, sow_error *error);

/* ---- Contexts ------------------------------------------------------------------------------- */

/* Programs and kernels of one device in one OpenCL context. */
typedef struct sow_context sow_context;

/* What multiplies in the making of orthogonal matrices of more than 128 x 128 elements, in batches of more than 512 x 512. EXACT: our
 * kernels, the same bits everywhere. CLBLAST: CLBlast, which is faster on GPUs that it is tuned for; matrices are then within 2e-6 of the
 * exact ones, by Frobenius norms and before f16, bf16 and fp8 are rounded, and differ between devices. Its buffers must hold fewer than
 * 2^31 elements. */
typedef enum sow_engine { SOW_ENGINE_EXACT = 0, SOW_ENGINE_CLBLAST = 1 } sow_engine;

/* Zero means default. */
typedef struct sow_options {
    int skip_self_test; /* use a program although its self-test was not run */
    uint32_t lanes; /* blocks a work-item computes: 1 or 8; 0: the device's best. Changes no bit. */
    sow_engine engine;
} sow_options;

/* Makes a context as a guest: retains the OpenCL context, copies nothing, builds nothing yet.
 * options: NULL is all defaults. SOW_ERR_ARGUMENT (NULL; the device is not in the context), SOW_ERR_DEVICE,
 * SOW_ERR_NO_CLBLAST, SOW_ERR_NO_MEMORY, OpenCL's; *out is then NULL.
 * With SOW_ENGINE_CLBLAST the library keeps a lock around its calls of CLBlast, whose first ones are not thread-safe, and
 * the release of the last such context clears CLBlast's cache, which is the process's. */
SOW_API sow_status sow_context_create(sow_context **out, cl_context context, cl_device_id device,
                                      const sow_options *options);

/* Opens the device of the selector (sow_device_select) with a context and an in-order queue of its own.
 * Statuses of sow_device_select and sow_context_create; *out is then NULL. */
SOW_API sow_status sow_context_open(sow_context **out, const char *selector,
                                    const sow_options *options, sow_error *error);

/* Releases what the context holds. No fill may be running on another thread's way into it; commands
 * already enqueued finish. NULL is allowed. */
SOW_API void sow_context_release(sow_context *context);

SOW_API cl_context sow_context_cl_context(const sow_context *context);
SOW_API cl_device_id sow_context_cl_device(const sow_context *context);
/* The queue of a context made by sow_context_open; NULL for a guest. */
SOW_API cl_command_queue sow_context_cl_queue(const sow_context *context);

/* Builds the programs of a distribution and dtype and tests sow_fill's kernels ahead of its first use, so that
 * fills neither build nor wait. SOW_ERR_ARGUMENT, SOW_ERR_DTYPE, SOW_ERR_BUILD, SOW_ERR_TEST_*,
 * SOW_ERR_NO_MEMORY, OpenCL's. */
SOW_API sow_status sow_context_prepare(sow_context *context, sow_distribution distribution,
                                       sow_dtype dtype);

/* Builds and tests all that sow_fill_plan of the plan needs, its structure and its overlay included, and reserves its
 * workspace, so that the fill builds and allocates nothing. Nothing for a plan without elements. SOW_ERR_WORKSPACE (one is
 * given and too small), and the statuses of sow_context_prepare. */
SOW_API sow_status sow_context_prepare_plan(sow_context *context, const sow_plan *plan);

/* The workspace in which orthogonal matrices are made, of which a context has one: fills that need it come one after the
 * other, whatever their queues. The context allocates it when it is first needed, or too small, and keeps it. */

/* The bytes of workspace that sow_fill_plan takes for the plan; 0: none. For a matrix some block * (rows + 4 * columns)
 * elements of f32 (f64: of f64), block 16 to 192; the matrix itself where it cannot be made in place, in narrow
 * dtypes, slices and delta_orthogonal; and in contexts of one lane some block * columns for every 1024 rows, if there are more.
 * Many matrices: up to 64 MiB; a smaller one does, too, if it holds one matrix's.
 * SOW_ERR_ARGUMENT and those of sow_context_prepare. */
SOW_API sow_status sow_context_workspace_size(sow_context *context, const sow_plan *plan,
                                              uint64_t *size_bytes);

/* Gives the context a buffer to use instead of one of its own, which it retains; NULL: it allocates again. Fills under way
 * keep the one they have. What fills leave in it is of no use.
 * SOW_ERR_ARGUMENT, SOW_ERR_CONTEXT, SOW_ERR_NO_MEMORY, OpenCL's. */
SOW_API sow_status sow_context_set_workspace(sow_context *context, cl_mem buffer);

/* Copies the log of the last program that failed to build or failed its self-test, cut to size - 1
 * bytes and ended by a NUL; empty when none did. Returns the log's length in bytes. */
SOW_API size_t sow_context_build_log(sow_context *context, char *text, size_t size);

/* ---- Fills ---------------------------------------------------------------------------------- */

/* Enqueues the fill of a tensor's region into buffer, densely packed from element offset_elems on. Like
 * any clEnqueue*: waits for the wait list's events, returns at once, and gives an event that covers all
 * of the work (event may be NULL). Works on in-order and out-of-order queues. After sow_context_prepare
 * or a first fill of the same distribution and dtype it builds, allocates, flushes and waits for nothing; where there are
 * matrices, a structure or an overlay, after sow_context_prepare_plan.
 * A region without elements writes nothing.
 * Statuses of sow_plan_make, SOW_ERR_ARGUMENT, SOW_ERR_BUFFER, SOW_ERR_CONTEXT, those of
 * sow_context_prepare, OpenCL's. A refused call has enqueued nothing; when OpenCL fails after that, the
 * region may hold anything and *event is NULL. */
SOW_API sow_status sow_fill(sow_context *context, cl_command_queue queue, cl_mem buffer,
                            uint64_t offset_elems, const sow_tensor *tensor,
                            const sow_initializer *initializer, sow_key key, cl_uint num_wait,
                            const cl_event *wait, cl_event *event);

/* The same from a plan. */
SOW_API sow_status sow_fill_plan(sow_context *context, cl_command_queue queue, cl_mem buffer,
                                 uint64_t offset_elems, const sow_plan *plan, cl_uint num_wait,
                                 const cl_event *wait, cl_event *event);

/* Fills many tensors of one buffer, of any distributions and dtypes, as sow_fill_plan fills each, with the
 * same bits; the event covers all of them. Small tensors of a distribution and dtype share launches, which
 * are told about them by tables. The items' bytes must not overlap.
 * The context keeps its tables, some 200 kB for every 500 tensors that are enqueued and not drawn yet. The
 * first batch of a distribution and dtype tests the kernel that draws from tables; later ones that find
 * enough tables build, allocate, flush and wait for nothing.
 * SOW_ERR_ARGUMENT (a plan is NULL, an offset no multiple of the dtype's size), SOW_ERR_BUFFER (an item leaves
 * the buffer), and the other statuses of sow_fill_plan. A refused call has enqueued nothing; when OpenCL or
 * memory fails after that, the items' bytes may hold anything and *event is NULL. */
SOW_API sow_status sow_fill_batch(sow_context *context, cl_command_queue queue, cl_mem buffer,
                                  const sow_batch_item *items, size_t count, cl_uint num_wait,
                                  const cl_event *wait, cl_event *event);

/* ---- Figures -------------------------------------------------------------------------------- */

/* The figures of a buffer's elements [offset_elems, offset_elems + count): sow_stats_host's, bit for bit, found on the device
 * after the events of the wait list. Waits for them; the context keeps 1 MiB for it. The first call of a dtype builds
 * and tests a program. Calls with one context take turns. options: NULL is all defaults; of them the histogram counts.
 * SOW_ERR_ARGUMENT, SOW_ERR_DTYPE, SOW_ERR_CONTEXT, SOW_ERR_BUFFER, SOW_ERR_PARAMETER (a histogram's), SOW_ERR_NO_F64,
 * SOW_ERR_BUILD, SOW_ERR_DEVICE (it finds others than the host in known elements; sow_context_build_log has the digests),
 * SOW_ERR_NO_MEMORY, OpenCL's. */
SOW_API sow_status sow_stats_buffer(sow_context *context, cl_command_queue queue, cl_mem buffer,
                                    uint64_t offset_elems, sow_dtype dtype, uint64_t count,
                                    const sow_stats_options *options, cl_uint num_wait,
                                    const cl_event *wait, sow_stats *out);

/* ---- Comparing ------------------------------------------------------------------------------ */

/* How count elements of one dtype differ, from a_offset_elems of a and b_offset_elems of b on: what sow_compare_arrays says of
 * them, in every figure. Whole blocks are compared on the device; only those that differ are read. Waits; a queue out of order
 * must have nothing under way that writes them. sowcl/compare.h has the figures and the tolerance, which may be NULL.
 * SOW_ERR_ARGUMENT, SOW_ERR_DTYPE, SOW_ERR_BUFFER, SOW_ERR_CONTEXT, SOW_ERR_BUILD, SOW_ERR_DEVICE (it finds other known elements
 * to differ than do; sow_context_build_log says which), SOW_ERR_NO_MEMORY, OpenCL's. */
SOW_API sow_status sow_compare_buffers(sow_context *context, cl_command_queue queue, cl_mem a,
                                       uint64_t a_offset_elems, cl_mem b, uint64_t b_offset_elems,
                                       sow_dtype dtype, uint64_t count,
                                       const sow_tolerance *tolerance, sow_difference *out);

/* ---- For those who have no OpenCL of their own ---------------------------------------------- */

/* Buffers in the context, for contexts made by sow_context_open. read waits until the data is there.
 * SOW_ERR_ARGUMENT, OpenCL's. */
SOW_API sow_status sow_buffer_create(sow_context *context, uint64_t size_bytes, cl_mem *out);
SOW_API sow_status sow_buffer_read(sow_context *context, cl_mem buffer, uint64_t offset_bytes,
                                   uint64_t size_bytes, void *dst);
SOW_API void sow_buffer_release(cl_mem buffer);

#ifdef __cplusplus
}
#endif
#endif
