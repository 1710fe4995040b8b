/* Drawing plans twice on one device and comparing them there. This header needs no OpenCL. */
#ifndef SOWI_BUFFER_PAIR_H
#define SOWI_BUFFER_PAIR_H

#include "sowcl/base.h"

typedef struct sow_context sow_context;
typedef struct sowi_buffer_pair sowi_buffer_pair;

/* Told of one piece after the other, in order: count elements, which are equal in all bits if a and b are NULL, and may differ
 * otherwise. */
typedef void sowi_difference_visit(void *user, const void *a, const void *b, uint64_t count);

/* Two buffers of size_bytes. SOW_ERR_NO_MEMORY, OpenCL's; *out is then NULL. */
sow_status sowi_buffer_pair_create(sowi_buffer_pair **out, sow_context *context,
                                   uint64_t size_bytes);
void sowi_buffer_pair_release(sowi_buffer_pair *pair); /* NULL is allowed */

/* Draws the plan, for which there is room, into both and compares. Waits. Statuses of sow_fill_plan and
 * sow_compare_buffers. */
sow_status sowi_buffer_pair_compare(sowi_buffer_pair *pair, const sow_plan *plan,
                                    sowi_difference_visit *visit, void *user);

#endif
