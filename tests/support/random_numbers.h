/* Numbers to choose test cases with; no relation to the generator under test. */
#ifndef SOWT_RANDOM_NUMBERS_H
#define SOWT_RANDOM_NUMBERS_H

#include <stdint.h>

/* The next number after *state: SplitMix64 of Steele, Lea and Flood 2014. */
uint64_t sowt_random(uint64_t *state);

/* One of [0, count). */
uint64_t sowt_random_below(uint64_t *state, uint64_t count);

#endif
