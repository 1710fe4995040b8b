/* Philox4x32 written down as in the paper (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers:
 * as easy as 1, 2, 3"), apart from the library's own, which folds keys and runs lanes. */
#ifndef SOWT_REFERENCE_PHILOX_H
#define SOWT_REFERENCE_PHILOX_H

#include "sowcl/base.h"

void sowt_philox4x32(unsigned rounds, const uint32_t counter[4], const uint32_t key[2],
                     uint32_t out[4]);

/* The word of a tensor's element: Philox4x32-10, counter (block, stream), key seed. */
uint32_t sowt_philox_word(sow_key key, uint64_t index);

#endif
