/* Structures in host memory. */
#ifndef SOWI_STRUCTURE_HOST_H
#define SOWI_STRUCTURE_HOST_H

#include "sowcl/base.h"

#include "job.clh"

/* What items of sparse columns are made for, whatever the instruction set. */
#define SOWI_SPARSE_LANES 8

/* Writes zeros over the columns' runs [first, end) of the job, whose elements of `size` bytes are at dst. One
 * function for each instruction set. */
typedef void sowi_clear_columns(const sowk_job *job, uint64_t first, uint64_t end, size_t size,
                                unsigned char *dst);

sowi_clear_columns sowi_clear_columns_plain;
sowi_clear_columns sowi_clear_columns_avx2;

/* Writes the plan's structure over dst, its elements. options as sow_fill_host_plan checked them. */
void sowi_structure_fill_host(void *dst, const sow_plan *plan, const sow_host_options *options);

#endif
