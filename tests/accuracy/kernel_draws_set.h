/* The functions of kernel_draws.h for one instruction set. */
#ifndef SOWT_KERNEL_DRAWS_SET_H
#define SOWT_KERNEL_DRAWS_SET_H

#include "kernel_draws.h"

typedef struct sowt_kernel_draws {
    void (*draw[SOW_DIST_TRUNC_EDGE + 1])(const uint64_t *param, uint32_t *const words[4],
                                          size_t count);
    void (*draw_f64[SOW_DIST_TRUNC_EDGE + 1])(const uint64_t *param, uint64_t *a, uint64_t *b,
                                              size_t count);
    void (*round[SOW_F8_E5M2 + 1])(uint32_t *words, size_t count);
    void (*radius)(const float *u, float *radius, size_t count);
    void (*angle)(const float *x, const sowt_normal_angles *angles, size_t count);
} sowt_kernel_draws;

extern const sowt_kernel_draws sowt_kernel_draws_plain, sowt_kernel_draws_avx2;

#endif
