/* Operands of what fills are computed with. */
#include "probe_cases.h"
#include "probe_draw.h"

/* ---- Whole numbers ---- */

/* Corners, what is next to a power of two, patterns, random. */
static uint64_t whole(sowi_probe_draw *draw, int bits)
{
    const uint64_t all = bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
    const uint64_t power = UINT64_C(1) << sowi_draw_below(draw, (uint64_t)bits);
    switch (sowi_draw_below(draw, 4)) {
    case 0:
        return (power + sowi_draw_below(draw, 3) - 1) & all;
    case 1:
        return sowi_draw_pattern(draw, bits);
    case 2:
        return sowi_draw_word(draw) & all & (power - 1);
    default:
        return sowi_draw_word(draw) & all;
    }
}

void sowi_cases_u32(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    for (int i = 0; i < SOWI_PROBE_OPERANDS; i++)
        x[i] = whole(draw, 32);
}

void sowi_cases_u64(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    for (int i = 0; i < SOWI_PROBE_OPERANDS; i++)
        x[i] = whole(draw, 64);
    if (sowi_draw_below(draw, 8) == 0)
        x[1] = x[0] + sowi_draw_below(draw, 3) - 1; /* for comparisons */
}

void sowi_cases_divide(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    sowi_cases_u64(draw, x);
    if (sowi_draw_below(draw, 2) == 0)
        x[1] &= 0xffffffff;
    if (sowi_draw_below(draw, 4) == 0) /* next to a multiple */
        x[0] = x[1] * (1 + sowi_draw_below(draw, 1 << 16)) + sowi_draw_below(draw, 3) - 1;
    if ((x[1] & 0xffffffff) == 0)
        x[1] |= 1 + sowi_draw_below(draw, 7);
}

void sowi_cases_int(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    /* 24 bits, then a half, more or less, at any place */
    const uint64_t odd = 0x800000 | sowi_draw_below(draw, 1 << 23);
    const uint64_t shift = sowi_draw_below(draw, 8);
    const uint64_t tie = (odd << shift) + (shift > 0 ? UINT64_C(1) << (shift - 1) : 0);
    x[0] =
        draw->index % 2 == 0 ? whole(draw, 32) : (tie + sowi_draw_below(draw, 3) - 1) & 0x7fffffff;
    if (sowi_draw_below(draw, 2) == 0)
        x[0] = -x[0] & 0xffffffff;
    x[1] = x[2] = 0;
}

/* ---- Sums ---- */

/* The first operand and a zero, in either order. */
static void with_zero(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    x[1] = x[0];
    x[sowi_draw_below(draw, 2)] = sowi_draw_sign(draw);
}

static void try_add(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    const sowi_format *format = draw->format;
    const int places = format->fraction_bits + 4;
    x[0] = sowi_draw_any(draw);
    switch (draw->index % 8) {
    case 0:
        x[1] = sowi_draw_any(draw);
        return;
    case 1:
        x[1] = sowi_draw_value_at(draw, sowi_draw_exponent(draw, x[0]) +
                                            sowi_draw_between(draw, -places, places));
        return;
    case 2: /* half of the last place, or next to it */
        x[1] = sowi_draw_value_at(draw, sowi_draw_exponent(draw, x[0]) - format->fraction_bits - 1);
        return;
    case 3:
        x[1] = sowi_draw_neighbour(draw, x[0]) ^ sowi_format_sign(format);
        return;
    case 4:
        x[1] = x[0] ^ sowi_format_sign(format);
        return;
    case 5:
        x[0] = sowi_draw_value_at(draw, sowi_draw_between(draw, 1, places));
        x[1] = sowi_draw_value_at(draw, sowi_draw_between(draw, 1, places));
        return;
    case 6:
        x[0] = sowi_draw_value_at(draw, sowi_format_most(format) - sowi_draw_between(draw, 0, 3));
        x[1] =
            sowi_draw_value_at(draw, sowi_format_most(format) - sowi_draw_between(draw, 0, places));
        return;
    default:
        with_zero(draw, x);
    }
}

