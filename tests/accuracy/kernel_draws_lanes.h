/* The body of an instruction set's file: SOWK_LANES and SOWT_KERNEL_DRAWS, the name of its table, are defined
 * before it is read. */

#include <string.h>

#include "kernel_draws_set.h"

#include "normal.clh"
#include "normal_f64.clh"
#include "store.clh"
#include "trunc_central.clh"
#include "trunc_central_f64.clh"
#include "trunc_edge.clh"
#include "trunc_edge_f64.clh"
#include "trunc_wide.clh"
#include "trunc_wide_f64.clh"

/* draw_<distribution>: the blocks, SOWK_LANES at a time. */
#define DRAW_BLOCKS(distribution)                                                                  \
    static void draw_##distribution(const uint64_t *param, uint32_t *const words[4], size_t count) \
    {                                                                                              \
        for (size_t i = 0; i < count; i += SOWK_LANES) {                                           \
            sowk_u w[4];                                                                           \
            for (size_t j = 0; j < 4; j++)                                                         \
                memcpy(&w[j], words[j] + i, sizeof w[j]);                                          \
            sowk_draw_##distribution(&w[0], &w[1], param);                                         \
            sowk_draw_##distribution(&w[2], &w[3], param);                                         \
            for (size_t j = 0; j < 4; j++)                                                         \
                memcpy(words[j] + i, &w[j], sizeof w[j]);                                          \
        }                                                                                          \
    }
DRAW_BLOCKS(normal)
DRAW_BLOCKS(trunc_central)
DRAW_BLOCKS(trunc_wide)
DRAW_BLOCKS(trunc_edge)

enum { LANES64 = sizeof(sowk_q) / sizeof(uint64_t) };

#define DRAW_BLOCKS_F64(distribution)                                                      \
    static void draw_##distribution##_f64(const uint64_t *param, uint64_t *a, uint64_t *b, \
                                          size_t count)                                    \
    {                                                                                      \
        for (size_t i = 0; i < count; i += LANES64) {                                      \
            sowk_q first, second;                                                          \
            memcpy(&first, a + i, sizeof first);                                           \
            memcpy(&second, b + i, sizeof second);                                         \
            sowk_draw64_##distribution(&first, &second, param);                            \
            memcpy(a + i, &first, sizeof first);                                           \
            memcpy(b + i, &second, sizeof second);                                         \
        }                                                                                  \
    }
DRAW_BLOCKS_F64(normal)
DRAW_BLOCKS_F64(trunc_central)
DRAW_BLOCKS_F64(trunc_wide)
DRAW_BLOCKS_F64(trunc_edge)

#define ROUND_WORDS(dtype)                                   \
    static void round_##dtype(uint32_t *words, size_t count) \
    {                                                        \
        for (size_t i = 0; i < count; i += SOWK_LANES) {     \
            sowk_u lane;                                     \
            memcpy(&lane, words + i, sizeof lane);           \
            lane = sowk_round_##dtype(lane);                 \
            memcpy(words + i, &lane, sizeof lane);           \
        }                                                    \
    }
ROUND_WORDS(f16)
ROUND_WORDS(bf16)
ROUND_WORDS(f8_e4m3)
ROUND_WORDS(f8_e5m2)

static void radius(const float *u, float *r, size_t count)
{
    for (size_t i = 0; i < count; i += SOWK_LANES) {
        sowk_f lane;
        memcpy(&lane, u + i, sizeof lane);
        lane = sowk_scaled_sqrt(sowk_minus_2_log(lane), SOWK_F(1.0f));
        memcpy(r + i, &lane, sizeof lane);
    }
}

static void angle(const float *x, const sowt_normal_angles *angles, size_t count)
{
    for (size_t i = 0; i < count; i += SOWK_LANES) {
        sowk_f lane;
        memcpy(&lane, x + i, sizeof lane);
        const sowk_f x2 = lane * lane, base = SOWK_FMA(-lane, lane, SOWK_F(1.0f));
        const sowk_f sine = sowk_sine_factor(x2), cosine = sowk_cosine_factor(x2);
        memcpy(angles->sine + i, &sine, sizeof sine);
        memcpy(angles->base + i, &base, sizeof base);
        memcpy(angles->cosine + i, &cosine, sizeof cosine);
    }
}

const sowt_kernel_draws SOWT_KERNEL_DRAWS = {
    .draw = {[SOW_DIST_NORMAL] = draw_normal,
             [SOW_DIST_TRUNC_CENTRAL] = draw_trunc_central,
             [SOW_DIST_TRUNC_WIDE] = draw_trunc_wide,
             [SOW_DIST_TRUNC_EDGE] = draw_trunc_edge},
    .draw_f64 = {[SOW_DIST_NORMAL] = draw_normal_f64,
                 [SOW_DIST_TRUNC_CENTRAL] = draw_trunc_central_f64,
                 [SOW_DIST_TRUNC_WIDE] = draw_trunc_wide_f64,
                 [SOW_DIST_TRUNC_EDGE] = draw_trunc_edge_f64},
    .round = {[SOW_F16] = round_f16,
              [SOW_BF16] = round_bf16,
              [SOW_F8_E4M3] = round_f8_e4m3,
              [SOW_F8_E5M2] = round_f8_e5m2},
    .radius = radius,
    .angle = angle,
};
