#include "probe_reference.h"

#include <math.h>

#include "number_bits.h"

/* Of kernels/job.clh and kernels/probe_word.clh, written again: a wrong constant must be found, too. */
#define MULTIPLIER_0 0xd2511f53u
#define MULTIPLIER_1 0xcd9e8d57u
#define KEY          0x9e3779b9u

/* A reference that needs no format. */
#define WHOLE(name, value)                                                       \
    uint64_t sowi_reference_##name(const sowi_format *format, const uint64_t *x) \
    {                                                                            \
        (void)format;                                                            \
        return (value);                                                          \
    }

WHOLE(u32_add, (x[0] + x[1]) & 0xffffffff)
WHOLE(u32_subtract, (x[0] - x[1]) & 0xffffffff)
WHOLE(u32_multiply, (x[0] * x[1]) & 0xffffffff)
WHOLE(u32_left, (x[0] << (x[1] & 31)) & 0xffffffff)
WHOLE(u32_right, x[0] >> (x[1] & 31))
WHOLE(u32_xor, (x[0] & x[1]) ^ (x[1] | x[2]))

/* The sign is drawn in from above. */
WHOLE(u32_signed_right, ((x[0] | ((x[0] >> 31) * 0xffffffff00000000)) >> (x[1] & 31)) & 0xffffffff)

WHOLE(u64_add, x[0] + x[1])
WHOLE(u64_subtract, x[0] - x[1])
WHOLE(u64_multiply, x[0] * x[1])
WHOLE(u64_left, x[0] << (x[1] & 63))
WHOLE(u64_right, x[0] >> (x[1] & 63))
WHOLE(u64_divide, x[0] / x[1])
WHOLE(u64_remainder, x[0] % x[1])
WHOLE(u64_less, x[0] < x[1] ? x[0] : x[2])
WHOLE(product, (x[0] & 0xffffffff) * (x[1] & 0xffffffff))
WHOLE(divide_halves,
      (x[0] & 0xffffffff) / (x[1] & 0xffffffff) << 32 | (x[0] & 0xffffffff) % (x[1] & 0xffffffff))

WHOLE(multiply_0, (x[0] & 0xffffffff) * MULTIPLIER_0)
WHOLE(multiply_1, (x[0] & 0xffffffff) * MULTIPLIER_1)
WHOLE(xor_key, x[0] ^ KEY)
WHOLE(high, x[0] >> 32 ^ KEY)
WHOLE(mix, x[0] >> 32 ^ (x[1] ^ KEY))

uint64_t sowi_reference_add(const sowi_format *format, const uint64_t *x)
{
    return sowi_exact_add(format, x[0], x[1]);
}

uint64_t sowi_reference_subtract(const sowi_format *format, const uint64_t *x)
{
    return sowi_exact_add(format, x[0], x[1] ^ sowi_format_sign(format));
}

uint64_t sowi_reference_multiply(const sowi_format *format, const uint64_t *x)
{
    return sowi_exact_multiply(format, x[0], x[1]);
}

uint64_t sowi_reference_fma(const sowi_format *format, const uint64_t *x)
{
    return sowi_exact_fma(format, x[0], x[1], x[2]);
}

uint64_t sowi_reference_sum_of_product(const sowi_format *format, const uint64_t *x)
{
    return sowi_exact_add(format, sowi_exact_multiply(format, x[0], x[1]), x[2]);
}

uint64_t sowi_reference_difference_of_product(const sowi_format *format, const uint64_t *x)
{
    const uint64_t product = sowi_exact_multiply(format, x[0], x[1]);
    return sowi_exact_add(format, x[2], product ^ sowi_format_sign(format));
}

uint64_t sowi_reference_sum_less_term(const sowi_format *format, const uint64_t *x)
{
    const uint64_t sum = sowi_exact_add(format, x[0], x[1]);
    return sowi_exact_add(format, sum, x[0] ^ sowi_format_sign(format));
}

uint64_t sowi_reference_divide(const sowi_format *format, const uint64_t *x)
{
    return sowi_exact_divide(format, x[0], x[1]);
}

uint64_t sowi_reference_sqrt(const sowi_format *format, const uint64_t *x)
{
    return sowi_exact_sqrt(format, x[0]);
}

uint64_t sowi_reference_negate(const sowi_format *format, const uint64_t *x)
{
    return x[0] ^ sowi_format_sign(format);
}

/* Of two that are not both zeros. */
static bool is_less(const sowi_format *format, uint64_t a, uint64_t b)
{
    const uint64_t sign = sowi_format_sign(format);
    if ((a & sign) != (b & sign))
        return (a & sign) != 0;
    return (a & sign) != 0 ? a > b : a < b;
}

uint64_t sowi_reference_minimum(const sowi_format *format, const uint64_t *x)
{
    return is_less(format, x[0], x[1]) ? x[0] : x[1];
}

uint64_t sowi_reference_maximum(const sowi_format *format, const uint64_t *x)
{
    return is_less(format, x[0], x[1]) ? x[1] : x[0];
}

uint64_t sowi_reference_from_int(const sowi_format *format, const uint64_t *x)
{
    const bool negative = x[0] >> 31 != 0;
    (void)format;
    return sowi_exact_from_integer(&sowi_format_f32, negative,
                                   negative ? (UINT64_C(1) << 32) - x[0] : x[0]);
}

uint64_t sowi_reference_from_word(const sowi_format *format, const uint64_t *x)
{
    (void)format;
    return sowi_exact_from_integer(&sowi_format_f64, false, x[0] >> 11);
}

uint64_t sowi_reference_to_f32(const sowi_format *format, const uint64_t *x)
{
    return sowi_exact_convert(&sowi_format_f32, format, x[0]);
}

uint64_t sowi_reference_to_half(const sowi_format *format, const uint64_t *x)
{
    return sowi_exact_convert(&sowi_format_f16, format, x[0]);
}

uint64_t sowi_reference_from_half(const sowi_format *format, const uint64_t *x)
{
    return sowi_exact_convert(&sowi_format_f32, format, x[0]);
}

/* Draws saturate. */
static uint64_t stored(const sowi_format *to, const sowi_format *from, uint64_t a)
{
    const uint64_t sign = sowi_format_sign(to), bits = sowi_exact_convert(to, from, a);
    return (bits & ~sign) > to->largest ? (bits & sign) | to->largest : bits;
}

#define STORED(name)                                                             \
    uint64_t sowi_reference_##name(const sowi_format *format, const uint64_t *x) \
    {                                                                            \
        return stored(&sowi_format_##name, format, x[0]);                        \
    }

STORED(f16)
STORED(bf16)
STORED(f8_e4m3)
STORED(f8_e5m2)

static double number(uint64_t bits)
{
    return (double)sowi_float_of_bits((uint32_t)bits);
}

static uint64_t rounded(double value)
{
    return sowi_exact_convert(&sowi_format_f32, &sowi_format_f64, sowi_bits_of_double(value));
}

WHOLE(log, rounded(log(number(x[0]))))
WHOLE(exp, rounded(exp(number(x[0]))))
WHOLE(sin, rounded(sin(number(x[0]))))
WHOLE(cos, rounded(cos(number(x[0]))))
