/* Reading a buffer: what figures are measured against. */
#ifndef SOWI_READING_H
#define SOWI_READING_H

#include "context.h"

typedef struct sowi_reading sowi_reading;

/* Of the buffer, which holds size_bytes, by the program's sow_baseline_read; both outlive it.
 * SOW_ERR_NO_MEMORY, OpenCL's; *out is then NULL. */
sow_status sowi_reading_create(sowi_reading **out, sow_context *context, cl_program program,
                               cl_mem buffer, uint64_t size_bytes);
void sowi_reading_release(sowi_reading *reading); /* NULL is allowed */

/* Reads size_bytes, at least 1, from the buffer's start and waits for what they come to: src/bench/fold.h. */
sow_status sowi_reading_run(sowi_reading *reading, cl_command_queue queue, uint64_t size_bytes,
                            uint32_t *folded);

#endif
