/* Measuring in plain C. */
#include "measure_group.h"

enum { LANES = SOWI_MEASURE_LANES };

/* Adds whole rows of lanes. */
static void add_rows(sowi_measure_sums *to, const double *distances, size_t count)
{
    sowi_measure_sums sums = *to;
    for (size_t i = 0; i < count; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++) {
            const double distance = distances[i + lane];
            sums.sum[lane] += distance;
            sums.square_sum[lane] += distance * distance;
        }
    *to = sums;
}

#define SOWI_MEASURE_GROUP sowi_measure_group_plain
#include "measure_loop.h"
