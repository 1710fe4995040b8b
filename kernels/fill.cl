/* sow_fill_<distribution>_<dtype>: fills a region of a tensor with draws, one item a group of elements.
 * Before this the program holds the definitions of SOWK_LANES, SOWK_DISTRIBUTION and SOWK_DTYPE, and the
 * .clh parts. */

#include "fill.clh"

#define SOWK_KERNEL SOWK_JOIN(SOWK_JOIN(sow_fill, SOWK_DISTRIBUTION), SOWK_DTYPE)
#define SOWK_ITEM   SOWK_JOIN(SOWK_JOIN(sowk_fill, SOWK_DISTRIBUTION), SOWK_DTYPE)

__kernel void SOWK_KERNEL(__global SOWK_JOIN(sowk_element, SOWK_DTYPE) * dst, const sowk_job job)
{
    SOWK_ITEM(&job, get_global_id(0), dst);
}
