#include "moments_memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"

/* A hash table in which a plan has PLACES rows: hundreds of distributions in any order, in 400 kB. */
enum { ROWS = 512, PLACES = 8 };

struct sowi_moments_row {
    bool used;
    sow_plan plan;
    double mean, std;
};

/* Whether two plans draw from the same distribution into the same dtype. */
static bool draws_alike(const sow_plan *a, const sow_plan *b)
{
    return a->distribution == b->distribution && a->dtype == b->dtype && a->mean == b->mean &&
           a->std == b->std && a->low == b->low && a->high == b->high &&
           a->location == b->location && a->scale == b->scale && a->stored_low == b->stored_low &&
           a->stored_high == b->stored_high && a->structure == b->structure &&
           a->placed.zeros == b->placed.zeros && a->placed.rows == b->placed.rows &&
           memcmp(a->param, b->param, sizeof a->param) == 0;
}

static size_t first_place(const sow_plan *plan)
{
    const uint64_t hash = sowi_hash_xxh3_64(plan->param, sizeof plan->param) ^
                          sowi_hash_xxh3_64(&plan->mean, sizeof plan->mean);
    return (size_t)((hash + (uint64_t)plan->dtype * PLACES) % ROWS);
}

/* The plan's row; else one for it, not marked as used. */
static sowi_moments_row *find(sowi_moments_memory *memory, const sow_plan *plan)
{
    const size_t first = first_place(plan);
    for (size_t i = 0; i < PLACES; i++) {
        sowi_moments_row *row = &memory->rows[(first + i) % ROWS];
        if (!row->used || draws_alike(&row->plan, plan))
            return row;
    }
    sowi_moments_row *row = &memory->rows[(first + memory->oldest++ % PLACES) % ROWS];
    row->used = false;
    return row;
}

sow_status sowi_moments_recall(sowi_moments_memory *memory, const sow_plan *plan, double *mean,
                               double *std)
{
    if (memory->rows == NULL)
        memory->rows = calloc(ROWS, sizeof *memory->rows);
    if (memory->rows == NULL) /* then without */
        return sow_plan_moments(plan, mean, std);
    sowi_moments_row *row = find(memory, plan);
    if (!row->used) {
        const sow_status status = sow_plan_moments(plan, &row->mean, &row->std);
        if (status != SOW_OK)
            return status;
        row->plan = *plan;
        row->used = true;
    }
    *mean = row->mean;
    *std = row->std;
    return SOW_OK;
}

void sowi_moments_forget(sowi_moments_memory *memory)
{
    free(memory->rows);
    memory->rows = NULL;
}
