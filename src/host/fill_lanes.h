/* The body of an instruction set's file: SOWK_LANES and SOWI_FILL_ITEMS, the name of its function, are
 * defined before it is read. */

#include <stddef.h>

#include "host.h"

#include "bits.clh"
#include "normal.clh"
#include "trunc_central.clh"
#include "trunc_edge.clh"
#include "trunc_wide.clh"
#include "uniform.clh"

#define SOWK_DISTRIBUTION bits
#define SOWK_DTYPE        i32
#include "fill_loop.h"
#undef SOWK_DTYPE
#undef SOWK_DISTRIBUTION

#define SOWK_DISTRIBUTION uniform
#include "fill_dtypes.h"
#undef SOWK_DISTRIBUTION

#define SOWK_DISTRIBUTION normal
#include "fill_dtypes.h"
#undef SOWK_DISTRIBUTION

#define SOWK_DISTRIBUTION trunc_central
#include "fill_dtypes.h"
#undef SOWK_DISTRIBUTION

#define SOWK_DISTRIBUTION trunc_wide
#include "fill_dtypes.h"
#undef SOWK_DISTRIBUTION

#define SOWK_DISTRIBUTION trunc_edge
#include "fill_dtypes.h"
#undef SOWK_DISTRIBUTION

typedef struct loop_row {
    sow_distribution distribution;
    sow_dtype dtype;
    void (*loop)(const sowk_job *job, uint64_t first, uint64_t end, void *dst);
} loop_row;

static const loop_row loop_rows[] = {
    {SOW_DIST_BITS, SOW_I32, loop_bits_i32},
    {SOW_DIST_UNIFORM, SOW_F32, loop_uniform_f32},
    {SOW_DIST_UNIFORM, SOW_F16, loop_uniform_f16},
    {SOW_DIST_UNIFORM, SOW_BF16, loop_uniform_bf16},
    {SOW_DIST_NORMAL, SOW_F32, loop_normal_f32},
    {SOW_DIST_NORMAL, SOW_F16, loop_normal_f16},
    {SOW_DIST_NORMAL, SOW_BF16, loop_normal_bf16},
    {SOW_DIST_TRUNC_CENTRAL, SOW_F32, loop_trunc_central_f32},
    {SOW_DIST_TRUNC_CENTRAL, SOW_F16, loop_trunc_central_f16},
    {SOW_DIST_TRUNC_CENTRAL, SOW_BF16, loop_trunc_central_bf16},
    {SOW_DIST_TRUNC_WIDE, SOW_F32, loop_trunc_wide_f32},
    {SOW_DIST_TRUNC_WIDE, SOW_F16, loop_trunc_wide_f16},
    {SOW_DIST_TRUNC_WIDE, SOW_BF16, loop_trunc_wide_bf16},
    {SOW_DIST_TRUNC_EDGE, SOW_F32, loop_trunc_edge_f32},
    {SOW_DIST_TRUNC_EDGE, SOW_F16, loop_trunc_edge_f16},
    {SOW_DIST_TRUNC_EDGE, SOW_BF16, loop_trunc_edge_bf16},
};

void SOWI_FILL_ITEMS(const sow_plan *plan, const sowk_job *job, uint64_t first, uint64_t end,
                     void *dst)
{
    for (size_t i = 0; i < sizeof loop_rows / sizeof loop_rows[0]; i++)
        if (loop_rows[i].distribution == plan->distribution && loop_rows[i].dtype == plan->dtype)
            loop_rows[i].loop(job, first, end, dst);
}
