/* Tables: many small tensors of one program for one launch; kernels/batch.clh has the layout. A context keeps
 * its tables, as many as were in use at once. */
#ifndef SOWI_BATCH_TABLE_H
#define SOWI_BATCH_TABLE_H

#include "context.h"

/* Whether a plan (count > 0) may go into a table: a row of consecutive elements, and not so large that it is
 * better launched alone. */
bool sowi_table_fits(const sow_context *context, const sow_plan *plan);

/* An empty table for the caller's sole use; give it back with sowi_table_return. It is one that no command
 * uses any more, or a new one: it is not waited for. SOW_ERR_NO_MEMORY, OpenCL's. */
sow_status sowi_table_take(sow_context *context, sowi_table **out);

/* NULL is allowed. */
void sowi_table_return(sow_context *context, sowi_table *table);

/* Adds a plan that fits, all of one program; its element 0 goes to the buffer's element dst. false: the table
 * is full. */
bool sowi_table_add(sowi_table *table, const sow_context *context, const sow_plan *plan,
                    uint64_t dst);

/* Enqueues the copy of the table, which has a row, to the device, and after it the launch; the launch's event
 * goes to *event, which is NULL on failure. OpenCL's statuses. */
sow_status sowi_table_launch(sow_context *context, sowi_table *table, cl_kernel kernel,
                             cl_command_queue queue, cl_mem buffer, cl_uint num_wait,
                             const cl_event *wait, cl_event *event);

/* Of the whole context, which no thread uses any more. */
void sowi_tables_release(sow_context *context);

#endif
