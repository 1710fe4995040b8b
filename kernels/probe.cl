/* Tries one operation of a family, SOWK_PROBE_FAMILY, on operands from memory, so that no compiler can know them.
 *
 * Before this: SOWK_LANES, SOWK_PAIRS, SOWK_PROBE_FAMILY and the family's part. A work-item takes one vector; the number
 * of work-items is the vectors'. */
#include "probe_ops.clh"

#define SOWK_PROBE_VECTOR SOWK_JOIN(sowk_probe, SOWK_PROBE_FAMILY)
#define SOWK_PROBE_EACH   SOWK_JOIN(SOWK_PROBE_LIST, SOWK_PROBE_FAMILY)

__kernel void sow_probe(__global const SOWK_PROBE_VECTOR *operand_a,
                        __global const SOWK_PROBE_VECTOR *operand_b,
                        __global const SOWK_PROBE_VECTOR *operand_c,
                        __global SOWK_PROBE_VECTOR *results, uint op)
{
    const size_t i = get_global_id(0);
    const SOWK_PROBE_VECTOR a = operand_a[i], b = operand_b[i], c = operand_c[i];
    SOWK_PROBE_VECTOR result = a;
    switch (op) {
        SOWK_PROBE_EACH(SOWK_PROBE_CASE)
    default:
        break;
    }
    results[i] = result;
}
