#include "probe_exact.h"

#include <assert.h>

const sowi_format sowi_format_f32 = {23, 8, 0x7f7fffff};
const sowi_format sowi_format_f64 = {52, 11, 0x7fefffffffffffff};
const sowi_format sowi_format_f16 = {10, 5, 0x7bff};
const sowi_format sowi_format_bf16 = {7, 8, 0x7f7f};
const sowi_format sowi_format_f8_e4m3 = {3, 4, 0x7e}; /* OCP: 448, no infinities */
const sowi_format sowi_format_f8_e5m2 = {2, 5, 0x7b};

/* An exact number or, where `low`'s last bit stands for all that lies below it, one that rounds as the exact one does:
 * (-1)^negative * (high * 2^64 + low) * 2^exponent. */
typedef struct exact {
    bool negative;
    int exponent;
    uint64_t high, low;
} exact;

/* ---- 128 bits ---- */

static bool is_zero(const exact *x)
{
    return (x->high | x->low) == 0;
}

/* The place of the highest bit of what is not zero. */
static int top_bit(const exact *x)
{
    uint64_t word = x->high != 0 ? x->high : x->low;
    int top = x->high != 0 ? 64 : 0;
    for (int step = 32; step > 0; step /= 2)
        if (word >> step != 0) {
            word >>= step;
            top += step;
        }
    return top;
}

static void shift_left(exact *x, int by)
{
    assert(by >= 0 && by < 128);
    if (by >= 64) {
        x->high = x->low << (by - 64);
        x->low = 0;
    } else if (by > 0) {
        x->high = x->high << by | x->low >> (64 - by);
        x->low <<= by;
    }
    x->exponent -= by;
}

/* What is shifted out stays as the last bit, so that a sum is rounded to the right side: the sum has more bits below
 * its last place than this one. */
static void shift_right(exact *x, int by)
{
    uint64_t lost = 0;
    x->exponent += by;
    if (by >= 128) {
        lost = x->high | x->low;
        x->high = x->low = 0;
    } else if (by >= 64) {
        lost = x->low | (by > 64 ? x->high << (128 - by) : 0);
        x->low = x->high >> (by - 64);
        x->high = 0;
    } else if (by > 0) {
        lost = x->low << (64 - by);
        x->low = x->low >> by | x->high << (64 - by);
        x->high >>= by;
    }
    x->low |= lost != 0;
}

static void add(exact *x, const exact *y)
{
    const uint64_t low = x->low + y->low;
    x->high += y->high + (low < x->low);
    x->low = low;
}

static bool is_less(const exact *x, const exact *y)
{
    return x->high != y->high ? x->high < y->high : x->low < y->low;
}

/* x - y for y <= x. */
static void subtract(exact *x, const exact *y)
{
    x->high -= y->high + (x->low < y->low);
    x->low -= y->low;
}

/* ---- Formats ---- */

uint64_t sowi_format_sign(const sowi_format *format)
{
    return UINT64_C(1) << (format->fraction_bits + format->exponent_bits);
}

static uint64_t magnitude(const sowi_format *format, uint64_t a)
{
    return a & (sowi_format_sign(format) - 1);
}

uint64_t sowi_format_exponent(const sowi_format *format, uint64_t a)
{
    return magnitude(format, a) >> format->fraction_bits;
}

static int bias(const sowi_format *format)
{
    return (1 << (format->exponent_bits - 1)) - 1;
}

uint64_t sowi_format_one(const sowi_format *format)
{
    return (uint64_t)bias(format) << format->fraction_bits;
}

bool sowi_format_is_zero(const sowi_format *format, uint64_t a)
{
    return magnitude(format, a) == 0;
}

bool sowi_format_is_subnormal(const sowi_format *format, uint64_t a)
{
    return magnitude(format, a) != 0 && sowi_format_exponent(format, a) == 0;
}

bool sowi_format_is_finite(const sowi_format *format, uint64_t a)
{
    return magnitude(format, a) <= format->largest;
}

uint64_t sowi_format_distance(const sowi_format *format, uint64_t a, uint64_t b)
{
    const uint64_t sign = sowi_format_sign(format), infinity = format->largest + 1;
    const uint64_t from = magnitude(format, a), to = magnitude(format, b);
    if (from > infinity || to > infinity)
        return UINT64_MAX;
    if ((a & sign) != (b & sign))
        return from + to;
    return from > to ? from - to : to - from;
}

/* The exponent of the last place of subnormal and the smallest normal values. */
static int least_exponent(const sowi_format *format)
{
    return 1 - bias(format) - format->fraction_bits;
}

static exact decode(const sowi_format *format, uint64_t a)
{
    const uint64_t field = sowi_format_exponent(format, a);
    const uint64_t unit = UINT64_C(1) << format->fraction_bits;
    assert(sowi_format_is_finite(format, a));
    return (exact){
        .negative = (a & sowi_format_sign(format)) != 0,
        .exponent = least_exponent(format) + (field == 0 ? 0 : (int)field - 1),
        .low = (a & (unit - 1)) + (field == 0 ? 0 : unit),
    };
}

/* Nearest even. The significand's last place is that of the value's own exponent, or the smallest there is: so the
 * result's bits are the place's number above the fraction, plus the significand with its leading one, which counts the
 * exponent on by one where there is one. */
