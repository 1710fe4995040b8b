/* sow_stats_<dtype>: the figures of chunks. sow_bins_<dtype>: counts in bins. Before this: SOWK_LANES, SOWK_REAL,
 * SOWK_DTYPE, stats_int.clh or stats_chunk.clh, and stats_bins.clh. Of one lane a work-group of SOWK_STATS_LANES shares a chunk of floats; else a work-item does one. */

/* How many elements of `count` the chunk has. */
static uint sowk_chunk_count(ulong chunk, ulong count)
{
    const ulong begin = chunk * SOWK_STATS_CHUNK;
    if (begin >= count)
        return 0;
    return count - begin < SOWK_STATS_CHUNK ? (uint)(count - begin) : SOWK_STATS_CHUNK;
}

#if SOWK_LANES == 8 || !defined(SOWK_STATS_CLH)

#define SOWK_STATS_OF_CHUNK SOWK_STATS(sowk_stats_chunk)

__kernel void SOWK_STATS(sow_stats)(__global const SOWK_STATS_ELEMENT *x, const ulong offset,
                                    const ulong count, const ulong first,
                                    __global sowk_stats_part *parts)
{
    const ulong chunk = first + get_global_id(0);
    const uint elements = sowk_chunk_count(chunk, count);
    __global const SOWK_STATS_ELEMENT *at = x + offset + chunk * SOWK_STATS_CHUNK;
    if (elements != 0)
        SOWK_STATS_OF_CHUNK(parts + get_global_id(0), at, elements);
}

#else

/* The extent over the group's lanes, to every one of them. */
static void sowk_extent_share(__local sowk_extent *shared, sowk_extent *extent, uint lane)
{
    for (uint reach = SOWK_STATS_LANES / 2; reach != 0; reach /= 2) {
        shared[lane] = *extent;
        barrier(CLK_LOCAL_MEM_FENCE);
        const sowk_extent other = shared[lane ^ reach];
        sowk_extent_join(extent, &other);
        barrier(CLK_LOCAL_MEM_FENCE);
    }
}

/* Joins lanes as a chunk's one work-item does: column by column, then by the tree. */
static void sowk_lanes_join(__global sowk_stats_part *part, __local sowk_sums *shared, uint lane)
{
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lane < SOWK_STATS_WIDTH) {
        sowk_sums sums = shared[lane];
        for (uint other = lane + SOWK_STATS_WIDTH; other < SOWK_STATS_LANES;
             other += SOWK_STATS_WIDTH) {
            const sowk_sums more = shared[other];
            sowk_sums_join(&sums, &more);
        }
        shared[lane] = sums;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lane == 0) {
        sowk_totals totals;
        for (uint i = 0; i < SOWK_STATS_WIDTH; i++) {
            const sowk_sums sums = shared[i];
            sowk_totals_put(&totals, i, &sums);
        }
        sowk_totals_join(&totals);
        sowk_part_put_sums(part, &totals);
    }
}

__kernel __attribute__((reqd_work_group_size(SOWK_STATS_LANES, 1, 1))) void SOWK_STATS(sow_stats)(
    __global const SOWK_STATS_ELEMENT *x, const ulong offset, const ulong count, const ulong first,
    __global sowk_stats_part *parts)
{
    __local sowk_extent extents[SOWK_STATS_LANES];
    __local sowk_sums shared[SOWK_STATS_LANES];
    const uint lane = (uint)get_local_id(0);
    const ulong chunk = first + get_group_id(0);
    const uint elements = sowk_chunk_count(chunk, count);
    __global const SOWK_STATS_ELEMENT *at = x + offset + chunk * SOWK_STATS_CHUNK;
    __global sowk_stats_part *part = parts + get_group_id(0);
    sowk_range range;
    sowk_extent extent;
    sowk_range_begin(&range);
    for (uint i = lane; i < elements; i += SOWK_STATS_LANES)
        SOWK_STATS(sowk_scan)(&range, SOWK_ELEMENT_LOAD(at + i));
    sowk_extent_of(&extent, &range);
    sowk_extent_share(extents, &extent, lane);
    const bool told = SOWK_STATS(sowk_is_told)(&extent);
    if (!told) {
        sowk_range_begin(&range);
        for (uint i = lane; i < elements; i += SOWK_STATS_LANES)
            SOWK_STATS(sowk_scan_with_care)(&range, SOWK_ELEMENT_LOAD(at + i));
        sowk_extent_of(&extent, &range);
        sowk_extent_share(extents, &extent, lane);
    }
    sowk_frame frame;
    SOWK_STATS(sowk_frame_make)(&frame, &extent, elements, told);
    sowk_sums sums;
    SOWK_STATS(sowk_sum_lanes)(&sums, at, lane, elements, &frame);
    shared[lane] = sums;
    sowk_lanes_join(part, shared, lane);
    if (lane == 0)
        sowk_part_put(part, &extent, &frame);
}

#endif

/* A block of SOWK_BIN_BLOCK elements to its row: by a work-group with one lane, else by a work-item. */
#if SOWK_LANES == 8

__kernel void SOWK_STATS(sow_bins)(__global const SOWK_STATS_ELEMENT *x, const ulong offset,
                                   const ulong count, const ulong first, const sowk_r scale,
                                   const sowk_r place, __global uint *rows)
{
    const ulong begin = (first + get_global_id(0)) * SOWK_BIN_BLOCK;
    __global uint *row = rows + get_global_id(0) * SOWK_BIN_ROW;
    if (begin >= count)
        return;
    const ulong end = count - begin < SOWK_BIN_BLOCK ? count : begin + SOWK_BIN_BLOCK;
    for (uint i = 0; i < SOWK_BIN_ROW; i++)
        row[i] = 0;
    for (ulong i = begin; i < end; i++) {
        const uint bin = SOWK_STATS(sowk_bin)(x[offset + i], scale, place);
        if (bin < SOWK_BIN_ROW)
            row[bin]++;
    }
}

#else

__kernel __attribute__((reqd_work_group_size(SOWK_STATS_LANES, 1, 1))) void SOWK_STATS(sow_bins)(
    __global const SOWK_STATS_ELEMENT *x, const ulong offset, const ulong count, const ulong first,
    const sowk_r scale, const sowk_r place, __global uint *rows)
{
    __local uint counts[SOWK_BIN_ROW];
    const uint lane = (uint)get_local_id(0);
    const ulong begin = (first + get_group_id(0)) * SOWK_BIN_BLOCK;
    const ulong end = count - begin < SOWK_BIN_BLOCK ? count : begin + SOWK_BIN_BLOCK;
    for (uint i = lane; i < SOWK_BIN_ROW; i += SOWK_STATS_LANES)
        counts[i] = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (ulong i = begin + lane; i < end; i += SOWK_STATS_LANES) {
        const uint bin = SOWK_STATS(sowk_bin)(x[offset + i], scale, place);
        if (bin < SOWK_BIN_ROW)
            (void)atomic_inc(&counts[bin]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint i = lane; i < SOWK_BIN_ROW; i += SOWK_STATS_LANES)
        rows[get_group_id(0) * SOWK_BIN_ROW + i] = counts[i];
}

#endif
