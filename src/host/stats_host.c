/* The figures of host memory: the choice of an instruction set, and threads. */
#include "stats_host.h"

#include <stdbool.h>
#include <stdlib.h>

#include "simd.h"
#include "stats_sums.h"
#include "threads.h"

/* Chunks whose figures are held at a time. */
enum { PARTS_MAX = 4096 };

static sowi_stats_chunks *choose(sow_simd simd, sow_dtype dtype)
{
    const bool f64 = dtype == SOW_F64;
    if (!sow_dtype_is_float(dtype))
        return sowi_stats_chunks_int;
#if defined(SOWI_HAVE_AVX2)
    if (sowi_simd_is_avx2(simd))
        return f64 ? sowi_stats_chunks_avx2_f64 : sowi_stats_chunks_avx2_f32;
#endif
    (void)simd;
    return f64 ? sowi_stats_chunks_plain_f64 : sowi_stats_chunks_plain_f32;
}

typedef struct stats_work {
    sow_dtype dtype;
    sowi_stats_chunks *chunks;
    const unsigned char *data;
    uint64_t count;
    sowk_stats_part *parts;
} stats_work;

static void find_part(void *work, uint64_t first, uint64_t end)
{
    const stats_work *with = work;
    with->chunks(with->dtype, with->data, with->count, first, end, with->parts);
}

sow_status sowi_stats_add_host(sowi_stats_sums *sums, const void *data, uint64_t count,
                               const sow_host_options *options)
{
    stats_work work = {.dtype = sowi_stats_dtype(sums->dtype)};
    const uint64_t most = (uint64_t)PARTS_MAX * SOWK_STATS_CHUNK;
    const size_t size = sow_dtype_size(sums->dtype);
    if (!sowi_simd_is_possible(options->simd))
        return SOW_ERR_ARGUMENT;
    work.chunks = choose(options->simd, work.dtype);
    work.parts = malloc(PARTS_MAX * sizeof *work.parts);
    if (work.parts == NULL)
        return SOW_ERR_NO_MEMORY;
    for (uint64_t begin = 0; begin < count; begin += most) {
        work.data = (const unsigned char *)data + begin * size;
        work.count = count - begin < most ? count - begin : most;
        const uint64_t chunks = (work.count + SOWK_STATS_CHUNK - 1) / SOWK_STATS_CHUNK;
        sowi_threads_run(find_part, &work, chunks,
                         sowi_threads_for(work.count * size, options->threads));
        sowi_stats_add(sums, work.parts, work.count);
    }
    free(work.parts);
    return SOW_OK;
}

void sowi_bins_add_host(sow_dtype dtype, const void *data, uint64_t count, sowi_bins_place place,
                        uint64_t *row)
{
    sowi_bins *const bins = dtype == SOW_F64                 ? sowi_bins_plain_f64
                            : sow_dtype_is_float(dtype) != 0 ? sowi_bins_plain_f32
                                                             : sowi_bins_int;
    bins(sowi_stats_dtype(dtype), data, count, place.scale, place.offset, row);
}

static sow_status find_all(const void *data, sow_dtype dtype, uint64_t count,
                           const sow_stats_options *options, sow_stats *out)
{
    sowi_stats_sums sums;
    sowi_bins_place place;
    uint64_t row[SOWI_BINS_ROW] = {0};
    sow_status status = SOW_OK;
    if (options->histogram != NULL)
        status = sowi_bins_begin(options->histogram, &place);
    sowi_stats_begin(&sums, dtype);
    if (status == SOW_OK)
        status = sowi_stats_add_host(&sums, data, count, &options->host);
    if (status != SOW_OK)
        return status;
    sowi_stats_end(&sums, out);
    if (options->histogram != NULL) {
        sowi_bins_add_host(dtype, data, count, place, row);
        sowi_bins_end(options->histogram, row);
    }
    return SOW_OK;
}

sow_status sow_stats_host(const void *data, sow_dtype dtype, uint64_t count,
                          const sow_stats_options *options, sow_stats *out)
{
    static const sow_stats_options standard = {0};
    if (out == NULL || (data == NULL && count != 0))
        return SOW_ERR_ARGUMENT;
    if (sow_dtype_size(dtype) == 0)
        return SOW_ERR_DTYPE;
    return find_all(data, dtype, count, options == NULL ? &standard : options, out);
}
