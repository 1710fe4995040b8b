/* What 'sowcl bench' prints. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "sowcl/bench.h"
#include "start_time.h"

/* Throughput. */
void bench_report_table(const sow_bench *bench);
void bench_report_json(const sow_bench *bench);

/* Figures. */
void bench_stats_table(const sow_stats_bench *bench);
void bench_stats_json(const sow_stats_bench *bench);

/* Latency and starts. */
void bench_latency_table(const sow_latency *latency, const char *device, const start_times *cold,
                         const start_times *warm);
void bench_latency_json(const sow_latency *latency, const char *device, const start_times *cold,
                        const start_times *warm);

#endif