static bool fits_add(const sowi_probe_draw *draw, const uint64_t x[SOWI_PROBE_OPERANDS])
{
    return sowi_draw_is_ordinary(draw, x[0]) && sowi_draw_is_ordinary(draw, x[1]) &&
           !(sowi_draw_is_zero(draw, x[0]) && sowi_draw_is_zero(draw, x[1])) &&
           sowi_draw_is_ordinary(draw, sowi_exact_add(draw->format, x[0], x[1]));
}

void sowi_cases_add(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    sowi_draw_until(draw, try_add, fits_add, x);
}

void sowi_cases_subtract(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    sowi_cases_add(draw, x);
    x[1] ^= sowi_format_sign(draw->format);
}

static bool fits_sum_less_term(const sowi_probe_draw *draw, const uint64_t x[SOWI_PROBE_OPERANDS])
{
    const uint64_t sum = sowi_exact_add(draw->format, x[0], x[1]);
    const uint64_t negated = x[0] ^ sowi_format_sign(draw->format);
    return fits_add(draw, x) && !(sowi_draw_is_zero(draw, sum) && sowi_draw_is_zero(draw, x[0])) &&
           sowi_draw_is_ordinary(draw, sowi_exact_add(draw->format, sum, negated));
}

void sowi_cases_sum_less_term(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    sowi_draw_until(draw, try_add, fits_sum_less_term, x);
}

/* ---- Products ---- */

/* Factors of so many bits in all that the product lies halfway between two values. */
static void halfway_factors(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    const int fraction = draw->format->fraction_bits, bits = fraction + 2;
    const int first = (int)sowi_draw_between(draw, 2, fraction), second = bits - first;
    const int lengths[2] = {first, second};
    for (int i = 0; i < 2; i++) {
        const int length = lengths[i];
        const uint64_t odd = (sowi_draw_word(draw) & ((UINT64_C(1) << length) - 1)) |
                             UINT64_C(1) << (length - 1) | 1;
        const uint64_t whole_number = sowi_exact_from_integer(draw->format, false, odd);
        const int64_t away = sowi_draw_between(draw, -30, 30) * (INT64_C(1) << fraction);
        x[i] = sowi_draw_sign(draw) | (uint64_t)((int64_t)whole_number + away);
    }
}

static void try_multiply(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    const sowi_format *format = draw->format;
    x[0] = sowi_draw_any(draw);
    switch (draw->index % 6) {
    case 0:
        x[1] = sowi_draw_any(draw);
        return;
    case 1:
        x[0] = sowi_draw_moderate(draw, 20);
        x[1] = sowi_draw_moderate(draw, 20);
        return;
    case 2:
        halfway_factors(draw, x);
        return;
    case 3: /* next to the smallest */
        x[1] =
            sowi_draw_value_at(draw, sowi_format_middle(format) - sowi_draw_exponent(draw, x[0]) +
                                         sowi_draw_between(draw, 0, 4));
        return;
    case 4: /* next to the largest */
        x[1] = sowi_draw_value_at(draw, sowi_format_most(format) + sowi_format_middle(format) -
                                            sowi_draw_exponent(draw, x[0]) -
                                            sowi_draw_between(draw, 0, 3));
        return;
    default:
        with_zero(draw, x);
    }
}

static bool fits_multiply(const sowi_probe_draw *draw, const uint64_t x[SOWI_PROBE_OPERANDS])
{
    const uint64_t product = sowi_exact_multiply(draw->format, x[0], x[1]);
    const bool by_zero = sowi_draw_is_zero(draw, x[0]) || sowi_draw_is_zero(draw, x[1]);
    return sowi_draw_is_ordinary(draw, x[0]) && sowi_draw_is_ordinary(draw, x[1]) &&
           sowi_draw_is_ordinary(draw, product) && sowi_draw_is_zero(draw, product) == by_zero;
}

void sowi_cases_multiply(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    sowi_draw_until(draw, try_multiply, fits_multiply, x);
}

