#include <assert.h>
#include <math.h>

#include "kernel_draws_set.h"

static const sowt_kernel_draws *set(void)
{
#if defined(SOWT_HAVE_AVX2)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return &sowt_kernel_draws_avx2;
#endif
    return &sowt_kernel_draws_plain;
}

void sowt_kernel_draw(sow_distribution distribution, const uint64_t *param,
                      uint32_t *const words[4], size_t count)
{
    assert(count % SOWT_KERNEL_STEP == 0);
    set()->draw[distribution](param, words, count);
}

void sowt_kernel_draw_f64(sow_distribution distribution, const uint64_t *param, uint64_t *a,
                          uint64_t *b, size_t count)
{
    assert(count % SOWT_KERNEL_STEP == 0);
    set()->draw_f64[distribution](param, a, b, count);
}

void sowt_kernel_round(sow_dtype dtype, uint32_t *words, size_t count)
{
    assert(count % SOWT_KERNEL_STEP == 0);
    set()->round[dtype](words, count);
}

void sowt_normal_radius(const float *u, float *radius, size_t count)
{
    assert(count % SOWT_KERNEL_STEP == 0);
    set()->radius(u, radius, count);
}

void sowt_normal_angle(const float *x, const sowt_normal_angles *angles, size_t count)
{
    assert(count % SOWT_KERNEL_STEP == 0);
    set()->angle(x, angles, count);
}

/* (1 - 2^-24) * 2^-31 */
static const float scale = 0x1.fffffep-32f;

float sowt_normal_u(uint32_t word)
{
    return fmaf((float)(word >> 1), scale, 0x1p-32f);
}

float sowt_normal_x(uint32_t word)
{
    return fmaf((float)(int32_t)word, scale, 0x1p-32f);
}
