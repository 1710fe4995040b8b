/* Operands of stores, and of what the contract does without. */
#include "probe_cases.h"
#include "probe_draw.h"

/* ---- Narrow types ---- */

/* Floats halfway between neighbours of the narrow format, or next to that, and of any exponent up to some beyond both its
 * ends; exponent: the highest field. */
static void narrow(sowi_probe_draw *draw, const sowi_format *to, int64_t exponent, uint64_t *x)
{
    const sowi_format *format = draw->format;
    /* from the smallest one on that is no subnormal float */
    const uint64_t first =
        to->exponent_bits == format->exponent_bits ? (UINT64_C(1) << to->fraction_bits) + 1 : 0;
    const uint64_t stored = draw->index % 2 == 0
                                ? first + sowi_draw_below(draw, to->largest - first)
                                : first + sowi_draw_below(draw, UINT64_C(2) << to->fraction_bits);
    const uint64_t low = sowi_exact_convert(format, to, stored);
    const uint64_t high = sowi_exact_convert(format, to, stored + 1);
    const uint64_t half = sowi_format_one(format) - (UINT64_C(1) << format->fraction_bits);
    /* between neighbours floats have one exponent, but from 0 on */
    const uint64_t middle_value =
        low == 0 ? sowi_exact_multiply(format, half, high) : (low + high) / 2;
    switch (draw->index % 5) {
    case 0:
    case 1:
    case 2:
        *x = middle_value + sowi_draw_below(draw, 3) - 1;
        break;
    case 3:
        *x = low;
        break;
    default:
        *x = sowi_draw_value_at(draw, sowi_draw_between(draw, 1, exponent));
    }
    *x = (*x & ~sowi_format_sign(format)) | sowi_draw_sign(draw);
    if (!sowi_draw_is_zero(draw, *x) && !sowi_draw_is_ordinary(draw, *x))
        *x = sowi_format_one(format);
}

/* Floats that fills round: draws, which bf16 holds; the others saturate. */
void sowi_cases_bf16(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    narrow(draw, &sowi_format_bf16, sowi_format_most(draw->format) - 1, x);
    x[1] = x[2] = 0;
}

void sowi_cases_f16(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    narrow(draw, &sowi_format_f16, sowi_format_most(draw->format), x);
    x[1] = x[2] = 0;
}

void sowi_cases_f8_e4m3(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    narrow(draw, &sowi_format_f8_e4m3, sowi_format_most(draw->format), x);
    x[1] = x[2] = 0;
}

void sowi_cases_f8_e5m2(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    narrow(draw, &sowi_format_f8_e5m2, sowi_format_most(draw->format), x);
    x[1] = x[2] = 0;
}

void sowi_cases_half(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    x[0] = sowi_draw_below(draw, sowi_format_f16.largest + 1) |
           sowi_draw_below(draw, 2) * sowi_format_sign(&sowi_format_f16);
    x[1] = x[2] = 0;
}

/* ---- Zeros and subnormal numbers ---- */

void sowi_cases_zero_sums(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    x[0] = sowi_draw_sign(draw);
    x[1] = sowi_draw_sign(draw);
    x[2] = 0;
}

void sowi_cases_fma_zeros(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    x[0] = x[1] = sowi_draw_moderate(draw, 20);
    x[sowi_draw_below(draw, 2)] = sowi_draw_sign(draw);
    x[2] = sowi_draw_sign(draw);
}

static uint64_t subnormal(sowi_probe_draw *draw)
{
    const uint64_t fraction = sowi_draw_pattern(draw, draw->format->fraction_bits);
    return sowi_draw_sign(draw) | (fraction != 0 ? fraction : 1);
}

static void try_subnormal_operand(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    x[0] = subnormal(draw);
    x[1] = sowi_draw_value_at(draw, sowi_draw_between(draw, sowi_format_middle(draw->format),
                                                      sowi_format_most(draw->format)));
}

static bool fits_subnormal_operand(const sowi_probe_draw *draw,
                                   const uint64_t x[SOWI_PROBE_OPERANDS])
{
    const uint64_t product = sowi_exact_multiply(draw->format, x[0], x[1]);
    return sowi_draw_is_ordinary(draw, product) && !sowi_draw_is_zero(draw, product);
}

void sowi_cases_subnormal_operand(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    sowi_draw_until(draw, try_subnormal_operand, fits_subnormal_operand, x);
}

static void try_small_sum(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    x[0] = sowi_draw_value_at(draw, sowi_draw_between(draw, 1, 4));
    x[1] = draw->index % 2 == 0 ? sowi_draw_neighbour(draw, x[0]) ^ sowi_format_sign(draw->format)
                                : sowi_draw_value_at(draw, sowi_draw_between(draw, 1, 4));
}

static bool fits_small_sum(const sowi_probe_draw *draw, const uint64_t x[SOWI_PROBE_OPERANDS])
{
    return sowi_format_is_subnormal(draw->format, sowi_exact_add(draw->format, x[0], x[1]));
}

