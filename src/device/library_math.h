/* Normals by the device's own logarithm, root, sine and cosine: the control that our own arithmetic is compared with. */
#ifndef SOWI_LIBRARY_MATH_H
#define SOWI_LIBRARY_MATH_H

#include "context.h"

/* A kernel of kernels/library_normal.clh. Used by one thread at a time. */
typedef struct sowi_library_math sowi_library_math;

/* Builds the kernel for a dtype. native: by native_log, native_sqrt, native_sin and native_cos. No option relaxes the
 * compiler, none forbids what it may do by itself, and nothing is tested. The context must outlive it. SOW_ERR_DTYPE (f64, or none that
 * takes draws), SOW_ERR_BUILD, SOW_ERR_NO_MEMORY, OpenCL's; *out is then NULL. */
sow_status sowi_library_math_create(sowi_library_math **out, sow_context *context, bool native,
                                    sow_dtype dtype);
void sowi_library_math_release(sowi_library_math *math); /* NULL is allowed */

/* As sow_fill_plan, unchecked, of a plan that has a control (sowi_plan_has_control) and the kernel's dtype. SOW_ERR_INITIALIZER for
 * others, OpenCL's. */
sow_status sowi_library_math_fill(sowi_library_math *math, cl_command_queue queue, cl_mem buffer,
                                  uint64_t offset_elems, const sow_plan *plan, cl_uint num_wait,
                                  const cl_event *wait, cl_event *event);

#endif
