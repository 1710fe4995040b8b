#include "measure.h"

#include <math.h>

#include "host/simd.h"
#include "measure_group.h"

enum { GROUP = SOWI_MEASURE_GROUP_MAX, LANES = SOWI_MEASURE_LANES };

static sowi_measure_group *best_set(void)
{
#if defined(SOWI_HAVE_AVX2)
    if (sowi_has_avx2())
        return sowi_measure_group_avx2;
#endif
    return sowi_measure_group_plain;
}

void sowi_measure_break(sowi_measure *measure)
{
    for (size_t lane = 0; lane < LANES; lane++) {
        measure->sum += measure->group.sum[lane];
        measure->square_sum += measure->group.square_sum[lane];
    }
    measure->group = (sowi_measure_sums){.sum = {0}};
    measure->in_group = 0;
}

void sowi_measure_add(sowi_measure *measure, const void *data, size_t count)
{
    sowi_measure_group *const add = best_set();
    const unsigned char *at = data;
    const size_t size = sow_dtype_size(measure->dtype);
    measure->count += count;
    while (count != 0) {
        const size_t room = GROUP - measure->in_group;
        const size_t step = count < room ? count : room;
        add(&measure->group, measure->in_group % LANES, measure->dtype, at, step, measure->shift);
        measure->in_group += step;
        if (measure->in_group == GROUP)
            sowi_measure_break(measure);
        at += step * size;
        count -= step;
    }
}

void sowi_measure_moments(sowi_measure *measure, double *mean, double *std)
{
    sowi_measure_break(measure);
    *mean = 0;
    *std = 0;
    if (measure->count == 0)
        return;
    const double count = (double)measure->count;
    const double distance = measure->sum / count;
    const double variance = measure->square_sum / count - distance * distance;
    *mean = measure->shift + distance;
    *std = variance > 0 ? sqrt(variance) : 0;
}
