#include "structure_host.h"

#include <stddef.h>
#include <string.h>

#include "structure.h"
#include "threads.h"

#include "structure.clh"

typedef struct structure_fill {
    sowk_job job;
    unsigned char *dst;
    size_t size; /* of an element */
} structure_fill;

static unsigned char *address(const structure_fill *with, uint64_t element)
{
    return with->dst + (size_t)(element - with->job.begin) * with->size;
}

static void place(void *work, uint64_t first, uint64_t end)
{
    const structure_fill *with = work;
    unsigned char pattern[8];
    for (size_t i = 0; i < sizeof pattern; i++)
        pattern[i] = (unsigned char)(with->job.param[SOWK_PLACED_PATTERN] >> (8 * i));
    for (uint64_t item = first; item < end; item++) {
        uint64_t element = 0;
        if (sowk_position(&with->job, sowk_placed_index(&with->job, item), &element))
            memcpy(address(with, element), pattern, with->size);
    }
}

static void clear_columns(void *work, uint64_t first, uint64_t end)
{
    const structure_fill *with = work;
    for (uint64_t item = first; item < end; item++) {
        const sowk_column_run run = sowk_column_run_of(&with->job, item);
        for (uint32_t i = 0; i < SOWK_SPARSE_RUN; i++)
            if (sowk_is_zeroed(&with->job, &run, i))
                memset(address(with, run.element + i * run.step), 0, with->size);
    }
}

void sowi_structure_fill_host(void *dst, const sow_plan *plan, uint32_t threads)
{
    structure_fill with = {.dst = dst, .size = sow_dtype_size(plan->dtype)};
    sowi_structure_job_make(&with.job, plan, 0);
    sowi_threads_run(plan->structure == SOW_STRUCTURE_PLACED ? place : clear_columns, &with,
                     with.job.items, threads);
}