/* ---- Fused ---- */

/* Factors whose product is half a last place of c, or next to it: by so little that doubles cannot tell. */
static void halfway_addend(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    const int fraction = draw->format->fraction_bits;
    const uint64_t near_one[3] = {0, 1, (UINT64_C(1) << fraction) - 2};
    x[2] = sowi_draw_value_at(
        draw, sowi_draw_between(draw, fraction + 3, sowi_format_most(draw->format)));
    const int64_t half = sowi_draw_exponent(draw, x[2]) - fraction - 1,
                  shared = sowi_draw_between(draw, -20, 20);
    x[0] = sowi_draw_value_with(draw, sowi_format_middle(draw->format) + shared,
                                near_one[sowi_draw_below(draw, 3)]);
    x[1] = sowi_draw_value_with(draw, half - shared - (int64_t)sowi_draw_below(draw, 2),
                                near_one[sowi_draw_below(draw, 3)]);
}

/* The negated product, rounded, or a neighbour. */
static void cancelling_addend(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    x[0] = sowi_draw_moderate(draw, 30);
    x[1] = sowi_draw_moderate(draw, 30);
    const uint64_t product = sowi_exact_multiply(draw->format, x[0], x[1]);
    x[2] = sowi_draw_neighbour(draw, product) ^ sowi_format_sign(draw->format);
}

/* Factors of few bits and exactly their negated product. */
static void exact_addend(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    const int kept = (draw->format->fraction_bits - 1) / 2;
    const uint64_t dropped = (UINT64_C(1) << (draw->format->fraction_bits - kept)) - 1;
    x[0] = sowi_draw_moderate(draw, 20) & ~dropped;
    x[1] = sowi_draw_moderate(draw, 20) & ~dropped;
    x[2] = sowi_exact_multiply(draw->format, x[0], x[1]) ^ sowi_format_sign(draw->format);
}

/* A product halfway between two values, and an addend far below it that decides to which side it is rounded. */
static void deciding_addend(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    const int fraction = draw->format->fraction_bits;
    halfway_factors(draw, x);
    const int64_t product = sowi_draw_exponent(draw, sowi_exact_multiply(draw->format, x[0], x[1]));
    x[2] = sowi_draw_value_at(draw, product - sowi_draw_between(draw, fraction + 2, 4 * fraction));
}

static void try_fma(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    const sowi_format *format = draw->format;
    const int places = format->fraction_bits + 4;
    x[0] = sowi_draw_moderate(draw, 40);
    x[1] = sowi_draw_moderate(draw, 40);
    const int64_t product = sowi_draw_exponent(draw, x[0]) + sowi_draw_exponent(draw, x[1]) -
                            sowi_format_middle(format);
    switch (draw->index % 10) {
    case 0:
        x[2] = sowi_draw_value_at(draw, product + sowi_draw_between(draw, -2 * places, places));
        return;
    case 1:
        x[0] = sowi_draw_any(draw);
        x[1] = sowi_draw_any(draw);
        x[2] = sowi_draw_any(draw);
        return;
    case 2:
        halfway_addend(draw, x);
        return;
    case 3:
        cancelling_addend(draw, x);
        return;
    case 4:
        exact_addend(draw, x);
        return;
    case 5: /* next to the smallest */
        x[0] = sowi_draw_any(draw);
        x[1] =
            sowi_draw_value_at(draw, sowi_format_middle(format) - sowi_draw_exponent(draw, x[0]) +
                                         sowi_draw_between(draw, 0, places));
        x[2] = sowi_draw_value_at(draw, sowi_draw_between(draw, 1, places));
        return;
    case 6: /* next to the largest */
        x[0] = sowi_draw_any(draw);
        x[1] = sowi_draw_value_at(draw, sowi_format_most(format) + sowi_format_middle(format) -
                                            sowi_draw_exponent(draw, x[0]) -
                                            sowi_draw_between(draw, 0, places));
        x[2] =
            sowi_draw_value_at(draw, sowi_format_most(format) - sowi_draw_between(draw, 0, places));
        return;
    case 7:
        deciding_addend(draw, x);
        return;
    case 8: /* as polynomials have them */
        x[0] = sowi_draw_value_at(draw, sowi_format_middle(format) - sowi_draw_between(draw, 0, 4));
        x[1] =
            sowi_draw_value_at(draw, sowi_format_middle(format) - sowi_draw_between(draw, 0, 12));
        x[2] =
            sowi_draw_value_at(draw, sowi_format_middle(format) - sowi_draw_between(draw, -2, 3));
        return;
    default: /* a product or an addend of 0 */
        x[2] = sowi_draw_any(draw);
        x[sowi_draw_below(draw, 3)] = sowi_draw_sign(draw);
    }
}

