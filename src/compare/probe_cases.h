/* Operands that operations get wrong if they get any wrong, and random ones. */
#ifndef SOWI_PROBE_CASES_H
#define SOWI_PROBE_CASES_H

#include "probe_exact.h"

#define SOWI_PROBE_OPERANDS 3

/* A source of cases; the same seed gives the same. */
typedef struct sowi_probe_draw {
    const sowi_format *format; /* of the operands; NULL: integers */
    uint64_t state;            /* of the random numbers */
    uint64_t index;            /* of the case: kinds take turns */
} sowi_probe_draw;

/* Writes the operands of the next case. */
typedef void sowi_probe_cases(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS]);

/* Whole numbers of 32 and 64 bits: corners, powers of two and what is next to them, few bits, random. Those of _divide
 * have a divisor b whose low half is not 0, too. */
sowi_probe_cases sowi_cases_u32, sowi_cases_u64, sowi_cases_divide;

/* Signed numbers of 32 bits, many of them halfway between floats or next to it. */
sowi_probe_cases sowi_cases_int;

/* Finite values whose exact result is normal or a zero: nothing that the contract does without. _product: those of a * b
 * + c and c - a * b in two roundings, most of which a fused one would give another result; _less_term: those of (a + b) - a. */
sowi_probe_cases sowi_cases_add, sowi_cases_subtract, sowi_cases_multiply, sowi_cases_fma,
    sowi_cases_sum_of_product, sowi_cases_difference_of_product, sowi_cases_sum_less_term;

/* Two that are not both zeros, for min and max; one; floats that are to be rounded to the smaller format. */
sowi_probe_cases sowi_cases_order, sowi_cases_any, sowi_cases_f16, sowi_cases_bf16,
    sowi_cases_f8_e4m3, sowi_cases_f8_e5m2;

/* For information: zeros of both signs; operands, or results, that are subnormal. */
sowi_probe_cases sowi_cases_zero_sums, sowi_cases_fma_zeros, sowi_cases_subnormal_operand,
    sowi_cases_add_subnormal, sowi_cases_multiply_subnormal, sowi_cases_fma_subnormal;

/* Arguments of functions: a / b and sqrt in normal values; (0, 1) for log; (-64, 64) for exp; (-2, 2) for sin and cos;
 * halves; doubles that are floats' neighbours. */
sowi_probe_cases sowi_cases_quotient, sowi_cases_root, sowi_cases_log, sowi_cases_exp,
    sowi_cases_angle, sowi_cases_half, sowi_cases_to_f32;

#endif
