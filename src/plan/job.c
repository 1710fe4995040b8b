#include "job.h"

#include <stddef.h>

_Static_assert(sizeof(sowk_job) == (13 + 2 * SOWK_MAX_OUTER + SOWK_PARAMETERS) * 8 + (20 + 2) * 4,
               "host and device must lay the struct out alike, without padding");
_Static_assert(SOWK_MAX_OUTER == SOW_MAX_RANK - 1, "every dimension but the run's");
_Static_assert(SOWK_PARAMETERS == SOW_PLAN_PARAMETERS, "a plan's parameters are the job's");

static uint64_t product(uint32_t a, uint32_t b)
{
    return (uint64_t)a * b;
}

/* See the comment at sowk_philox_keys for what is folded. */
static void fold_keys(sowk_philox_keys *keys, sow_key key)
{
    uint32_t k0[10], k1[10];
    for (uint32_t r = 0; r < 10; r++) {
        k0[r] = (uint32_t)key.seed + r * SOWK_PHILOX_W0;
        k1[r] = (uint32_t)(key.seed >> 32) + r * SOWK_PHILOX_W1;
    }
    const uint64_t p = product(SOWK_PHILOX_M1, (uint32_t)key.stream);
    keys->a = (uint32_t)(p >> 32) ^ k0[0];
    keys->round[0] = (uint32_t)(key.stream >> 32) ^ k1[0];
    keys->round[1] = (uint32_t)p ^ k0[1];
    keys->round[2] = k1[1];
    keys->round[3] = k0[2];
    keys->round[4] = k1[2];
    for (uint32_t r = 3; r < 10; r++) {
        keys->round[2 * r - 1] = k0[r];
        keys->round[2 * r] = k1[r];
    }
}

/* One row: its groups, of which the first and the last may be cut. */
static void count_row(sowk_job *job, uint64_t group)
{
    const uint64_t end = job->first + job->run;
    const uint64_t first_group = job->first / group;
    const uint64_t first_whole = job->first / group + (job->first % group != 0);
    job->items = (end - 1) / group - first_group + 1;
    job->first_whole = first_whole - first_group;
    job->wholes = end / group > first_whole ? end / group - first_whole : 0;
    job->whole_group = first_group;
    job->whole_dst = job->dst - job->first % group; /* may wrap below 0 where item 0 is cut */
}

/* The items of the job's range: whole rows of groups, or, of a single row, just its groups. */
static void count_items(sowk_job *job, uint64_t group)
{
    if (job->outer_rank == 0) {
        count_row(job, group);
        return;
    }
    job->first_row = job->begin / job->run;
    job->groups_per_row = (job->run + group - 2) / group + 1;
    job->items = ((job->end - 1) / job->run - job->first_row + 1) * job->groups_per_row;
}

void sowi_job_make(sowk_job *job, const sow_plan *plan, uint32_t lanes, uint64_t dst)
{
    *job = (sowk_job){
        .begin = plan->begin,
        .end = plan->begin + plan->count,
        .dst = dst,
        .first = plan->first,
        .run = plan->run,
        .outer_rank = plan->outer_rank,
    };
    if (plan->outer_rank == 0) { /* one row: narrow it to what is written */
        job->first += plan->begin;
        job->run = plan->count;
        job->begin = 0;
        job->end = plan->count;
    }
    for (uint32_t d = 0; d < plan->outer_rank; d++) {
        job->outer_extent[d] = plan->outer_extent[d];
        job->outer_stride[d] = plan->outer_stride[d];
    }
    for (size_t i = 0; i < SOWK_PARAMETERS; i++)
        job->param[i] = plan->param[i];
    fold_keys(&job->keys, plan->key);
    count_items(job, (plan->dtype == SOW_F64 ? 2 : 4) * (uint64_t)lanes);
}

uint64_t sowi_job_launch_items(const sowk_job *job, uint64_t first, uint64_t most)
{
    const uint64_t left = job->items - first;
    const uint64_t upper_half_left = ((uint64_t)1 << 32) - (uint32_t)(job->whole_group + first);
    uint64_t items = left < most ? left : most;
    if (job->wholes != 0 && upper_half_left < items)
        items = upper_half_left;
    return items;
}
