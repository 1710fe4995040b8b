/* Functions that choose the loops of a dtype: SOWI_STATS_NAME, SOWI_BINS_NAME if wanted, and SOWI_STATS_DTYPES(XX), XX(value, name) of
 * each, are defined before this is read. */

#include <assert.h>

void SOWI_STATS_NAME(sow_dtype dtype, const void *data, uint64_t count, uint64_t first,
                     uint64_t end, sowk_stats_part *parts)
{
#define SOWI_STATS_CASE(value, name)                            \
    if (dtype == (value)) {                                     \
        sowi_stats_loop_##name(data, count, first, end, parts); \
        return;                                                 \
    }
    SOWI_STATS_DTYPES(SOWI_STATS_CASE)
#undef SOWI_STATS_CASE
    assert(0 && "one of the dtypes");
}

#ifdef SOWI_BINS_NAME
void SOWI_BINS_NAME(sow_dtype dtype, const void *data, uint64_t count, double scale, double offset,
                    uint64_t *row)
{
#define SOWI_BINS_CASE(value, name)                             \
    if (dtype == (value)) {                                     \
        sowi_bins_loop_##name(data, count, scale, offset, row); \
        return;                                                 \
    }
    SOWI_STATS_DTYPES(SOWI_BINS_CASE)
#undef SOWI_BINS_CASE
    assert(0 && "one of the dtypes");
}
#endif
