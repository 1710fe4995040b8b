/* The options that benches of fills and of figures share. */
#ifndef SOWI_BENCH_OPTIONS_H
#define SOWI_BENCH_OPTIONS_H

#include "place.h"

/* Checks count and rounds. SOW_ERR_ARGUMENT. */
sow_status sowi_bench_check_sizes(const sow_bench_options *options, sow_error *error);

/* Everything but the count, which memory may make smaller, and the clock. */
void sowi_bench_set(sow_bench_setting *setting, const sow_bench_options *options,
                    const sowi_place *place);

#endif
