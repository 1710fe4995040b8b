/* A caller with OpenCL of its own, on the device under test. */
#ifndef SOWT_GUEST_H
#define SOWT_GUEST_H

#include "sowcl/sowcl.h"

typedef struct sowt_guest {
    cl_device_id device;
    cl_context context;
    cl_command_queue queue; /* in order */
    sow_context *sow;       /* made by sow_context_create */
} sowt_guest;

/* Skips the running test when there is no device. */
sowt_guest sowt_guest_create(void);
void sowt_guest_release(sowt_guest *guest);

/* Another queue of the guest; skips the running test when the device has none with these properties. */
cl_command_queue sowt_guest_queue(const sowt_guest *guest, cl_command_queue_properties properties);

/* An event for wait lists that nobody has opened yet. */
cl_event sowt_guest_gate(const sowt_guest *guest);
/* Fails unless the event of a command behind the gate is not complete before the gate opens, and is after;
 * releases both. */
void sowt_check_gated(cl_command_queue queue, cl_event gate, cl_event event);

/* A buffer of SOWT_GUARD in every byte. */
cl_mem sowt_guest_buffer(const sowt_guest *guest, size_t size_bytes);

/* Fails unless the buffer's first size_bytes are the expected ones, as a blocking read on queue sees
 * them. */
void sowt_check_buffer(cl_command_queue queue, cl_mem buffer, const void *expected,
                       size_t size_bytes, size_t element_size);
/* Fails unless every byte of the buffer is still SOWT_GUARD. */
void sowt_check_untouched(cl_command_queue queue, cl_mem buffer, size_t size_bytes);

#endif
