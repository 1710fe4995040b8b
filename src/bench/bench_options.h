/* The options that benches of fills and of figures share. */
#ifndef SOWI_BENCH_OPTIONS_H
#define SOWI_BENCH_OPTIONS_H

#include "place.h"

/* Whether a choice, a bit of the mask, is made; 0: all are. */
bool sowi_bench_is_chosen(uint32_t mask, unsigned bit);

/* The size of the largest of the listed dtypes that are chosen; 0: none is. */
size_t sowi_bench_widest(uint32_t mask, const sow_dtype *dtypes, size_t count);

/* Checks count and rounds. SOW_ERR_ARGUMENT. */
sow_status sowi_bench_check_sizes(const sow_bench_options *options, sow_error *error);

/* Everything but the count, which memory may make smaller, and the clock. */
void sowi_bench_set(sow_bench_setting *setting, const sow_bench_options *options,
                    const sowi_place *place);

#endif
