/* Philox alone on the host, which its fills are measured against. */
#ifndef SOWI_BASELINE_HOST_H
#define SOWI_BASELINE_HOST_H

#include "sowcl/base.h"

#include "job.clh"

/* For each of the items [first, end) of the job draws the words, as a fill of 32-bit elements does, and
 * stores the xor of each block's to dst, those of an item in any order. One function for each instruction
 * set; the job must be made for the function's number of lanes. */
typedef void sowi_philox_items(const sowk_job *job, uint64_t first, uint64_t end, uint32_t *dst);

sowi_philox_items sowi_philox_items_plain;
sowi_philox_items sowi_philox_items_avx2;

/* The function of the instruction set that fills take by default, and its lanes. */
sowi_philox_items *sowi_philox_items_best(uint32_t *lanes);

#endif
