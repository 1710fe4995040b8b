#include "structure_host.h"

#include <stddef.h>
#include <string.h>

#include "simd.h"
#include "structure.h"
#include "threads.h"

#include "structure.clh"

typedef struct structure_fill {
    sowk_job job;
    sowi_clear_columns *clear_columns;
    unsigned char *dst;
    size_t size; /* of an element */
} structure_fill;

static void place(void *work, uint64_t first, uint64_t end)
{
    const structure_fill *with = work;
    unsigned char pattern[8];
    for (size_t i = 0; i < sizeof pattern; i++)
        pattern[i] = (unsigned char)(with->job.param[SOWK_PLACED_PATTERN] >> (8 * i));
    for (uint64_t item = first; item < end; item++) {
        uint64_t element = 0;
        if (sowk_position(&with->job, sowk_placed_index(&with->job, item), &element))
            memcpy(with->dst + (size_t)(element - with->job.begin) * with->size, pattern,
                   with->size);
    }
}

static void clear(void *work, uint64_t first, uint64_t end)
{
    const structure_fill *with = work;
    with->clear_columns(&with->job, first, end, with->size, with->dst);
}

static sowi_clear_columns *choose(sow_simd simd)
{
#if defined(SOWI_HAVE_AVX2)
    if (sowi_simd_is_avx2(simd))
        return sowi_clear_columns_avx2;
#endif
    (void)simd;
    return sowi_clear_columns_plain;
}

void sowi_structure_fill_host(void *dst, const sow_plan *plan, const sow_host_options *options)
{
    structure_fill with = {
        .clear_columns = choose(options->simd), .dst = dst, .size = sow_dtype_size(plan->dtype)};
    sowi_structure_job_make(&with.job, plan, SOWI_SPARSE_LANES, 0);
    sowi_threads_run(plan->structure == SOW_STRUCTURE_PLACED ? place : clear, &with, with.job.items,
                     sowi_threads_for(plan->count * with.size, options->threads));
}
