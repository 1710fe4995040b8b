/* Comparing two buffers on the device that they are on. */
#ifndef SOWI_DIFFERENCE_DEVICE_H
#define SOWI_DIFFERENCE_DEVICE_H

#include "buffer_pair.h"
#include "difference_launch.h"

/* Compares on the device and reads what differs, a piece at a time. Waits for it; on queues out of order nothing may be under
 * way that writes the buffers.
 * SOW_ERR_ARGUMENT, SOW_ERR_BUFFER, SOW_ERR_CONTEXT, SOW_ERR_BUILD, SOW_ERR_DEVICE, SOW_ERR_NO_MEMORY, OpenCL's. */
sow_status sowi_difference_walk(sow_context *context, cl_command_queue queue, const sowi_array *a,
                                const sowi_array *b, size_t element_bytes, uint64_t count,
                                sowi_difference_visit *visit, void *user);

#endif
