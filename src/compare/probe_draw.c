#include "probe_draw.h"

#include <assert.h>

/* ---- Random numbers and patterns ---- */

/* SplitMix64 of Steele, Lea and Flood 2014: no relation to the generator that is probed. */
uint64_t sowi_draw_word(sowi_probe_draw *draw)
{
    uint64_t z = draw->state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

uint64_t sowi_draw_below(sowi_probe_draw *draw, uint64_t count)
{
    assert(count <= UINT64_C(1) << 32);
    return (sowi_draw_word(draw) >> 32) * count >> 32;
}

/* One of [low, high]. */
int64_t sowi_draw_between(sowi_probe_draw *draw, int64_t low, int64_t high)
{
    return low + (int64_t)sowi_draw_below(draw, (uint64_t)(high - low + 1));
}

/* So many low bits: none, all, one, the lowest, few high ones, any. */
uint64_t sowi_draw_pattern(sowi_probe_draw *draw, int bits)
{
    const uint64_t all = bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
    switch (sowi_draw_below(draw, 8)) {
    case 0:
        return 0;
    case 1:
        return all;
    case 2:
        return UINT64_C(1) << sowi_draw_below(draw, (uint64_t)bits);
    case 3:
        return 1;
    case 4:
        return sowi_draw_word(draw) & all & ~(all >> sowi_draw_below(draw, (uint64_t)bits));
    default:
        return sowi_draw_word(draw) & all;
    }
}

/* ---- Floating values ---- */

/* The largest exponent field of a finite value. */
int64_t sowi_format_most(const sowi_format *format)
{
    return (int64_t)(format->largest >> format->fraction_bits);
}

int64_t sowi_format_middle(const sowi_format *format)
{
    return (int64_t)sowi_format_exponent(format, sowi_format_one(format));
}

uint64_t sowi_draw_sign(sowi_probe_draw *draw)
{
    return sowi_draw_below(draw, 2) * sowi_format_sign(draw->format);
}

/* Of an exponent field, which is brought into range. */
uint64_t sowi_draw_value_with(sowi_probe_draw *draw, int64_t exponent, uint64_t fraction)
{
    const int64_t highest = sowi_format_most(draw->format);
    exponent = exponent < 1 ? 1 : exponent > highest ? highest : exponent;
    return sowi_draw_sign(draw) | (uint64_t)exponent << draw->format->fraction_bits | fraction;
}

uint64_t sowi_draw_value_at(sowi_probe_draw *draw, int64_t exponent)
{
    return sowi_draw_value_with(draw, exponent,
                                sowi_draw_pattern(draw, draw->format->fraction_bits));
}

uint64_t sowi_draw_any(sowi_probe_draw *draw)
{
    return sowi_draw_value_at(draw, sowi_draw_between(draw, 1, sowi_format_most(draw->format)));
}

/* An exponent field so far from 1.0's at the most. */
uint64_t sowi_draw_moderate(sowi_probe_draw *draw, int64_t away)
{
    return sowi_draw_value_at(draw, sowi_format_middle(draw->format) +
                                        sowi_draw_between(draw, -away, away));
}

int64_t sowi_draw_exponent(const sowi_probe_draw *draw, uint64_t a)
{
    return (int64_t)sowi_format_exponent(draw->format, a);
}

/* A few values on, or back. */
uint64_t sowi_draw_neighbour(sowi_probe_draw *draw, uint64_t a)
{
    const uint64_t sign = a & sowi_format_sign(draw->format);
    const int64_t moved = (int64_t)(a ^ sign) + sowi_draw_between(draw, -2, 2);
    const int64_t least = INT64_C(1) << draw->format->fraction_bits;
    return sign | (uint64_t)(moved < least ? least : moved);
}

bool sowi_draw_is_zero(const sowi_probe_draw *draw, uint64_t a)
{
    return sowi_format_is_zero(draw->format, a);
}

/* Finite, and neither subnormal nor what a subnormal number may have been rounded up to. */
bool sowi_draw_is_ordinary(const sowi_probe_draw *draw, uint64_t a)
{
    const uint64_t unsigned_a = a & ~sowi_format_sign(draw->format);
    return sowi_format_is_finite(draw->format, a) &&
           (unsigned_a == 0 || unsigned_a > UINT64_C(1) << draw->format->fraction_bits);
}

/* The tries that a kind of case has before an easy one takes its place. */
#define TRIES 50

static void easy(const sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS])
{
    for (int i = 0; i < SOWI_PROBE_OPERANDS; i++)
        x[i] = sowi_format_one(draw->format);
}

void sowi_draw_until(sowi_probe_draw *draw, sowi_attempt *make, sowi_condition *is_fit,
                     uint64_t x[SOWI_PROBE_OPERANDS])
{
    for (int i = 0; i < TRIES; i++) {
        x[2] = 0;
        make(draw, x);
        if (is_fit(draw, x))
            return;
    }
    easy(draw, x);
}
