/* eye, dirac, sparse, constant_block and padding_idx element by element, from docs/reproducibility.md and the
 * formulas of torch.nn.init: slow, and apart from the library's. */
#ifndef SOWT_REFERENCE_STRUCTURE_H
#define SOWT_REFERENCE_STRUCTURE_H

#include "sowcl/base.h"

/* The place of a row among the rows of a column, by so many turns of the network; the library's way takes
 * sowt_sparse_turns(rows). */
uint32_t sowt_sparse_place(sow_key key, uint64_t column, uint32_t rows, uint32_t turns,
                           uint32_t row);
uint32_t sowt_sparse_turns(uint32_t rows);

/* The whole tensor, whatever its region; the caller frees it. NULL: out of memory. What lies below, normals and
 * constants, is the library's. */
void *sowt_structure_whole(const sow_tensor *tensor, const sow_initializer *initializer,
                           sow_key key);

#endif
