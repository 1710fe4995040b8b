#include "pick_host.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "job.h"
#include "orthogonal.h"

#include "pick.clh"
#include "store.clh"

/* One element of the dtype from its value in the type it is computed in. */
typedef void round_to(void *dst, const void *value);

#define ROUND_TO(dtype)                                                                      \
    static void round_##dtype(void *dst, const void *value)                                  \
    {                                                                                        \
        uint32_t bits;                                                                       \
        memcpy(&bits, value, sizeof bits);                                                   \
        const sowk_element_##dtype element = (sowk_element_##dtype)sowk_round_##dtype(bits); \
        memcpy(dst, &element, sizeof element);                                               \
    }
ROUND_TO(f32)
ROUND_TO(f16)
ROUND_TO(bf16)
ROUND_TO(f8_e4m3)
ROUND_TO(f8_e5m2)

static void round_f64(void *dst, const void *value)
{
    memcpy(dst, value, sizeof(double));
}

static round_to *rounding_of(sow_dtype dtype)
{
    switch (dtype) {
    case SOW_F16:
        return round_f16;
    case SOW_BF16:
        return round_bf16;
    case SOW_F64:
        return round_f64;
    case SOW_F8_E4M3:
        return round_f8_e4m3;
    case SOW_F8_E5M2:
        return round_f8_e5m2;
    default:
        return round_f32;
    }
}

void sowi_pick_host(void *dst, const sow_plan *plan, const void *source, uint64_t first,
                    uint64_t count)
{
    const size_t size = sow_dtype_size(plan->dtype);
    const size_t real_size = sow_dtype_size(sowi_orthogonal_real(plan));
    round_to *round = rounding_of(plan->dtype);
    sowk_job job;
    sowi_pick_job_make(&job, plan, first, count, 0, 0);
    unsigned char *p = dst;
    for (uint64_t element = job.begin; element < job.end; element++, p += size) {
        uint64_t place = 0;
        if (sowk_pick(&job, element, &place))
            round(p, (const unsigned char *)source + place * real_size);
        else if (job.param[SOWK_PICK_ZEROS] != 0)
            memset(p, 0, size);
    }
}
