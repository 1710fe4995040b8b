/* The arithmetic of plans on trial: doubles, by the compiler's own operators and two functions of C. */
#include <math.h>

#include "lanes64.clh"
#include "probe_host.h"

static uint64_t divided(uint64_t a, uint64_t b)
{
    return SOWK_AS_Q(SOWK_AS_D(a) / SOWK_AS_D(b));
}

static uint64_t root(uint64_t a)
{
    return SOWK_AS_Q(sqrt(SOWK_AS_D(a)));
}

static uint64_t fused(uint64_t a, uint64_t b, uint64_t c)
{
    return SOWK_AS_Q(fma(SOWK_AS_D(a), SOWK_AS_D(b), SOWK_AS_D(c)));
}

static uint64_t sum_of_product(uint64_t a, uint64_t b, uint64_t c)
{
    return SOWK_AS_Q(SOWK_AS_D(a) * SOWK_AS_D(b) + SOWK_AS_D(c));
}

static uint64_t rounded(uint64_t a)
{
    return SOWK_AS_U((float)SOWK_AS_D(a));
}

SOWK_PROBE_DEFINE(uint64_t, plan_divide, divided(a, b))
SOWK_PROBE_DEFINE(uint64_t, plan_sqrt, root(a))
SOWK_PROBE_DEFINE(uint64_t, plan_fma, fused(a, b, c))
SOWK_PROBE_DEFINE(uint64_t, plan_sum_of_product, sum_of_product(a, b, c))
SOWK_PROBE_DEFINE(uint64_t, plan_to_f32, rounded(a))

void sowi_probe_items_of_plans(unsigned op, const void *from_a, const void *from_b,
                               const void *from_c, void *results, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint64_t a = ((const uint64_t *)from_a)[i], b = ((const uint64_t *)from_b)[i];
        const uint64_t c = ((const uint64_t *)from_c)[i];
        uint64_t result = a;
        switch (op) {
            SOWK_PROBE_LIST_plan(SOWK_PROBE_CASE) default : break;
        }
        ((uint64_t *)results)[i] = result;
    }
}
