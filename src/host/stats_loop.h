/* Loops over the elements of one SOWK_DTYPE. Read once for each, after its chunk. */

#include "stats_bins.clh"

static SOWI_FLATTEN void SOWK_JOIN(sowi_stats_loop, SOWK_DTYPE)(const void *data, uint64_t count,
                                                                uint64_t first, uint64_t end,
                                                                sowk_stats_part *parts)
{
    const SOWK_JOIN(sowk_stats_element, SOWK_DTYPE) *x = data;
    for (uint64_t chunk = first; chunk < end; chunk++) {
        const uint64_t begin = chunk * SOWK_STATS_CHUNK, left = count - begin;
        SOWK_JOIN(sowk_stats_chunk, SOWK_DTYPE)
        (parts + chunk, x + begin, left < SOWK_STATS_CHUNK ? (uint32_t)left : SOWK_STATS_CHUNK);
    }
}

#ifdef SOWI_BINS_NAME
static SOWI_FLATTEN void SOWK_JOIN(sowi_bins_loop, SOWK_DTYPE)(const void *data, uint64_t count,
                                                               double scale, double offset,
                                                               uint64_t *row)
{
    const SOWK_JOIN(sowk_stats_element, SOWK_DTYPE) *x = data;
    const sowk_r real_scale = (sowk_r)scale, real_offset = (sowk_r)offset;
    uint64_t counts[SOWK_BIN_ROW + 1] = {0}; /* the last: in no bin */
    for (uint64_t i = 0; i < count; i++)
        counts[SOWK_JOIN(sowk_bin, SOWK_DTYPE)(x[i], real_scale, real_offset)]++;
    for (uint64_t i = 0; i < SOWK_BIN_ROW; i++)
        row[i] += counts[i];
}
#endif
