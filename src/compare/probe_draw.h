/* What cases are drawn from: random numbers, and values that are hard for one reason or another. */
#ifndef SOWI_PROBE_DRAW_H
#define SOWI_PROBE_DRAW_H

#include "probe_cases.h"

uint64_t sowi_draw_word(sowi_probe_draw *draw);
uint64_t sowi_draw_below(sowi_probe_draw *draw, uint64_t count); /* of [0, count), count <= 2^32 */
int64_t sowi_draw_between(sowi_probe_draw *draw, int64_t low, int64_t high); /* of [low, high] */
/* So many low bits: none, all, one, the lowest, few high ones, any. */
uint64_t sowi_draw_pattern(sowi_probe_draw *draw, int bits);

/* The exponent fields of the largest finite value and of 1. */
int64_t sowi_format_most(const sowi_format *format);
int64_t sowi_format_middle(const sowi_format *format);
int64_t sowi_draw_exponent(const sowi_probe_draw *draw, uint64_t a); /* a's */

/* Normal values of the draw's format, and of either sign: by an exponent field, which is brought into range, and a
 * fraction or a pattern; of any exponent; of a field so far from that of 1 at the most; a few values on or back. */
uint64_t sowi_draw_sign(sowi_probe_draw *draw); /* alone: a zero */
uint64_t sowi_draw_value_with(sowi_probe_draw *draw, int64_t exponent, uint64_t fraction);
uint64_t sowi_draw_value_at(sowi_probe_draw *draw, int64_t exponent);
uint64_t sowi_draw_any(sowi_probe_draw *draw);
uint64_t sowi_draw_moderate(sowi_probe_draw *draw, int64_t away);
uint64_t sowi_draw_neighbour(sowi_probe_draw *draw, uint64_t a);

bool sowi_draw_is_zero(const sowi_probe_draw *draw, uint64_t a);
/* Finite, and neither subnormal nor what a subnormal number may have been rounded up to. */
bool sowi_draw_is_ordinary(const sowi_probe_draw *draw, uint64_t a);

/* Tries until the condition holds; in the end all are 1. */
typedef void sowi_attempt(sowi_probe_draw *draw, uint64_t x[SOWI_PROBE_OPERANDS]);
typedef bool sowi_condition(const sowi_probe_draw *draw, const uint64_t x[SOWI_PROBE_OPERANDS]);
void sowi_draw_until(sowi_probe_draw *draw, sowi_attempt *make, sowi_condition *is_fit,
                     uint64_t x[SOWI_PROBE_OPERANDS]);

#endif
