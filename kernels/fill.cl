/* sow_fill_<distribution>_<dtype>: fills a region of a tensor with draws, one item a group of elements.
 * Before this the program holds the definitions of SOWK_LANES, SOWK_APART, SOWK_DISTRIBUTION and SOWK_DTYPE,
 * and the .clh parts. */

#include "fill.clh"

#define SOWK_KERNEL       SOWK_JOIN(SOWK_JOIN(sow_fill, SOWK_DISTRIBUTION), SOWK_DTYPE)
#define SOWK_ITEM         SOWK_JOIN(SOWK_JOIN(sowk_fill, SOWK_DISTRIBUTION), SOWK_DTYPE)
#define SOWK_COMPUTE      SOWK_JOIN(SOWK_JOIN(sowk_compute, SOWK_DISTRIBUTION), SOWK_DTYPE)
#define SOWK_ELEMENT      SOWK_JOIN(sowk_element, SOWK_DTYPE)
#define SOWK_ELEMENT_BITS SOWK_JOIN(SOWK_BITS, SOWK_DTYPE)
#define SOWK_WORD         SOWK_JOIN(sowk_word, SOWK_ELEMENT_BITS)
#define SOWK_PACKET_TYPE  SOWK_JOIN(sowk_packet, SOWK_ELEMENT_BITS)
#define SOWK_PACK         SOWK_JOIN(SOWK_PACK, SOWK_ELEMENT_BITS)

#if SOWK_SEVERAL
#define SOWK_ELEMENTS (sizeof(SOWK_PACKET_TYPE) / sizeof(SOWK_ELEMENT)) /* of a group */

/* Every get_global_size(0)-th group. First come the whole ones, of which a loop computes only what changes from
 * one to the next, then the others: two at the ends of a row, or all groups of many rows.
 *
 * GPUs get a loop of its own for the whole ones, SOWK_APART: some 15 instructions a group fewer. Where a
 * processor runs what a GPU's driver compiles, two copies of a draw take four times as long to compile. */
__kernel void SOWK_KERNEL(__global SOWK_ELEMENT *dst, const sowk_job job)
{
    sowk_wholes wholes = sowk_wholes_of(&job, SOWK_ELEMENTS);
    if (!SOWK_IS_ALIGNED(dst + wholes.dst, SOWK_PACKET_TYPE))
        wholes.count = 0;
    sowk_upper_keys upper = sowk_philox_upper(&job.keys, wholes.high);
    uint low = wholes.low;
    __global SOWK_ELEMENT *first = dst + wholes.dst;
    sowk_span span = {0, 0, 0, SOWK_ELEMENTS};
    const uint items = (uint)job.items, step = get_global_size(0);
    uint i = get_global_id(0);
#if SOWK_APART
    for (; i < wholes.count; i += step) {
        SOWK_WORD w[SOWK_ELEMENTS];
        SOWK_COMPUTE(&job, upper, low + i, w);
        SOWK_PACKET_TYPE packet;
        SOWK_PACK(w, packet);
        ((__global SOWK_PACKET_TYPE *)first)[i] = packet;
    }
#endif
    for (; i < items; i += step) {
        if (i >= wholes.count) {
            const uint item = i - wholes.count < wholes.skip ? i - wholes.count : i;
            span = sowk_span_of_part(&job, job.first_item + item, SOWK_ELEMENTS);
            upper = sowk_philox_upper(&job.keys, (uint)(span.group >> 32));
            low = (uint)span.group - i;
            first = dst + span.dst;
        }
        SOWK_WORD w[SOWK_ELEMENTS];
        SOWK_COMPUTE(&job, upper, low + i, w);
        if (i < wholes.count) {
            SOWK_PACKET_TYPE packet;
            SOWK_PACK(w, packet);
            ((__global SOWK_PACKET_TYPE *)first)[i] = packet;
        } else {
            for (uint j = 0; j < SOWK_ELEMENTS; j++)
                if (j - span.skip < span.count)
                    first[j - span.skip] = (SOWK_ELEMENT)w[j];
        }
    }
}
#else
__kernel void SOWK_KERNEL(__global SOWK_ELEMENT *dst, const sowk_job job)
{
    SOWK_ITEM(&job, get_global_id(0), dst);
}
#endif
