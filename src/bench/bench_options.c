#include "bench_options.h"

#include <inttypes.h>
#include <string.h>

#include "fail.h"
#include "host/threads.h"

#define COUNT_MAX      ((uint64_t)1 << 34)
#define ROUNDS_MAX     1000000u
#define DEFAULT_ROUNDS 9

bool sowi_bench_is_chosen(uint32_t mask, unsigned bit)
{
    return mask == 0 || (mask >> bit & 1u) != 0;
}

size_t sowi_bench_widest(uint32_t mask, const sow_dtype *dtypes, size_t count)
{
    size_t widest = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t size = sow_dtype_size(dtypes[i]);
        if (sowi_bench_is_chosen(mask, dtypes[i]) && size > widest)
            widest = size;
    }
    return widest;
}

sow_status sowi_bench_check_sizes(const sow_bench_options *options, sow_error *error)
{
    if (options->count > COUNT_MAX)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "count (%" PRIu64 "): at most %" PRIu64,
                         options->count, COUNT_MAX);
    if (options->rounds > ROUNDS_MAX)
        return sowi_fail(error, SOW_ERR_ARGUMENT, "rounds (%" PRIu32 "): at most %u",
                         options->rounds, ROUNDS_MAX);
    return SOW_OK;
}

void sowi_bench_set(sow_bench_setting *setting, const sow_bench_options *options,
                    const sowi_place *place)
{
    setting->rounds = options->rounds != 0 ? options->rounds : DEFAULT_ROUNDS;
    setting->threads = options->threads != 0 ? options->threads : sowi_threads_online();
    if (setting->threads > SOWI_THREADS_MAX)
        setting->threads = SOWI_THREADS_MAX;
    memcpy(setting->device, place->name, sizeof setting->device);
}