static uint64_t encode(const sowi_format *format, exact x)
{
    const uint64_t sign = x.negative ? sowi_format_sign(format) : 0;
    if (is_zero(&x))
        return sign;
    const int least = least_exponent(format);
    int place = top_bit(&x) + x.exponent - format->fraction_bits;
    if (place < least)
        place = least;
    const int dropped = place - x.exponent;
    if (dropped <= 0) {
        shift_left(&x, -dropped);
    } else {
        /* two bits more than the significand tell what is dropped: the half, and whether there is anything below it */
        if (dropped > 2)
            shift_right(&x, dropped - 2);
        else
            shift_left(&x, 2 - dropped);
        const uint64_t rest = x.low & 3;
        x.low >>= 2;
        x.low += rest == 3 || (rest == 2 && (x.low & 1) != 0);
    }
    const uint64_t bits = ((uint64_t)(place - least) << format->fraction_bits) + x.low;
    return sign | (bits > format->largest ? format->largest + 1 : bits);
}

/* ---- Operations ---- */

/* The product of significands below 2^64. */
static exact multiply(const exact *a, const exact *b)
{
    const uint64_t mask = 0xffffffff;
    const uint64_t low = (a->low & mask) * (b->low & mask);
    const uint64_t cross = (a->low >> 32) * (b->low & mask) + (low >> 32);
    const uint64_t other = (a->low & mask) * (b->low >> 32) + (cross & mask);
    return (exact){
        .negative = a->negative != b->negative,
        .exponent = a->exponent + b->exponent,
        .high = (a->low >> 32) * (b->low >> 32) + (cross >> 32) + (other >> 32),
        .low = other << 32 | (low & mask),
    };
}

/* Moves the highest bit to bit 125, so that there is room for a carry, and for 106 bits 20 below them: if any are
 * dropped from the smaller of two numbers, its exponent is less by more than the 20, and their sum has its highest bit
 * at 124 at the least, so that the last bit is far below those that it is rounded by. */
static void normalize(exact *x)
{
    const int up = 125 - top_bit(x);
    if (up >= 0)
        shift_left(x, up);
    else
        shift_right(x, -up);
}

static exact sum_of(exact x, exact y)
{
    if (is_zero(&x) || is_zero(&y)) {
        const exact zero = {.negative = x.negative && y.negative};
        return !is_zero(&x) ? x : !is_zero(&y) ? y : zero;
    }
    normalize(&x);
    normalize(&y);
    exact larger = x.exponent >= y.exponent ? x : y;
    exact smaller = x.exponent >= y.exponent ? y : x;
    shift_right(&smaller, larger.exponent - smaller.exponent);
    if (larger.negative == smaller.negative) {
        add(&larger, &smaller);
        return larger;
    }
    if (is_less(&larger, &smaller)) {
        const exact swapped = larger;
        larger = smaller;
        smaller = swapped;
    }
    subtract(&larger, &smaller);
    if (is_zero(&larger))
        larger.negative = false; /* x - x is +0 */
    return larger;
}

uint64_t sowi_exact_fma(const sowi_format *format, uint64_t a, uint64_t b, uint64_t c)
{
    const exact x = decode(format, a), y = decode(format, b);
    return encode(format, sum_of(multiply(&x, &y), decode(format, c)));
}

uint64_t sowi_exact_add(const sowi_format *format, uint64_t a, uint64_t b)
{
    return encode(format, sum_of(decode(format, a), decode(format, b)));
}

uint64_t sowi_exact_multiply(const sowi_format *format, uint64_t a, uint64_t b)
{
    const exact x = decode(format, a), y = decode(format, b);
    return encode(format, multiply(&x, &y));
}

/* Long division, bit by bit: one bit more than a significand and the two it is rounded by. */
uint64_t sowi_exact_divide(const sowi_format *format, uint64_t a, uint64_t b)
{
    exact x = decode(format, a), y = decode(format, b);
    assert(!is_zero(&y));
    exact quotient = {.negative = x.negative != y.negative};
    if (is_zero(&x))
        return encode(format, quotient);
    shift_left(&x, 63 - top_bit(&x));
    shift_left(&y, 63 - top_bit(&y));
    const int bits = format->fraction_bits + 4;
    quotient.exponent = x.exponent - y.exponent - (bits - 1);
    exact rest = {.low = x.low};
    y.exponent = rest.exponent = 0;
    for (int i = 0; i < bits; i++) {
        quotient.low <<= 1;
        if (!is_less(&rest, &y)) {
            subtract(&rest, &y);
            quotient.low |= 1;
        }
        shift_left(&rest, 1);
    }
    quotient.low |= !is_zero(&rest);
    return encode(format, quotient);
}

/* Two bits of the radicand for a bit of the root. */
uint64_t sowi_exact_sqrt(const sowi_format *format, uint64_t a)
{
    exact x = decode(format, a);
    if (is_zero(&x))
        return a;
    assert(!x.negative);
    const int bits = format->fraction_bits + 4;
    shift_left(&x, 2 * bits - 1 - top_bit(&x));
    if (x.exponent % 2 != 0)
        shift_right(&x, 1); /* bit 0 is 0: nothing is lost */
    uint64_t root = 0, rest = 0;
    for (int i = bits - 1; i >= 0; i--) {
        const int at = 2 * i;
        const uint64_t two = (at >= 64 ? x.high >> (at - 64) : x.low >> at) & 3;
        rest = rest << 2 | two;
        const uint64_t tried = root << 2 | 1;
        root <<= 1;
        if (rest >= tried) {
            rest -= tried;
            root |= 1;
        }
    }
    return encode(format, (exact){.exponent = x.exponent / 2 - 1, .low = root << 1 | (rest != 0)});
}

uint64_t sowi_exact_from_integer(const sowi_format *format, bool negative, uint64_t number)
{
    return encode(format, (exact){.negative = negative, .low = number});
}

uint64_t sowi_exact_convert(const sowi_format *to, const sowi_format *from, uint64_t a)
{
    return encode(to, decode(from, a));
}
