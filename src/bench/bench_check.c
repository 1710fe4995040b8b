/* Whether what is timed does what it is to do. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench_parts.h"
#include "fail.h"
#include "fold.h"
#include "hash.h"
#include "self_test.h"

/* A piece of the buffer and what it must hold; a multiple of every element's size. */
#define PIECE_BYTES ((size_t)4 << 20)

typedef struct pieces {
    unsigned char *found, *expected; /* PIECE_BYTES each */
    sowi_hash *hash;
    uint32_t folded; /* xor of the words that the Philox-only work must have drawn */
} pieces;

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static sow_status failure_of(const sowi_work *work)
{
    sowi_self_test test;
    if (sow_bench_what_is_fill(work->what) &&
        sowi_self_test_make(&test, work->plan.distribution, work->plan.dtype))
        return test.failure;
    return SOW_ERR_DEVICE;
}

static sow_status refuse(const sowi_place *place, const sowi_work *work, uint64_t index,
                         const char *when, sow_error *error)
{
    return sowi_fail(error, failure_of(work),
                     "%s on %s stored other bytes at element %" PRIu64 " %s: the host path's only",
                     sowi_case_name_of(work).text, place->name, index, when);
}

static uint64_t first_difference(const unsigned char *a, const unsigned char *b, size_t size)
{
    size_t i = 0;
    while (i < size && a[i] == b[i])
        i++;
    return i;
}

/* The elements at [begin, begin + count) that the case must store. */
static sow_status draw_expected(const sowi_work *work, uint64_t begin, uint64_t count,
                                unsigned char *dst)
{
    if (work->what == SOW_BENCH_STORE || work->what == SOW_BENCH_FILL_BUFFER) {
        const uint32_t word = (uint32_t)work->plan.param[0];
        for (uint64_t i = 0; i < count; i++)
            memcpy(dst + 4 * i, &word, sizeof word);
        return SOW_OK;
    }
    sow_plan piece = work->plan;
    const sow_status status = sow_plan_slice(&piece, begin, count);
    return status != SOW_OK ? status : sow_fill_host_plan(dst, &piece, NULL);
}

static sow_status compare_elements(sowi_place *place, sowi_case *one, pieces *use, sow_error *error)
{
    sow_status status = SOW_OK;
    const uint64_t size = sow_dtype_size(one->work.plan.dtype);
    for (uint64_t at = 0; at < one->written_bytes; at += PIECE_BYTES) {
        const size_t bytes = (size_t)least(PIECE_BYTES, one->written_bytes - at);
        SOWI_TRY(status, place->ops->read(place, at, bytes, use->found));
        SOWI_TRY(status, draw_expected(&one->work, at / size, bytes / size, use->expected));
        sowi_hash_update(use->hash, use->found, bytes);
        const uint64_t same = first_difference(use->found, use->expected, bytes);
        if (same < bytes)
            return refuse(place, &one->work, (at + same) / size, "of the first run", error);
    }
    sowi_hash_digest(use->hash, one->digest);
done:
    return status;
}

/* All that the Philox-only work has stored comes, by xor, to the xor of the words. */
static sow_status compare_folded(sowi_place *place, sowi_case *one, pieces *use, sow_error *error)
{
    sow_status status = SOW_OK;
    uint32_t folded = 0;
    for (uint64_t at = 0; at < one->work.size_bytes; at += PIECE_BYTES) {
        const size_t bytes = (size_t)least(PIECE_BYTES, one->work.size_bytes - at);
        SOWI_TRY(status, draw_expected(&one->work, at / 4, bytes / 4, use->expected));
        folded ^= sowi_fold(use->expected, bytes);
    }
    for (uint64_t at = 0; at < one->written_bytes; at += PIECE_BYTES) {
        const size_t bytes = (size_t)least(PIECE_BYTES, one->written_bytes - at);
        SOWI_TRY(status, place->ops->read(place, at, bytes, use->found));
        folded ^= sowi_fold(use->found, bytes);
    }
    if (folded != 0)
        return sowi_fail(error, SOW_ERR_DEVICE,
                         "philox on %s drew other words, by their xor (%08" PRIx32
                         " off): the host path's only",
                         place->name, folded);
done:
    return status;
}

static uint64_t window_bytes(const sowi_case *one)
{
    return least(SOWI_WINDOW_BYTES, one->written_bytes);
}

static sow_status read_ends(sowi_place *place, const sowi_case *one, unsigned char *front,
                            unsigned char *back)
{
    const uint64_t size = window_bytes(one);
    const sow_status status = place->ops->read(place, 0, size, front);
    return status != SOW_OK ? status
                            : place->ops->read(place, one->written_bytes - size, size, back);
}

sow_status sowi_bench_check_whole(sowi_place *place, sowi_case *one, sow_error *error)
{
    sow_status status = SOW_OK;
    pieces use = {.found = NULL};
    if (one->written_bytes == 0)
        return place->ops->run(place, &one->work);
    use.found = malloc(PIECE_BYTES);
    use.expected = malloc(PIECE_BYTES);
    use.hash = sowi_hash_create();
    if (use.found == NULL || use.expected == NULL || use.hash == NULL) {
        status = SOW_ERR_NO_MEMORY;
        goto done;
    }
    SOWI_TRY(status, place->ops->poison(place, 0, one->written_bytes));
    SOWI_TRY(status, place->ops->run(place, &one->work));
    if (one->work.what == SOW_BENCH_PHILOX)
        SOWI_TRY(status, compare_folded(place, one, &use, error));
    else
        SOWI_TRY(status, compare_elements(place, one, &use, error));
    status = read_ends(place, one, one->front, one->back);
done:
    sowi_hash_release(use.hash);
    free(use.expected);
    free(use.found);
    return status;
}

sow_status sowi_bench_poison_ends(sowi_place *place, const sowi_case *one)
{
    const uint64_t size = window_bytes(one);
    if (size == 0)
        return SOW_OK;
    const sow_status status = place->ops->poison(place, 0, size);
    return status != SOW_OK ? status : place->ops->poison(place, one->written_bytes - size, size);
}

sow_status sowi_bench_check_ends(sowi_place *place, const sowi_case *one, sow_error *error)
{
    unsigned char front[SOWI_WINDOW_BYTES], back[SOWI_WINDOW_BYTES];
    const size_t size = (size_t)window_bytes(one);
    if (size == 0)
        return SOW_OK;
    const sow_status status = read_ends(place, one, front, back);
    if (status != SOW_OK)
        return status;
    const uint64_t element =
        one->work.what == SOW_BENCH_PHILOX ? 4 : sow_dtype_size(one->work.plan.dtype);
    const uint64_t in_front = first_difference(front, one->front, size);
    if (in_front < size)
        return refuse(place, &one->work, in_front / element, "of a timed run", error);
    const uint64_t in_back = first_difference(back, one->back, size);
    if (in_back < size)
        return refuse(place, &one->work, (one->written_bytes - size + in_back) / element,
                      "of a timed run", error);
    return SOW_OK;
}
