/* The instruction sets of the host path. */
#ifndef SOWI_HOST_H
#define SOWI_HOST_H

#include "sowcl/base.h"

#include "job.clh"

/* Fills the items [first, end) of the job of a plan whose element 0 goes to dst. One function for each
 * instruction set; all give the same bits. The job must be made for the function's number of lanes. */
typedef void sowi_fill_items(const sow_plan *plan, const sowk_job *job, uint64_t first,
                             uint64_t end, void *dst);

/* Below this a thread costs more than it saves. */
#define SOWI_BYTES_PER_THREAD ((uint64_t)1 << 20)

/* Of a loop: everything that it calls is made part of it. A compiler that leaves a stage a function of its
 * own loads its constants anew for each group and passes vectors through memory. */
#if defined(__GNUC__)
#define SOWI_FLATTEN __attribute__((flatten))
#else
#define SOWI_FLATTEN
#endif

#define SOWI_LANES_PLAIN 1
#define SOWI_LANES_AVX2  8

sowi_fill_items sowi_fill_items_plain;
sowi_fill_items sowi_fill_items_avx2;

#endif
