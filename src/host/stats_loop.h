/* A loop over chunks of one SOWK_DTYPE. Read once for each, after its chunk. */

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
