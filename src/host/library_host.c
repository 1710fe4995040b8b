#include "library_host.h"

#include <math.h>

#define SOWK_LANES 1
#define SOWK_LOG   logf
#define SOWK_SQRT  sqrtf
#define SOWK_SIN   sinf
#define SOWK_COS   cosf

#include "host.h"
#include "job.h"
#include "law.h"
#include "library_normal.clh"
#include "threads.h"

#define SOWI_WITHOUT_F64
#define SOWK_DISTRIBUTION library_normal
#include "fill_dtypes.h"
#undef SOWK_DISTRIBUTION

typedef struct library_fill {
    const sowk_job *job;
    void (*loop)(const sowk_job *job, uint64_t first, uint64_t end, void *dst);
    void *dst;
} library_fill;

static void fill_part(void *work, uint64_t first, uint64_t end)
{
    const library_fill *const whole = work;
    whole->loop(whole->job, first, end, whole->dst);
}

sow_status sowi_library_fill_host(void *dst, const sow_plan *plan, uint32_t threads)
{
    static void (*const loops[])(const sowk_job *, uint64_t, uint64_t, void *) = {
        [SOW_F32] = loop_library_normal_f32,         [SOW_F16] = loop_library_normal_f16,
        [SOW_BF16] = loop_library_normal_bf16,       [SOW_F8_E4M3] = loop_library_normal_f8_e4m3,
        [SOW_F8_E5M2] = loop_library_normal_f8_e5m2,
    };
    if (!sowi_plan_has_control(plan))
        return SOW_ERR_INITIALIZER;
    if (plan->count == 0)
        return SOW_OK;
    if (plan->count > SIZE_MAX / sow_dtype_size(plan->dtype))
        return SOW_ERR_NO_MEMORY;
    sowk_job job;
    sowi_job_make(&job, plan, SOWI_LANES_PLAIN, 0);
    library_fill whole = {&job, loops[plan->dtype], dst};
    const uint64_t useful = plan->count * sow_dtype_size(plan->dtype) / SOWI_BYTES_PER_THREAD + 1;
    const uint32_t wanted = threads != 0 ? threads : sowi_threads_online();
    sowi_threads_run(fill_part, &whole, job.items, wanted < useful ? wanted : (uint32_t)useful);
    return SOW_OK;
}
