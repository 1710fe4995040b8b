/* What 'sowcl bench' prints. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <jansson.h>

#include "sowcl/bench.h"
#include "start_time.h"

/* Throughput. */
void bench_report_table(const sow_bench *bench);
void bench_report_json(const sow_bench *bench);

/* Latency and starts. */
void bench_latency_table(const sow_latency *latency, const char *device, const start_times *cold,
                         const start_times *warm);
void bench_latency_json(const sow_latency *latency, const char *device, const start_times *cold,
                        const start_times *warm);

/* Puts key: the median, key_quartiles and key_range; null where there is nothing. */
void bench_put_spread(json_t *object, const char *key, const sow_bench_spread *spread);

/* A number of three or more digits, "-" for NaN. */
typedef struct short_text {
    char text[24];
} short_text;
short_text bench_format_short(double value);

#endif
