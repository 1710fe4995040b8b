/* The body of an instruction set's file: SOWK_LANES and SOWI_FILL_ITEMS, the name of its function, are
 * defined before it is read. */

#include <stddef.h>

#include "host.h"

#include "bits.clh"
#include "normal.clh"
#include "normal_f64.clh"
#include "stft.clh"
#include "stft_f64.clh"
#include "trunc_central.clh"
#include "trunc_central_f64.clh"
#include "trunc_edge.clh"
#include "trunc_edge_f64.clh"
#include "trunc_wide.clh"
#include "trunc_wide_f64.clh"
#include "uniform.clh"
#include "uniform_f64.clh"

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

#define SOWK_INDEXED
#define SOWK_DISTRIBUTION stft
#include "fill_dtypes.h"
#undef SOWK_DISTRIBUTION
#undef SOWK_INDEXED

typedef struct loop_row {
    sow_distribution distribution;
    sow_dtype dtype;
    void (*loop)(const sowk_job *job, uint64_t first, uint64_t end, void *dst);
} loop_row;

/* The rows of a distribution of floating draws. */
#define LOOP_ROWS(name, word)                                                                     \
    {SOW_DIST_##name, SOW_F32, loop_##word##_f32}, {SOW_DIST_##name, SOW_F64, loop_##word##_f64}, \
        {SOW_DIST_##name, SOW_F16, loop_##word##_f16},                                            \
        {SOW_DIST_##name, SOW_BF16, loop_##word##_bf16},                                          \
        {SOW_DIST_##name, SOW_F8_E4M3, loop_##word##_f8_e4m3},                                    \
    {                                                                                             \
        SOW_DIST_##name, SOW_F8_E5M2, loop_##word##_f8_e5m2                                       \
    }

static const loop_row loop_rows[] = {
    {SOW_DIST_BITS, SOW_I32, loop_bits_i32},
    LOOP_ROWS(UNIFORM, uniform),
    LOOP_ROWS(NORMAL, normal),
    LOOP_ROWS(TRUNC_CENTRAL, trunc_central),
    LOOP_ROWS(TRUNC_WIDE, trunc_wide),
    LOOP_ROWS(TRUNC_EDGE, trunc_edge),
    LOOP_ROWS(STFT, stft),
};

void SOWI_FILL_ITEMS(const sow_plan *plan, const sowk_job *job, uint64_t first, uint64_t end,
                     void *dst)
{
    for (size_t i = 0; i < sizeof loop_rows / sizeof loop_rows[0]; i++)
        if (loop_rows[i].distribution == plan->distribution && loop_rows[i].dtype == plan->dtype)
            loop_rows[i].loop(job, first, end, dst);
}
