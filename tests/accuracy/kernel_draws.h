/* The kernels' arithmetic on words of one's choice: what no fill can ask for, since its words are Philox's.
 * With AVX2 where the machine has it. */
#ifndef SOWT_KERNEL_DRAWS_H
#define SOWT_KERNEL_DRAWS_H

#include <stddef.h>
#include <stdint.h>

#include "sowcl/base.h"

/* Counts are multiples of this. */
#define SOWT_KERNEL_STEP 8

/* Turns words into the bits of f32 draws, in place: word j of block i is words[j][i]. param is a plan's. */
void sowt_kernel_draw(sow_distribution distribution, const uint64_t *param,
                      uint32_t *const words[4], size_t count);

/* The same in f64: words a[i] and b[i] of block i. */
void sowt_kernel_draw_f64(sow_distribution distribution, const uint64_t *param, uint64_t *a,
                          uint64_t *b, size_t count);

/* Rounds the bits of f32 to those of a narrower dtype, in place. */
void sowt_kernel_round(sow_dtype dtype, uint32_t *words, size_t count);

/* sqrt(-2 ln u) as the f32 normal computes it. */
void sowt_normal_radius(const float *u, float *radius, size_t count);

/* The factors of the f32 normal at the angle pi/2 * x: sin(pi/2 x) is x * sine, and cos(pi/2 x) is base *
 * cosine, before these products are rounded. */
typedef struct sowt_normal_angles {
    float *sine, *base, *cosine;
} sowt_normal_angles;
void sowt_normal_angle(const float *x, const sowt_normal_angles *angles, size_t count);

/* u and x of the f32 normal, as it rounds them, from its words. */
float sowt_normal_u(uint32_t word);
float sowt_normal_x(uint32_t word);

#endif
