/* Plan -> job: what a launch, or a thread of the host path, is told. */
#ifndef SOWI_JOB_H
#define SOWI_JOB_H

#include "sowcl/base.h"

#include "job.clh"

/* Makes the job of a whole plan of draws (count > 0, no constant) for items of `lanes` blocks: element 0
 * of the plan goes to the buffer's element dst. job->items is the number of all items. */
void sowi_job_make(sowk_job *job, const sow_plan *plan, uint32_t lanes, uint64_t dst);

/* How many items from item `first` on, at most `most`, one launch may compute: the numbers of its whole groups
 * have one upper half, so that a device computes what follows from that once. */
uint64_t sowi_job_launch_items(const sowk_job *job, uint64_t first, uint64_t most);

#endif
