/* The host's own arithmetic on trial: a probe's operations as the host path computes them. */
#ifndef SOWI_PROBE_HOST_H
#define SOWI_PROBE_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "probe_ops.clh"

/* The operation of a family on count elements, a multiple of 8: of 64 bits in u64, word, f64 and plan, else of 32. The
 * arrays do not overlap. One function for each instruction set; AVX2's knows only vectors, so neither u64 nor plan.
 * False: not a family that it has. */
typedef bool sowi_probe_items(unsigned family, unsigned op, const void *a, const void *b,
                              const void *c, void *results, size_t count);

sowi_probe_items sowi_probe_items_plain;
sowi_probe_items sowi_probe_items_avx2;

/* The same of the family plan. */
void sowi_probe_items_of_plans(unsigned op, const void *a, const void *b, const void *c,
                               void *results, size_t count);

/* The functions that this processor can run, plain C's first. Returns how many: at most 2. */
size_t sowi_probe_host_sets(sowi_probe_items *sets[2]);

/* Elements of a set's vector in a family; 0 where it lacks the family. */
uint32_t sowi_probe_host_width(size_t set, unsigned family);

#endif
