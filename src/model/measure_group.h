/* The instruction sets that add up values. */
#ifndef SOWI_MEASURE_GROUP_H
#define SOWI_MEASURE_GROUP_H

#include "measure.h"

/* Elements are summed in groups: the group's sums are short, so that the long sum adds few terms of one
 * magnitude. A multiple of the lanes. */
enum { SOWI_MEASURE_GROUP_MAX = 1024 };

/* Adds count elements of a group as distances from shift, the first one to the lane, the others to those that follow. One
 * function for each instruction set; all give the same bits. */
typedef void sowi_measure_group(sowi_measure_sums *sums, size_t lane, sow_dtype dtype,
                                const unsigned char *data, size_t count, double shift);

sowi_measure_group sowi_measure_group_plain;
sowi_measure_group sowi_measure_group_avx2;

#endif