void sowi_cases_add_subnormal(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    sowi_draw_until(draw, try_small_sum, fits_small_sum, x);
}

static void try_small_product(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    x[0] = sowi_draw_any(draw);
    x[1] =
        sowi_draw_value_at(draw, sowi_format_middle(draw->format) - sowi_draw_exponent(draw, x[0]) -
                                     sowi_draw_between(draw, 0, draw->format->fraction_bits + 2));
}

static bool fits_small_product(const sowi_probe_draw *draw, const uint64_t x[SOWI_PROBE_OPERANDS])
{
    return sowi_format_is_subnormal(draw->format, sowi_exact_multiply(draw->format, x[0], x[1]));
}

void sowi_cases_multiply_subnormal(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    sowi_draw_until(draw, try_small_product, fits_small_product, x);
}

/* A small product alone; a larger one that all but cancels; one that takes the smallest normal values below their end. */
static void try_small_fma(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    const uint64_t sign = sowi_format_sign(draw->format);
    try_small_product(draw, x);
    if (draw->index % 4 == 1)
        x[1] = sowi_draw_value_at(draw, sowi_format_middle(draw->format) -
                                            sowi_draw_exponent(draw, x[0]) +
                                            sowi_draw_between(draw, 1, 3));
    const uint64_t product = sowi_exact_multiply(draw->format, x[0], x[1]);
    if (draw->index % 4 == 0)
        x[2] = sowi_draw_sign(draw);
    else if (draw->index % 4 == 1 && sowi_draw_is_ordinary(draw, product))
        x[2] = sowi_draw_neighbour(draw, product) ^ sign;
    else
        x[2] = (sowi_draw_value_at(draw, 1) & ~sign) | (~product & sign);
}

static bool fits_small_fma(const sowi_probe_draw *draw, const uint64_t x[SOWI_PROBE_OPERANDS])
{
    return sowi_format_is_subnormal(draw->format, sowi_exact_fma(draw->format, x[0], x[1], x[2]));
}

void sowi_cases_fma_subnormal(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    sowi_draw_until(draw, try_small_fma, fits_small_fma, x);
}

/* ---- Arguments of functions ---- */

static void try_quotient(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    const bool moderately = draw->index % 2 == 0;
    x[0] = moderately ? sowi_draw_moderate(draw, 20) : sowi_draw_any(draw);
    x[1] = moderately ? sowi_draw_moderate(draw, 20) : sowi_draw_any(draw);
}

static bool fits_quotient(const sowi_probe_draw *draw, const uint64_t x[SOWI_PROBE_OPERANDS])
{
    return sowi_draw_is_ordinary(draw, x[0]) && sowi_draw_is_ordinary(draw, x[1]) &&
           sowi_draw_is_ordinary(draw, sowi_exact_divide(draw->format, x[0], x[1]));
}

void sowi_cases_quotient(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    sowi_draw_until(draw, try_quotient, fits_quotient, x);
}

static uint64_t without_sign(const sowi_probe_draw *draw, uint64_t a)
{
    return a & ~sowi_format_sign(draw->format);
}

/* Squares, rounded, and their neighbours; any. */
void sowi_cases_root(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    const uint64_t root = sowi_draw_moderate(draw, 30);
    x[0] = draw->index % 2 == 0
               ? sowi_draw_neighbour(draw, sowi_exact_multiply(draw->format, root, root))
               : sowi_draw_any(draw);
    x[0] = without_sign(draw, x[0]);
    x[1] = x[2] = 0;
}

void sowi_cases_log(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    x[0] = without_sign(draw, sowi_draw_value_at(draw, sowi_format_middle(draw->format) -
                                                           sowi_draw_between(draw, 1, 32)));
    x[1] = x[2] = 0;
}

/* Exponents and fractions at random, below 64 and 2 in magnitude. */
void sowi_cases_exp(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    x[0] = sowi_draw_value_at(draw,
                              sowi_format_middle(draw->format) + sowi_draw_between(draw, -10, 5));
    x[1] = x[2] = 0;
}

void sowi_cases_angle(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    x[0] = sowi_draw_value_at(draw,
                              sowi_format_middle(draw->format) + sowi_draw_between(draw, -10, 0));
    x[1] = x[2] = 0;
}

void sowi_cases_to_f32(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    sowi_probe_draw floats = {&sowi_format_f32, draw->state, draw->index};
    const uint64_t value = sowi_draw_value_at(
        &floats, sowi_draw_between(&floats, 1, sowi_format_most(&sowi_format_f32) - 1));
    const uint64_t half = UINT64_C(1) << 28; /* of a float's last place, in doubles */
    draw->state = floats.state;
    x[0] = sowi_exact_convert(&sowi_format_f64, &sowi_format_f32, value) +
           (draw->index % 2 == 0 ? half + sowi_draw_below(draw, 3) - 1
                                 : sowi_draw_below(draw, 2 * half));
    x[1] = x[2] = 0;
}
