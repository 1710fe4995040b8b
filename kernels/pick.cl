/* sow_pick_<dtype>: the elements of a region from matrices of f32 or f64, a work-item an element. */

#define SOWK_PICK_KERNEL  SOWK_JOIN(sow_pick, SOWK_DTYPE)
#define SOWK_PICK_ELEMENT SOWK_JOIN(sowk_element, SOWK_DTYPE)
#define SOWK_PICK_ROUND   SOWK_JOIN(sowk_round, SOWK_DTYPE)

/* The bits of what the matrices were made in; those of a double are stored as they are. */
#define SOWK_PICKED(dtype) SOWK_JOIN(sowk_picked, dtype)
typedef uint sowk_picked_f32;
typedef uint sowk_picked_f16;
typedef uint sowk_picked_bf16;
typedef uint sowk_picked_f8_e4m3;
typedef uint sowk_picked_f8_e5m2;
typedef ulong sowk_picked_f64;
typedef ulong sowk_element_f64;
static ulong sowk_round_f64(ulong x)
{
    return x;
}

__kernel void SOWK_PICK_KERNEL(__global SOWK_PICK_ELEMENT *dst,
                               __global const SOWK_PICKED(SOWK_DTYPE) * source, const sowk_job job)
{
    const ulong element = job.begin + get_global_id(0);
    ulong place = 0;
    if (element >= job.end)
        return;
    __global SOWK_PICK_ELEMENT *p = dst + job.dst + get_global_id(0);
    if (sowk_pick(&job, element, &place))
        *p = (SOWK_PICK_ELEMENT)SOWK_PICK_ROUND(source[place]);
    else if (job.param[SOWK_PICK_ZEROS])
        *p = 0;
}
