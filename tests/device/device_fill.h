/* Fills on the device under test, held against the host's bits. */
#ifndef SOWT_DEVICE_FILL_H
#define SOWT_DEVICE_FILL_H

#include <stdbool.h>

#include "sowcl/sowcl.h"

/* Whether the device is the simulator, on which a test has a minute: some 10^6 elements. */
bool sowt_is_simulated(void);

/* A tensor of one dimension, whole. */
sow_tensor sowt_vector(sow_dtype dtype, uint64_t count);

/* A test once for each option of lanes: two rows of an array of struct CMUnitTest. The test gets its
 * context from sowt_context_of_lanes(state). */
#define SOWT_ON_LANES(test)                                          \
    {#test " (lanes 1)", test, NULL, NULL, (void *)&sowt_lanes[0]},  \
    {                                                                \
#test " (lanes 8)", test, NULL, NULL, (void *)&sowt_lanes[1] \
    }
extern const uint32_t sowt_lanes[2];

/* The context whose work-items compute that many blocks; opened once. Skips the running test where the
 * implementation cannot build such kernels in reasonable time. */
sow_context *sowt_context_of_lanes(void **state);
/* A fixture for after all tests: releases them. */
int sowt_lanes_teardown(void **state);

/* The text of a fill for failure messages; static, overwritten by the next call. */
const char *sowt_fill_text(const sow_tensor *tensor, const sow_initializer *initializer,
                           sow_key key, uint64_t offset_elems);

/* What a buffer of SOWT_GUARD must hold after the fill: its size_bytes are those of the guard, offset_elems
 * elements, the region and the guard again. The caller frees it. */
unsigned char *sowt_expected_buffer(const sow_tensor *tensor, const sow_initializer *initializer,
                                    sow_key key, uint64_t offset_elems, size_t *size_bytes);

/* Fills the region into a poisoned buffer from element offset_elems on, and fails unless every byte of
 * the buffer, those before and after the region too, is the expected one. */
void sowt_check_fill(sow_context *context, const sow_tensor *tensor,
                     const sow_initializer *initializer, sow_key key, uint64_t offset_elems);

#endif
