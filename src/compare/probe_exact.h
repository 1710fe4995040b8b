/* IEEE 754's operations by integers alone, rounded once to nearest even: what a probe compares devices and the host with.
 * Bits in, bits out. Operands are finite. */
#ifndef SOWI_PROBE_EXACT_H
#define SOWI_PROBE_EXACT_H

#include <stdbool.h>
#include <stdint.h>

/* A binary format: a sign, then the exponent, then the fraction. What is beyond the largest finite value becomes
 * largest + 1, which is infinity where the format has one. */
typedef struct sowi_format {
    int fraction_bits, exponent_bits;
    uint64_t largest;
} sowi_format;

extern const sowi_format sowi_format_f32, sowi_format_f64, sowi_format_f16, sowi_format_bf16,
    sowi_format_f8_e4m3, sowi_format_f8_e5m2;

uint64_t sowi_exact_fma(const sowi_format *format, uint64_t a, uint64_t b, uint64_t c);
uint64_t sowi_exact_add(const sowi_format *format, uint64_t a, uint64_t b);
uint64_t sowi_exact_multiply(const sowi_format *format, uint64_t a, uint64_t b);
/* b is not zero. */
uint64_t sowi_exact_divide(const sowi_format *format, uint64_t a, uint64_t b);
/* a is not negative. */
uint64_t sowi_exact_sqrt(const sowi_format *format, uint64_t a);
uint64_t sowi_exact_from_integer(const sowi_format *format, bool negative, uint64_t magnitude);
/* The value in another format. */
uint64_t sowi_exact_convert(const sowi_format *to, const sowi_format *from, uint64_t a);

/* Parts of a value. */
uint64_t sowi_format_sign(const sowi_format *format); /* the sign's bit */
uint64_t sowi_format_one(const sowi_format *format);  /* 1.0 */
uint64_t sowi_format_exponent(const sowi_format *format, uint64_t a);
bool sowi_format_is_zero(const sowi_format *format, uint64_t a);
bool sowi_format_is_subnormal(const sowi_format *format, uint64_t a);
bool sowi_format_is_finite(const sowi_format *format, uint64_t a);

/* How many representable values b is away from a; UINT64_MAX where one of them is no number. */
uint64_t sowi_format_distance(const sowi_format *format, uint64_t a, uint64_t b);

#endif