/* A zero that cancels exactly is fine; one to which a number too small was rounded is not. Products' last places lie so
 * far below an addend's exponent at the most that its field tells. */
static bool fits_fma(const sowi_probe_draw *draw, const uint64_t x[SOWI_PROBE_OPERANDS])
{
    const bool no_product = sowi_draw_is_zero(draw, x[0]) || sowi_draw_is_zero(draw, x[1]);
    for (int i = 0; i < SOWI_PROBE_OPERANDS; i++)
        if (!sowi_draw_is_ordinary(draw, x[i]))
            return false;
    if (no_product)
        return !sowi_draw_is_zero(draw, x[2]);
    const uint64_t result = sowi_exact_fma(draw->format, x[0], x[1], x[2]);
    return sowi_draw_is_ordinary(draw, result) &&
           (!sowi_draw_is_zero(draw, result) ||
            sowi_draw_exponent(draw, x[2]) > 2 * draw->format->fraction_bits + 4);
}

void sowi_cases_fma(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    sowi_draw_until(draw, try_fma, fits_fma, x);
}

static void try_sum_of_product(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    if (draw->index % 3 == 0)
        try_fma(draw, x);
    else
        cancelling_addend(draw, x);
}

static bool fits_sum_of_product(const sowi_probe_draw *draw, const uint64_t x[SOWI_PROBE_OPERANDS])
{
    const uint64_t product = sowi_exact_multiply(draw->format, x[0], x[1]);
    if (!fits_multiply(draw, x) || !sowi_draw_is_ordinary(draw, x[2]) ||
        (sowi_draw_is_zero(draw, product) && sowi_draw_is_zero(draw, x[2])))
        return false;
    return sowi_draw_is_ordinary(draw, sowi_exact_add(draw->format, product, x[2]));
}

void sowi_cases_sum_of_product(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    sowi_draw_until(draw, try_sum_of_product, fits_sum_of_product, x);
}

void sowi_cases_difference_of_product(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    sowi_cases_sum_of_product(draw, x);
    x[0] ^= sowi_format_sign(draw->format);
}

/* ---- One and two values ---- */

static void try_order(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    x[0] = sowi_draw_any(draw);
    switch (draw->index % 4) {
    case 0:
        x[1] = sowi_draw_any(draw);
        return;
    case 1:
        x[1] = sowi_draw_neighbour(draw, x[0]);
        return;
    case 2:
        x[1] = x[0] ^ sowi_format_sign(draw->format);
        return;
    default:
        with_zero(draw, x);
    }
}

static bool fits_order(const sowi_probe_draw *draw, const uint64_t x[SOWI_PROBE_OPERANDS])
{
    return sowi_draw_is_ordinary(draw, x[0]) && sowi_draw_is_ordinary(draw, x[1]) &&
           !(sowi_draw_is_zero(draw, x[0]) && sowi_draw_is_zero(draw, x[1]));
}

void sowi_cases_order(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    sowi_draw_until(draw, try_order, fits_order, x);
}

void sowi_cases_any(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    x[0] = draw->index % 64 == 0 ? sowi_draw_sign(draw) : sowi_draw_any(draw);
    x[1] = x[2] = 0;
}
