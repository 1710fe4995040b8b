/* The exact results of a probe's operations. */
#ifndef SOWI_PROBE_REFERENCE_H
#define SOWI_PROBE_REFERENCE_H

#include "probe_table.h"

sowi_probe_reference sowi_reference_u32_add, sowi_reference_u32_subtract,
    sowi_reference_u32_multiply, sowi_reference_u32_left, sowi_reference_u32_right,
    sowi_reference_u32_signed_right, sowi_reference_u32_xor;
sowi_probe_reference sowi_reference_u64_add, sowi_reference_u64_subtract,
    sowi_reference_u64_multiply, sowi_reference_u64_left, sowi_reference_u64_right,
    sowi_reference_u64_divide, sowi_reference_u64_remainder, sowi_reference_u64_less,
    sowi_reference_product, sowi_reference_divide_halves;
sowi_probe_reference sowi_reference_multiply_0, sowi_reference_multiply_1, sowi_reference_xor_key,
    sowi_reference_high, sowi_reference_mix;
sowi_probe_reference sowi_reference_add, sowi_reference_subtract, sowi_reference_multiply,
    sowi_reference_fma, sowi_reference_sum_less_term, sowi_reference_sum_of_product,
    sowi_reference_difference_of_product, sowi_reference_minimum, sowi_reference_maximum,
    sowi_reference_negate, sowi_reference_divide, sowi_reference_sqrt;
sowi_probe_reference sowi_reference_from_int, sowi_reference_from_word, sowi_reference_to_f32,
    sowi_reference_to_half, sowi_reference_from_half;
sowi_probe_reference sowi_reference_f16, sowi_reference_bf16, sowi_reference_f8_e4m3,
    sowi_reference_f8_e5m2;
/* By the C library in double, and rounded: right but for a few cases in 10^8, for information only. */
sowi_probe_reference sowi_reference_log, sowi_reference_exp, sowi_reference_sin, sowi_reference_cos;

#endif
